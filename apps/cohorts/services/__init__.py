"""Commands of cohorts. Every change of who is in a cohort holds the lock of the cohort's row, so that
neither capacity nor an invitation's uses nor the last instructor can be overrun by two at once.

Lock order: Cohort, then Invitation, then Membership.
"""

from apps.cohorts.services.caring import (
    hide_learner,
    mark_talked,
    show_learner,
    unmark_talked,
)
from apps.cohorts.services.events import record, record_look
from apps.cohorts.services.inviting import create_invitation, revoke_invitation
from apps.cohorts.services.joining import (
    change_role,
    end_membership,
    join_by_invitation,
    join_open_cohort,
    set_external_id,
    start_alone,
)
from apps.cohorts.services.machines import end_machine, make_machine, rotate_token
from apps.cohorts.services.mailing import invite_by_mail, stop_mailing
from apps.cohorts.services.making import (
    archive_cohort,
    change_cohort,
    copy_cohort,
    create_cohort,
    fingerprint,
    take_revision,
)
from apps.cohorts.services.moving import move_membership
from apps.cohorts.services.posting import post_letters
from apps.cohorts.services.requesting import (
    accept_request,
    ask_to_join,
    decline_request,
    fill_places,
    wait_by_invitation,
    wait_for_open_cohort,
    withdraw_request,
)
from apps.cohorts.services.views import remove_view, save_view
from apps.cohorts.services.writing import MOST_READERS, read_messages, write_message

__all__ = [
    "MOST_READERS",
    "accept_request",
    "archive_cohort",
    "ask_to_join",
    "change_cohort",
    "change_role",
    "copy_cohort",
    "create_cohort",
    "create_invitation",
    "decline_request",
    "end_machine",
    "end_membership",
    "fill_places",
    "fingerprint",
    "hide_learner",
    "invite_by_mail",
    "join_by_invitation",
    "join_open_cohort",
    "make_machine",
    "mark_talked",
    "move_membership",
    "post_letters",
    "read_messages",
    "record",
    "record_look",
    "remove_view",
    "revoke_invitation",
    "rotate_token",
    "save_view",
    "set_external_id",
    "show_learner",
    "start_alone",
    "stop_mailing",
    "take_revision",
    "unmark_talked",
    "wait_by_invitation",
    "wait_for_open_cohort",
    "withdraw_request",
    "write_message",
]
