"""What an operator watches: how late the engine is, what waits, what nobody knows, and what must never be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from apps.reminders.models import Heartbeat, OutboxMessage, Wake
from apps.reminders.planning import ITEMS_AT_MOST, MESSAGES_A_WEEK
from apps.reminders.slots import local_date


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds and counts at one moment; the lags are those of the last thousand mails, None where there is none."""

    oldest_due_seconds: float
    oldest_ready_seconds: float
    outbox: dict[str, int]
    unknown_seconds: float
    lag_p50_seconds: float | None
    lag_p99_seconds: float | None
    heartbeat_seconds: dict[str, float]
    plan_errors: int
    horizon_seconds: float


def figures(*, now: datetime) -> Figures:
    """Cheap enough to be asked every few seconds, whatever the number of learners."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT extract(epoch FROM %(now)s - min(next_at)) FROM reminders_wake WHERE next_at <= %(now)s),
                   (SELECT extract(epoch FROM %(now)s - min(not_before)) FROM reminders_outboxmessage
                     WHERE state = 'ready' AND not_before <= %(now)s),
                   (SELECT extract(epoch FROM clock_timestamp() - min(fenced_at)) FROM reminders_outboxmessage
                     WHERE state = 'unknown'),
                   lag.p50, lag.p99,
                   (SELECT extract(epoch FROM max(clock_timestamp() - xact_start)) FROM pg_stat_activity
                     WHERE backend_xmin IS NOT NULL AND datname = current_database())
              FROM (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY late) AS p50,
                           percentile_disc(0.99) WITHIN GROUP (ORDER BY late) AS p99
                      FROM (SELECT extract(epoch FROM fenced_at - planned_at) AS late
                              FROM reminders_delivery
                             WHERE fenced_at IS NOT NULL ORDER BY id DESC LIMIT 1000) AS recent) AS lag
            """,
            {"now": now},
        )
        row = cursor.fetchone()
        cursor.execute("SELECT state, count(*) FROM reminders_outboxmessage GROUP BY state")
        waiting = dict(cursor.fetchall())
    assert row is not None  # noqa: S101  (an aggregate)
    due, ready, unknown, p50, p99, horizon = (None if each is None else float(each) for each in row)
    return Figures(
        oldest_due_seconds=due or 0.0,
        oldest_ready_seconds=ready or 0.0,
        outbox={state.value: waiting.get(state.value, 0) for state in OutboxMessage.State},
        unknown_seconds=unknown or 0.0,
        lag_p50_seconds=p50,
        lag_p99_seconds=p99,
        heartbeat_seconds={
            name: (now - at).total_seconds()
            for name, at in Heartbeat.objects.values_list("name", "at")
        },
        plan_errors=Wake.objects.filter(plan_errors__gt=0).count(),
        horizon_seconds=horizon or 0.0,
    )


# What must find nobody.
INVARIANTS = {
    "forgotten_learners": """
        SELECT count(DISTINCT w.id)
          FROM reminders_rewatch r
          JOIN cohorts_membership m ON m.id = r.membership_id
          JOIN reminders_wake w ON w.user_id = m.user_id
          JOIN accounts_user u ON u.id = w.user_id
         WHERE r.remind_on IS NOT NULL AND w.next_at IS NULL AND NOT (w.paused AND w.paused_until IS NULL)
           AND ('inbox' = ANY(w.channels) OR ('email' = ANY(w.channels) AND w.unsubscribed_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM reminders_suppression s
                     WHERE s.address_hash = encode(sha256(convert_to(lower(trim(u.email)), 'UTF8')), 'hex'))))
    """,
    "learners_without_row": """
        SELECT count(*)
          FROM reminders_rewatch r
          JOIN cohorts_membership m ON m.id = r.membership_id
         WHERE r.remind_on IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM reminders_wake w WHERE w.user_id = m.user_id)
    """,
    "settled_and_waiting": """
        SELECT count(*)
          FROM reminders_outboxmessage o
          JOIN reminders_delivery d USING (user_id, channel, purpose, slot_on)
    """,
    "weeks_over_the_cap": """
        SELECT count(*) FROM (
            SELECT 1 FROM reminders_delivery
             WHERE outcome = 'sent' AND purpose = 'rewatch' AND slot_on > (%(now)s)::date - 28
             GROUP BY user_id, channel, date_trunc('week', slot_on) HAVING count(*) > %(a_week)s) AS weeks
    """,
    "messages_too_long": """
        SELECT count(*) FROM reminders_outboxmessage WHERE cardinality(rewatches) > %(at_most)s
    """,
    "fences_left_alone": """
        SELECT count(*) FROM reminders_outboxmessage
         WHERE state = 'fenced' AND lease_until < clock_timestamp() - interval '1 hour'
    """,
    "bytes_not_kept": """
        SELECT count(*) FROM reminders_outboxmessage
         WHERE state IN ('fenced', 'unknown') AND (rendered IS NULL OR fenced_at IS NULL)
    """,
}


def audit(*, now: datetime) -> dict[str, int]:
    """How often each invariant is broken. Reads whole tables: for an hourly look."""
    found = {}
    limits: dict[str, datetime | int] = {
        "now": now,
        "a_week": MESSAGES_A_WEEK,
        "at_most": ITEMS_AT_MOST,
    }
    with connection.cursor() as cursor:
        for name, statement in INVARIANTS.items():
            cursor.execute(statement, limits)
            row = cursor.fetchone()
            found[name] = int(row[0]) if row else 0
    found["slots_on_another_day"] = sum(1 for _ in _slots_on_another_day())
    return found


def _slots_on_another_day() -> Iterator[int]:
    """By our own tzdata, which may know zones that PostgreSQL does not."""
    wakes = Wake.objects.filter(next_at__isnull=False, plan_errors=0).select_related("user")
    for wake in wakes.iterator(2000):
        at = wake.next_at
        if at is not None and wake.slot_on != local_date(at, wake.user.zone):
            yield wake.user_id
