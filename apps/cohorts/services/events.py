"""Write the audit trail. Each service calls it in its own transaction, so what was done is noted or not done."""

from datetime import datetime, timedelta

from django.db import connection

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


def record_look(
    *, reader: Membership, learner: Membership | None = None, now: datetime
) -> datetime | None:
    """Note that somebody looked at a learner's page, or at the whole cohort; the end of the visit before.

    Looks within `VISIT` are one visit, so a page that is loaded again tells the same news. In the
    audit trail a look at a learner stands once a day (UTC). None at the first visit.
    """
    if learner is not None:
        look = Event(
            cohort_id=reader.cohort_id,
            kind=Event.Kind.SAW_LEARNER,
            actor_id=reader.user_id,
            subject_id=learner.user_id,
            at=now,
            seen_on=now.date(),
        )
        Event.objects.bulk_create([look], ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [reader.pk, learner.pk if learner else None, now, now - VISIT, now])
        found = cursor.fetchone()
    since: datetime | None = found[0] if found else None
    return since


VISIT = timedelta(minutes=30)

# In one statement, so that two tabs at once leave what one after the other would have left.
LOOK = """
INSERT INTO cohorts_look AS look (reader_id, learner_id, seen_at) VALUES (%s, %s, %s)
ON CONFLICT (reader_id, learner_id) DO UPDATE SET
    since = CASE WHEN look.seen_at <= %s THEN look.seen_at ELSE look.since END,
    seen_at = greatest(look.seen_at, %s)
RETURNING since
"""
