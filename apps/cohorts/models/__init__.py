"""Cohorts, who is in them, who wants to be, and what was done in them."""

from apps.cohorts.models.care import (
    LONGEST_VIEW,
    LONGEST_VIEW_NAME,
    MOST_VIEWS,
    Care,
    Look,
    SavedView,
)
from apps.cohorts.models.cohorts import (
    DEFAULT_LADDER,
    LONGEST_EXTERNAL_ID,
    Cohort,
    CohortQuerySet,
    Invitation,
    Membership,
    MembershipQuerySet,
    default_ladder,
    new_invitation_code,
)
from apps.cohorts.models.events import Event
from apps.cohorts.models.letters import Letter
from apps.cohorts.models.mailings import LONGEST_LINE, Mailing, MailingRow
from apps.cohorts.models.messages import LONGEST_MESSAGE, Message, MessageCopy
from apps.cohorts.models.records import CompletionRecord, new_record_code
from apps.cohorts.models.requests import JoinRequest

__all__ = [
    "DEFAULT_LADDER",
    "LONGEST_EXTERNAL_ID",
    "LONGEST_LINE",
    "LONGEST_MESSAGE",
    "LONGEST_VIEW",
    "LONGEST_VIEW_NAME",
    "MOST_VIEWS",
    "Care",
    "Cohort",
    "CohortQuerySet",
    "CompletionRecord",
    "Event",
    "Invitation",
    "JoinRequest",
    "Letter",
    "Look",
    "Mailing",
    "MailingRow",
    "Membership",
    "MembershipQuerySet",
    "Message",
    "MessageCopy",
    "SavedView",
    "default_ladder",
    "new_invitation_code",
    "new_record_code",
]
