"""The SQL of sending: which messages a sender claims, the fence before a body leaves, and the marks after it.

Leases and fences ask whether another process is still alive, whatever day it plans for; they are therefore compared
with `clock_timestamp()`. Business time is always the parameter `now`.
"""

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate

from django.conf import settings
from django.db import connection

from apps.core.rows import prepared_cursor
from apps.reminders.statements.columns import array


def lease_seconds() -> float:
    """How long a claim holds: longer than a batch takes, short enough that a dead sender is soon replaced."""
    return float(settings.REMINDER_LEASE_SECONDS)


def fence_seconds() -> float:
    """How long a fenced message may wait for the server's answer: sending and answering may both time out."""
    return float(2 * settings.EMAIL_TIMEOUT + 5)


def claim_messages(
    *, now: datetime, token: uuid.UUID, limit: int, only_to: str | None
) -> list[int]:
    """Lease up to `limit` mails that may go out, oldest first, count the try, and answer their ids.

    A lease that ran out belongs to a sender that died; whoever comes next takes the message over. The commit need not
    reach the disk by itself: a claim that a crash takes away is made anew, and the next fence brings it along.
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
               SET state = 'leased', lease_token = %(token)s, attempts = m.attempts + 1,
                   lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
              FROM due
             WHERE m.id = due.id
            RETURNING m.not_before, m.id, set_config('synchronous_commit', 'off', true)
            """,
            {
                "now": now,
                "token": token,
                "limit": limit,
                "only_to": only_to,
                "lease": lease_seconds(),
            },
        )
        return [message_id for _, message_id, _ in sorted(cursor.fetchall())]


def release_claimed(token: uuid.UUID) -> None:
    """Give back what was claimed and not tried, for the next run at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_outboxmessage
               SET state = 'ready', lease_token = NULL, lease_until = NULL, attempts = attempts - 1
             WHERE lease_token = %s AND state = 'leased'
            """,
            [token],
        )


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


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a learner's row, account and address say about mail at this moment."""

    is_active: bool
    email: str
    channels: list[str]
    is_unsubscribed: bool
    is_paused: bool
    paused_until: date | None
    is_digest_off: bool = False


@dataclass(frozen=True, slots=True)
class Locked:
    """What was found under the learners' locks: wishes by learner, suppressed addresses, and the day of each rewatch
    that is still open."""

    wishes: dict[int, Wishes]
    suppressed: frozenset[str]
    due_on: dict[int, date]


def lock_wishes_and_due(
    user_ids: Collection[int], *, address_hashes: Collection[str], rewatches: Collection[int]
) -> Locked:
    """What these learners wish, which of the addresses are suppressed, and which of the rewatches are still open.

    Nobody changes any of it until the transaction ends; learners' rows are locked first, as everywhere, each kind in
    one order. The transaction's commit will be on disk before it is answered, whatever the server's habit: it is a
    fence.
    """
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            WITH learner AS MATERIALIZED (
                SELECT w.user_id, u.is_active, u.email, w.channels, w.unsubscribed_at IS NOT NULL, w.paused,
                       w.paused_until, w.digest_off_at IS NOT NULL
                  FROM reminders_wake w
                  JOIN accounts_user u ON u.id = w.user_id
                 WHERE w.user_id = ANY(%s::text::bigint[])
                 ORDER BY w.user_id
                   FOR SHARE OF w
            ), due AS MATERIALIZED (
                SELECT id, due_on
                  FROM reminders_rewatch
                 WHERE id = ANY(%s::text::bigint[]) AND kept_at IS NULL AND stopped_at IS NULL
                   AND (SELECT count(*) FROM learner) > 0
                 ORDER BY id
                   FOR SHARE
            )
            SELECT learner.*,
                   (SELECT array_agg(id) FROM due), (SELECT array_agg(due_on) FROM due),
                   ARRAY(SELECT address_hash FROM reminders_suppression WHERE address_hash = ANY(%s::text::text[])),
                   set_config('synchronous_commit', 'on', true)
              FROM learner
            """,
            [array(user_ids), array(rewatches), array(address_hashes)],
        )
        rows = cursor.fetchall()
    if not rows:
        return Locked({}, frozenset(), {})
    open_ids, days, suppressed = rows[0][8:11]
    return Locked(
        {row[0]: Wishes(*row[1:8]) for row in rows},
        frozenset(suppressed),
        dict(zip(open_ids or (), days or (), strict=True)),
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was accepted and has to be marked so. That is a fact, whoever holds its lease by now."""

    message_id: int
    subject: str
    words: str


