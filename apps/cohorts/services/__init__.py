"""Commands of cohorts. Every change of who is in a cohort holds the lock of the cohort's row, so that
neither capacity nor an invitation's uses nor the last instructor can be overrun by two at once.

Lock order: Cohort, then Invitation, then Membership.
"""

from apps.cohorts.services.inviting import create_invitation, revoke_invitation
from apps.cohorts.services.joining import (
    change_role,
    end_membership,
    join_by_invitation,
    join_open_cohort,
    start_alone,
)
from apps.cohorts.services.making import archive_cohort, change_cohort, create_cohort

__all__ = [
    "archive_cohort",
    "change_cohort",
    "change_role",
    "create_cohort",
    "create_invitation",
    "end_membership",
    "join_by_invitation",
    "join_open_cohort",
    "revoke_invitation",
    "start_alone",
]
