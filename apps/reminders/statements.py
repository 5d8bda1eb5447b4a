"""The SQL of the engine: what a plan changes, which messages a sender claims, and how one is settled.

Business time is always the parameter `now`; `clock_timestamp()` is for leases only, since their question is whether
another process is still alive, whatever day it is planning for.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import connection

from apps.reminders.models import Wake
from apps.reminders.planning import Step

# Longer than a batch takes (see `services.delivery`), short enough that a killed sender is soon replaced.
LEASE = timedelta(seconds=120)


def step_rewatches(steps: Sequence[Step]) -> None:
    """Move these rewatches along their ladders."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_rewatch r
               SET rung = step.rung, remind_on = step.remind_on, reminders_sent = r.reminders_sent + 1
              FROM unnest(%s::bigint[], %s::smallint[], %s::date[]) AS step (id, rung, remind_on)
             WHERE r.id = step.id
            """,
            [
                [step.rewatch_id for step in steps],
                [step.rung for step in steps],
                [step.remind_on for step in steps],
            ],
        )


def save_turns(wakes: Sequence[Wake]) -> None:
    """Write what the planner decided about these learners' next turn."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_wake w
               SET next_at = turn.next_at, slot_on = turn.slot_on, last_slot_on = turn.last_slot_on,
                   week_on = turn.week_on, week_used = turn.week_used, plan_errors = turn.plan_errors
              FROM unnest(%s::bigint[], %s::timestamptz[], %s::date[], %s::date[], %s::date[],
                          %s::smallint[], %s::smallint[])
                   AS turn (id, next_at, slot_on, last_slot_on, week_on, week_used, plan_errors)
             WHERE w.id = turn.id
            """,
            [
                [wake.pk for wake in wakes],
                [wake.next_at for wake in wakes],
                [wake.slot_on for wake in wakes],
                [wake.last_slot_on for wake in wakes],
                [wake.week_on for wake in wakes],
                [wake.week_used for wake in wakes],
                [wake.plan_errors for wake in wakes],
            ],
        )


def claim_messages(
    *, now: datetime, token: uuid.UUID, limit: int, only_to: str | None
) -> list[int]:
    """Lease up to `limit` mails that may go out, oldest first, and answer their ids.

    A lease that ran out belongs to a sender that died; whoever comes next takes the message over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS (
                SELECT m.id
                  FROM reminders_outboxmessage m
                  JOIN accounts_user u ON u.id = m.user_id
                 WHERE m.not_before <= %(now)s
                   AND m.channel = 'email'
                   AND (m.state = 'ready'
                        OR (m.state = 'leased' AND m.lease_until < clock_timestamp()))
                   AND (%(only_to)s::text IS NULL OR lower(u.email) = lower(%(only_to)s))
                 ORDER BY m.not_before
                 LIMIT %(limit)s
                   FOR UPDATE OF m SKIP LOCKED
            )
            UPDATE reminders_outboxmessage m
               SET state = 'leased', lease_token = %(token)s,
                   lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
              FROM due
             WHERE m.id = due.id
            RETURNING m.not_before, m.id
            """,
            {
                "now": now,
                "token": token,
                "limit": limit,
                "only_to": only_to,
                "lease": LEASE.total_seconds(),
            },
        )
        return [message_id for _, message_id in sorted(cursor.fetchall())]


def lock_due_rewatches(ids: Collection[int], *, on: date) -> list[int]:
    """Those of these rewatches that are still open and due on that day, held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM reminders_rewatch
             WHERE id = ANY(%s) AND kept_at IS NULL AND stopped_at IS NULL AND due_on <= %s
             ORDER BY id
               FOR SHARE
            """,
            [list(ids), on],
        )
        return [row[0] for row in cursor.fetchall()]
