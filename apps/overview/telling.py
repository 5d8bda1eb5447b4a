"""Tell webhooks who came into a cohort and who left it, in the transaction of the coming and going."""

from datetime import datetime

from apps.cohorts.models import Cohort, Event, Membership
from apps.webhooks.models import Kind
from apps.webhooks.outbox import is_told, tell


def tell_of_joining(*, membership: Membership, now: datetime) -> None:
    """Of whoever came in just now; a member who clicks the link again did not."""
    if not is_told(cohort_id=membership.cohort_id, kind=Kind.MEMBER_JOINED):
        return
    came_in = Event.objects.filter(
        cohort=membership.cohort_id, subject=membership.user_id, kind=Event.Kind.JOINED, at=now
    )
    if came_in.exists():
        _tell(Kind.MEMBER_JOINED, membership, now)


def tell_of_leaving(*, membership: Membership, now: datetime) -> None:
    """Of whoever left just now."""
    if membership.ended_at == now and not membership.user.is_machine:
        _tell(Kind.MEMBER_LEFT, membership, now)


def tell_of_move(*, membership: Membership, source: Cohort, now: datetime) -> None:
    """The cohort that a learner left hears of the leaving, the other one of the coming."""
    here, membership.cohort = membership.cohort, source
    _tell(Kind.MEMBER_LEFT, membership, now)
    membership.cohort = here
    _tell(Kind.MEMBER_JOINED, membership, now)


def _tell(kind: str, membership: Membership, now: datetime) -> None:
    moment = {Kind.MEMBER_JOINED: "joined_at", Kind.MEMBER_LEFT: "left_at"}[Kind(kind)]
    key = f"{kind}:{membership.pk}:{now.isoformat()}"
    tell(membership=membership, kind=kind, key=key, now=now, **{moment: now})
