"""The SQL of sending: which messages a sender claims, the fence before a body leaves, and the marks after it.

Leases and fences ask whether another process is still alive, whatever day it plans for; they are therefore compared
with `clock_timestamp()`. Business time is always the parameter `now`.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

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


def lock_wishes_and_due(
    user_id: int, *, address_hash: str, rewatches: Collection[int], on: date
) -> tuple[Wishes, list[int]] | None:
    """The learner's wishes, whether this address is suppressed, and which of these rewatches are still open and due on
    that day. Nobody changes any of it until the transaction ends; the learner's row is locked first, as everywhere.

    The transaction's commit will be on disk before it is answered, whatever the server's habit: it is a fence.
    """
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            WITH learner AS MATERIALIZED (
                SELECT u.is_active, u.email, w.channels, w.unsubscribed_at IS NOT NULL, w.paused, w.paused_until,
                       EXISTS (SELECT 1 FROM reminders_suppression WHERE address_hash = %s),
                       set_config('synchronous_commit', 'on', true), w.user_id
                  FROM reminders_wake w
                  JOIN accounts_user u ON u.id = w.user_id
                 WHERE w.user_id = %s::text::bigint
                   FOR SHARE OF w
            )
            SELECT learner.*,
                   ARRAY(SELECT due.id
                           FROM (SELECT id FROM reminders_rewatch
                                  WHERE id = ANY(%s::text::bigint[]) AND kept_at IS NULL AND stopped_at IS NULL
                                    AND due_on <= %s::text::date AND learner.user_id IS NOT NULL
                                  ORDER BY id
                                    FOR SHARE) AS due)
              FROM learner
            """,
            [address_hash, str(user_id), array(rewatches), on.isoformat()],
        )
        row = cursor.fetchone()
    return (Wishes(*row[:7]), row[9]) if row else None


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was accepted and has to be marked so. That is a fact, whoever holds its lease by now."""

    message_id: int
    subject: str
    words: str


@dataclass(frozen=True, slots=True)
class Fenced:
    """Whether the lease was still ours, and whether the mark of the message before was ours to make."""

    is_fenced: bool
    is_marked: bool


def fence_message(
    message_id: int, *, token: uuid.UUID, content: bytes, before: Sent | None, now: datetime
) -> Fenced:
    """Write down that these bytes are about to leave, and that the message before has arrived: one statement."""
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            WITH gone AS (
                DELETE FROM reminders_outboxmessage WHERE id = %(before)s::text::bigint RETURNING *
            ), marked AS (
                INSERT INTO reminders_delivery
                       (user_id, channel, purpose, slot_on, rewatches, outcome, planned_at, fenced_at, settled_at,
                        attempts, subject, message_id, settled_by, detail)
                SELECT user_id, channel, purpose, slot_on, rewatches, 'sent', created_at,
                       fenced_at, %(now)s::text::timestamptz, attempts, %(subject)s, message_id, 'answer', %(words)s
                  FROM gone
                ON CONFLICT DO NOTHING
                RETURNING 1
            ), fenced AS (
                UPDATE reminders_outboxmessage
                   SET state = 'fenced', fenced_at = clock_timestamp(), rendered = %(content)s,
                       lease_until = clock_timestamp() + make_interval(secs => %(lease)s::text::float)
                 WHERE id = %(id)s::text::bigint AND lease_token = %(token)s::text::uuid AND state = 'leased'
                   AND lease_until > clock_timestamp()
                RETURNING 1
            )
            SELECT EXISTS (SELECT 1 FROM fenced), EXISTS (SELECT 1 FROM marked)
            """,
            {
                "before": str(before.message_id if before else 0),
                "subject": before.subject[:300] if before else "",
                "words": before.words if before else "",
                "now": now.isoformat(),
                "content": content,
                "lease": str(fence_seconds()),
                "id": str(message_id),
                "token": str(token),
            },
        )
        row = cursor.fetchone()
    assert row is not None  # noqa: S101  (it selects one row)
    return Fenced(*row)


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