@dataclass(frozen=True, slots=True)
class Fenced:
    """The ids of those whose lease was still ours, and of those before that were ours to mark."""

    fenced: frozenset[int]
    marked: frozenset[int]


def fence_messages(
    contents: Mapping[int, bytes], *, token: uuid.UUID, before: Collection[Sent], now: datetime
) -> Fenced:
    """Write down that these bytes are about to leave, and that the messages before have arrived: one statement."""
    starts = accumulate((len(content) for content in contents.values()), initial=1)
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            WITH gone AS (
                DELETE FROM reminders_outboxmessage WHERE id = ANY(%(before)s::text::bigint[]) RETURNING *
            ), marked AS (
                INSERT INTO reminders_delivery
                       (user_id, channel, purpose, slot_on, rewatches, outcome, planned_at, fenced_at, settled_at,
                        attempts, subject, message_id, settled_by, detail)
                SELECT user_id, channel, purpose, slot_on, rewatches, 'sent', created_at,
                       fenced_at, %(now)s::text::timestamptz, attempts, said.subject, message_id, 'answer', said.words
                  FROM gone
                  JOIN jsonb_to_recordset(%(said)s::text::jsonb) AS said(id bigint, subject text, words text) USING (id)
                ON CONFLICT DO NOTHING
                RETURNING message_id
            ), fenced AS (
                UPDATE reminders_outboxmessage m
                   SET state = 'fenced', fenced_at = clock_timestamp(),
                       rendered = substring(%(contents)s FROM letter.start FOR letter.length),
                       lease_until = clock_timestamp() + make_interval(secs => %(lease)s::text::float)
                  FROM unnest(%(ids)s::text::bigint[], %(starts)s::text::int[], %(lengths)s::text::int[])
                       AS letter(id, start, length)
                 WHERE m.id = letter.id AND m.lease_token = %(token)s::text::uuid AND m.state = 'leased'
                   AND m.lease_until > clock_timestamp()
                RETURNING m.id
            )
            SELECT ARRAY(SELECT id FROM fenced), ARRAY(SELECT id FROM gone JOIN marked USING (message_id))
            """,
            {
                "before": array(each.message_id for each in before),
                "said": json.dumps(
                    [
                        {"id": each.message_id, "subject": each.subject[:300], "words": each.words}
                        for each in before
                    ]
                ),
                "now": now.isoformat(),
                "contents": b"".join(contents.values()),
                "lease": str(fence_seconds()),
                "ids": array(contents),
                "starts": array(starts),
                "lengths": array(len(content) for content in contents.values()),
                "token": str(token),
            },
        )
        row = cursor.fetchone()
    assert row is not None  # noqa: S101  (it selects one row)
    return Fenced(*map(frozenset, row))


def lift_fences(message_ids: Collection[int], *, token: uuid.UUID) -> None:
    """The bodies surely did not leave: the messages are as if they had never been tried."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_outboxmessage
               SET state = 'ready', lease_token = NULL, lease_until = NULL
             WHERE id = ANY(%s) AND lease_token = %s AND state IN ('leased', 'fenced')
            """,
            [list(message_ids), token],
        )


def mark_sent(
    message_id: int, *, now: datetime, settled_by: str, subject: str = "", detail: str = ""
) -> bool:
    """Move a message that was accepted to the log. That is a fact, whoever holds the lease by now.

    False when somebody else has settled it already.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH gone AS (
                DELETE FROM reminders_outboxmessage WHERE id = %(id)s RETURNING *
            )
            INSERT INTO reminders_delivery (user_id, channel, purpose, slot_on, rewatches, outcome, planned_at,
                                            fenced_at, settled_at, attempts, subject, message_id, settled_by, detail)
            SELECT user_id, channel, purpose, slot_on, rewatches, 'sent', created_at,
                   fenced_at, %(now)s, attempts, %(subject)s, message_id, %(settled_by)s, %(detail)s
              FROM gone
            ON CONFLICT DO NOTHING
            """,
            {
                "id": message_id,
                "now": now,
                "settled_by": settled_by,
                "subject": subject[:300],
                "detail": detail,
            },
        )
        return bool(cursor.rowcount == 1)
