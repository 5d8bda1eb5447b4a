"""The SQL of a plan: its messages, the steps on the ladders, and each learner's next moment.

Whole columns as arrays: for a batch of five hundred learners that is half the time of the ORM's way.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from apps.reminders.models import Wake
from apps.reminders.planning import Step


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail of one learner's day, for the outbox."""

    key: uuid.UUID
    user_id: int
    slot_on: date
    rewatches: Sequence[int]
    stepped: Sequence[int]
    not_before: datetime
    expires_at: datetime
    message_id: str


@dataclass(frozen=True, slots=True)
class NewInboxRow:
    """A message in the app: it is delivered by being a row."""

    user_id: int
    slot_on: date
    rewatches: Sequence[int]


def write_mails(mails: Sequence[NewMail], *, now: datetime) -> None:
    """Put them into the outbox; the unique key makes a second planner's copy impossible, not an error."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO reminders_outboxmessage
                   (key, user_id, channel, purpose, slot_on, rewatches, stepped, created_at, not_before, expires_at,
                    state, attempts, unknown_count, message_id, last_error)
            SELECT mail.key, mail.user_id, 'email', 'rewatch', mail.slot_on, mail.rewatches::bigint[],
                   mail.stepped::bigint[], %s, mail.not_before, mail.expires_at, 'ready', 0, 0, mail.message_id, ''
              FROM unnest(%s::uuid[], %s::bigint[], %s::date[], %s::text[], %s::text[], %s::timestamptz[],
                          %s::timestamptz[], %s::text[])
                   AS mail (key, user_id, slot_on, rewatches, stepped, not_before, expires_at, message_id)
            ON CONFLICT DO NOTHING
            """,
            [
                now,
                [mail.key for mail in mails],
                [mail.user_id for mail in mails],
                [mail.slot_on for mail in mails],
                [_array(mail.rewatches) for mail in mails],
                [_array(mail.stepped) for mail in mails],
                [mail.not_before for mail in mails],
                [mail.expires_at for mail in mails],
                [mail.message_id for mail in mails],
            ],
        )


def write_inbox_rows(rows: Sequence[NewInboxRow], *, now: datetime) -> None:
    """Write what lies in the app; the same message twice is one row."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO reminders_delivery
                   (user_id, channel, purpose, slot_on, rewatches, outcome, planned_at, settled_at, attempts,
                    subject, message_id, settled_by, detail)
            SELECT row.user_id, 'inbox', 'rewatch', row.slot_on, row.rewatches::bigint[], 'sent', %(now)s, %(now)s, 1,
                   '', '', 'planner', ''
              FROM unnest(%(users)s::bigint[], %(days)s::date[], %(rewatches)s::text[])
                   AS row (user_id, slot_on, rewatches)
            ON CONFLICT DO NOTHING
            """,
            {
                "now": now,
                "users": [row.user_id for row in rows],
                "days": [row.slot_on for row in rows],
                "rewatches": [_array(row.rewatches) for row in rows],
            },
        )


def _array(ids: Sequence[int]) -> str:
    """As PostgreSQL writes an array: arrays of arrays would have to be all of one length."""
    return f"{{{','.join(map(str, ids))}}}"


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
