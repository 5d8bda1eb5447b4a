"""The SQL of sending: which messages a sender claims, the fence before a body leaves, and the marks after it.

Leases and fences ask whether another process is still alive, whatever day it plans for; they are therefore compared
with `clock_timestamp()`. Business time is always the parameter `now`.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection


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
               SET state = 'leased', lease_token = %(token)s, attempts = m.attempts + 1,
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
                "lease": lease_seconds(),
            },
        )
        return [message_id for _, message_id in sorted(cursor.fetchall())]


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
    is_suppressed: bool


def lock_wishes(user_id: int, *, address_hash: str) -> Wishes | None:
    """The learner's wishes, which nobody changes until the transaction ends, and whether this address is suppressed.

    The transaction's commit will be on disk before it is answered, whatever the server's habit: it is a fence.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT u.is_active, u.email, w.channels, w.unsubscribed_at IS NOT NULL, w.paused, w.paused_until,
                   EXISTS (SELECT 1 FROM reminders_suppression WHERE address_hash = %s),
                   set_config('synchronous_commit', 'on', true)
              FROM reminders_wake w
              JOIN accounts_user u ON u.id = w.user_id
             WHERE w.user_id = %s
               FOR SHARE OF w
            """,
            [address_hash, user_id],
        )
        row = cursor.fetchone()
    return Wishes(*row[:7]) if row else None


def fence_message(message_id: int, *, token: uuid.UUID, content: bytes) -> bool:
    """Write down that these bytes are about to leave. False when the lease is not ours any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_outboxmessage
               SET state = 'fenced', fenced_at = clock_timestamp(), rendered = %(content)s,
                   lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
             WHERE id = %(id)s AND lease_token = %(token)s AND state = 'leased'
               AND lease_until > clock_timestamp()
            """,
            {"id": message_id, "token": token, "content": content, "lease": fence_seconds()},
        )
        return bool(cursor.rowcount == 1)


def lift_fence(message_id: int, *, token: uuid.UUID) -> None:
    """The body surely did not leave: the message is as if it had never been tried."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_outboxmessage
               SET state = 'ready', lease_token = NULL, lease_until = NULL
             WHERE id = %s AND lease_token = %s AND state IN ('leased', 'fenced')
            """,
            [message_id, token],
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


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A message that nobody settled after its fence. `at` is the database's clock at the question."""

    id: int
    message_id: str
    fenced_at: datetime
    unknown_count: int
    at: datetime


def doubt_dead_fences() -> int:
    """Fences whose sender did not answer for them in time belong to nobody: their messages become unknown."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_outboxmessage
               SET state = 'unknown', lease_token = NULL, lease_until = NULL,
                   last_error = 'its sender was lost after the fence'
             WHERE state = 'fenced' AND lease_until < clock_timestamp()
            """
        )
        return int(cursor.rowcount)


def lock_unknown(*, grace: timedelta, limit: int) -> list[Doubtful]:
    """Unknown messages whose grace has passed, held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, message_id, fenced_at, unknown_count, clock_timestamp()
              FROM reminders_outboxmessage
             WHERE state = 'unknown' AND fenced_at < clock_timestamp() - make_interval(secs => %s)
             ORDER BY id
             LIMIT %s
               FOR UPDATE SKIP LOCKED
            """,
            [grace.total_seconds(), limit],
        )
        return [Doubtful(*row) for row in cursor.fetchall()]


def send_again(message_ids: Collection[int]) -> None:
    """Let these unknown messages go out once more, with the same bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_outboxmessage
               SET state = 'ready', unknown_count = unknown_count + 1
             WHERE id = ANY(%s) AND state = 'unknown'
            """,
            [list(message_ids)],
        )
