"""Who may do what in a cohort: pure predicates on a membership, the only answer on the site.

A membership that has ended gives nothing. Observers read the figures that instructors read.
"""

from datetime import datetime

from apps.cohorts.errors import (
    CohortArchived,
    CohortEnded,
    InvitationExpired,
    InvitationRevoked,
    InvitationUsedUp,
)
from apps.cohorts.models import Cohort, Invitation, Membership
from apps.core.errors import DomainError

READING_ROLES = (Membership.Role.INSTRUCTOR, Membership.Role.OBSERVER)


def is_active(membership: Membership) -> bool:
    return membership.ended_at is None


def is_learner(membership: Membership) -> bool:
    return is_active(membership) and membership.role == Membership.Role.LEARNER


def is_instructor(membership: Membership) -> bool:
    return is_active(membership) and membership.role == Membership.Role.INSTRUCTOR


def may_read_figures(membership: Membership) -> bool:
    """Dashboards, people and settings, without the right to change anything."""
    return is_active(membership) and membership.role in READING_ROLES


def may_change_cohort(membership: Membership) -> bool:
    """Its instructors; and who is alone in it, for there is nobody else to do it."""
    return is_instructor(membership) or (membership.cohort.is_solo and is_learner(membership))


def may_invite(membership: Membership) -> bool:
    return is_instructor(membership) and not membership.cohort.is_solo


def refusal_of_cohort(cohort: Cohort, now: datetime) -> DomainError | None:
    """Why nobody can join it any more, or None. A derived end refuses nobody, only a set one."""
    if cohort.archived_at is not None:
        return CohortArchived()
    if cohort.ends_on is not None and cohort.local_date(now) > cohort.ends_on:
        return CohortEnded()
    return None


def refusal_of_invitation(invitation: Invitation, now: datetime) -> DomainError | None:
    """Why this link lets nobody in any more, or None; the cohort must be selected with it."""
    if invitation.revoked_at is not None:
        return InvitationRevoked()
    if invitation.expires_at is not None and invitation.expires_at <= now:
        return InvitationExpired()
    if invitation.max_uses is not None and invitation.uses >= invitation.max_uses:
        return InvitationUsedUp()
    return refusal_of_cohort(invitation.cohort, now)


def is_meant_for(invitation: Invitation, address: str) -> bool:
    """Whether a confirmed e-mail address fits an invitation that names an address or a domain."""
    address = address.lower()
    if invitation.email and address != invitation.email.lower():
        return False
    domain = invitation.email_domain.lower()
    return not domain or address.rpartition("@")[2] == domain
