"""The SQL of a plan: whose moment has come, what they owe, its messages, the steps on the ladders, the next moments.

Rows come as plain values and go as whole columns: for a batch of five hundred learners that is a third of the time of
the ORM's way.
"""

import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db import connection

from apps.cohorts.schedule import Break, breaks_of
from apps.reminders.planning import Item, Step
from apps.reminders.statements.columns import array, column


@dataclass(frozen=True, slots=True)
class DueLearner:
    """A locked learner whose moment has come: their row, and what of their account a plan needs."""

    wake_id: int
    user_id: int
    email: str
    time_zone: str
    hour: int
    minute: int
    quiet_days: int
    paused: bool
    paused_until: date | None
    channels: str  # with commas between
    is_unsubscribed: bool
    next_at: datetime
    slot_on: date | None
    last_slot_on: date | None
    week_on: date | None
    week_used: int
    rewatches_a_message: int
    messages_a_week: int
    plan_errors: int


def lock_due_learners(*, now: datetime, since: datetime | None, limit: int) -> list[DueLearner]:
    """Those whose moment lies between `since` and `now`, the oldest first; who is being planned already is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT w.id, w.user_id, u.email, u.time_zone, w.hour, w.minute_offset, w.quiet_days, w.paused,
                   w.paused_until, array_to_string(w.channels, ','), w.unsubscribed_at IS NOT NULL, w.next_at,
                   w.slot_on, w.last_slot_on, w.week_on, w.week_used, w.rewatches_a_message, w.messages_a_week,
                   w.plan_errors
              FROM reminders_wake w
              JOIN accounts_user u ON u.id = w.user_id
             WHERE w.next_at <= %(now)s AND w.next_at >= %(since)s
             ORDER BY w.next_at
             LIMIT %(limit)s
               FOR UPDATE OF w SKIP LOCKED
            """,
            {"now": now, "since": since or "-infinity", "limit": limit},
        )
        return [DueLearner(*row) for row in cursor.fetchall()]


def items(user_ids: Collection[int], *, lock: bool) -> Iterator[tuple[int, Item]]:
    """What may still be reminded of, with its learner, in the order of ids, in which they are locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT m.user_id, r.id, r.video_id, r.due_on, r.remind_on, r.rung, array_to_string(r.ladder, ','),
                   NULLIF(c.breaks, '[]'::jsonb)::text
              FROM reminders_rewatch r
              JOIN cohorts_membership m ON m.id = r.membership_id
              JOIN cohorts_cohort c ON c.id = m.cohort_id
             WHERE m.user_id = ANY(%s::bigint[]) AND r.remind_on IS NOT NULL
             ORDER BY r.id
             {"FOR UPDATE OF r" if lock else ""}
            """,  # noqa: S608 - words of ours
            [array(user_ids)],
        )
        rows = cursor.fetchall()
    for user_id, rewatch_id, video_id, due_on, remind_on, rung, ladder, breaks in rows:
        quiet = _quiet(breaks) if breaks else ()
        yield user_id, Item(rewatch_id, video_id, due_on, remind_on, rung, _ladder(ladder), quiet)


@lru_cache(maxsize=256)
def _quiet(breaks: str) -> tuple[Break, ...]:
    return tuple(each for each in breaks_of(json.loads(breaks)) if each.is_quiet)


@lru_cache(maxsize=256)
def _ladder(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def suppressed_hashes(hashes: Iterable[str]) -> list[str]:
    """Those of these hashes of addresses that must not be written to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT address_hash FROM reminders_suppression WHERE address_hash = ANY(string_to_array(%s, E'\\n'))",
            [column(hashes)],
        )
        return [row[0] for row in cursor.fetchall()]


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
              FROM unnest(string_to_array(%s, E'\\n')::uuid[], string_to_array(%s, E'\\n')::bigint[],
                          string_to_array(%s, E'\\n')::date[], string_to_array(%s, E'\\n'),
                          string_to_array(%s, E'\\n'), string_to_array(%s, E'\\n')::timestamptz[],
                          string_to_array(%s, E'\\n')::timestamptz[], string_to_array(%s, E'\\n'))
                   AS mail (key, user_id, slot_on, rewatches, stepped, not_before, expires_at, message_id)
            ON CONFLICT DO NOTHING
            """,
            [
                now,
                column(mail.key for mail in mails),
                column(mail.user_id for mail in mails),
                column(mail.slot_on for mail in mails),
                column(array(mail.rewatches) for mail in mails),
                column(array(mail.stepped) for mail in mails),
                column(mail.not_before for mail in mails),
                column(mail.expires_at for mail in mails),
                column(mail.message_id for mail in mails),
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
              FROM unnest(string_to_array(%(users)s, E'\\n')::bigint[], string_to_array(%(days)s, E'\\n')::date[],
                          string_to_array(%(rewatches)s, E'\\n'))
                   AS row (user_id, slot_on, rewatches)
            ON CONFLICT DO NOTHING
            """,
            {
                "now": now,
                "users": column(row.user_id for row in rows),
                "days": column(row.slot_on for row in rows),
                "rewatches": column(array(row.rewatches) for row in rows),
            },
        )


def step_rewatches(steps: Sequence[Step]) -> None:
    """Move these rewatches along their ladders."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_rewatch r
               SET rung = step.rung, remind_on = step.remind_on, reminders_sent = r.reminders_sent + 1
              FROM unnest(string_to_array(%s, E'\\n')::bigint[], string_to_array(%s, E'\\n')::smallint[],
                          string_to_array(%s, E'\\n', '')::date[]) AS step (id, rung, remind_on)
             WHERE r.id = step.id
            """,
            [
                column(step.rewatch_id for step in steps),
                column(step.rung for step in steps),
                column(step.remind_on for step in steps),
            ],
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """What the planner decided about a learner's next moment."""

    wake_id: int
    next_at: datetime | None
    slot_on: date | None
    last_slot_on: date | None
    week_on: date | None
    week_used: int
    plan_errors: int


def save_turns(turns: Sequence[Turn]) -> None:
    """Write what was decided about these learners' next moments."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_wake w
               SET next_at = turn.next_at, slot_on = turn.slot_on, last_slot_on = turn.last_slot_on,
                   week_on = turn.week_on, week_used = turn.week_used, plan_errors = turn.plan_errors
              FROM unnest(string_to_array(%s, E'\\n')::bigint[], string_to_array(%s, E'\\n', '')::timestamptz[],
                          string_to_array(%s, E'\\n', '')::date[], string_to_array(%s, E'\\n', '')::date[],
                          string_to_array(%s, E'\\n', '')::date[], string_to_array(%s, E'\\n')::smallint[],
                          string_to_array(%s, E'\\n')::smallint[])
                   AS turn (id, next_at, slot_on, last_slot_on, week_on, week_used, plan_errors)
             WHERE w.id = turn.id
            """,
            [
                column(turn.wake_id for turn in turns),
                column(turn.next_at for turn in turns),
                column(turn.slot_on for turn in turns),
                column(turn.last_slot_on for turn in turns),
                column(turn.week_on for turn in turns),
                column(turn.week_used for turn in turns),
                column(turn.plan_errors for turn in turns),
            ],
        )
