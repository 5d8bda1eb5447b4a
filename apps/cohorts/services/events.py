"""Write the audit trail. Each service calls it in its own transaction, so what was done is noted or not done."""

from datetime import datetime

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Event, Membership


def record(
    *,
    cohort: Cohort,
    kind: str,
    now: datetime,
    actor: User | None = None,
    subject: User | None = None,
    **details: object,
) -> Event:
    """Note what was done. `details` must be fit for JSON and name nobody."""
    return Event.objects.create(
        cohort=cohort, kind=kind, actor=actor, subject=subject, details=details, at=now
    )


def record_look(*, reader: Membership, learner: Membership, now: datetime) -> None:
    """Note that somebody looked at a learner's page; once a day (UTC) is enough."""
    look = Event(
        cohort_id=reader.cohort_id,
        kind=Event.Kind.SAW_LEARNER,
        actor_id=reader.user_id,
        subject_id=learner.user_id,
        at=now,
        seen_on=now.date(),
    )
    Event.objects.bulk_create([look], ignore_conflicts=True)
