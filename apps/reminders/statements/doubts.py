"""The SQL about messages whose fate nobody knows: which they are, and letting them go out once more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection


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
