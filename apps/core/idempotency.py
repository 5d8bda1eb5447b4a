"""Answering a repeated request once: the same key and body get the same answer.

The key's row is inserted first and in the transaction of the work itself, so a second request with
the key waits at the unique index until the first has ended, and then reads its answer. Refusals
roll everything back and are not kept: they can be asked again.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from apps.core.api.errors import KeyUnreadable, KeyUsedDifferently
from apps.core.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,255}\Z")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What is kept of an answer: JSON only."""

    status: int
    document: Any
    headers: dict[str, str] = field(default_factory=dict)


def checked_key(key: str) -> str:
    """The key as it was sent, or KeyUnreadable."""
    if not _KEY.match(key):
        raise KeyUnreadable
    return key


def fingerprint(*parts: str | bytes) -> str:
    """What tells two requests apart: keyed, since a body may hold a password."""
    message = b"\0".join(part.encode() if isinstance(part, str) else part for part in parts)
    return salted_hmac("core.idempotency", message, algorithm="sha256").hexdigest()


def answer_once(
    *,
    user_id: int,
    key: str,
    request_hash: str,
    now: datetime,
    produce: Callable[[], StoredAnswer],
) -> StoredAnswer:
    """The answer of `produce`, or the one that it gave to this user's key before.

    KeyUsedDifferently when the key came with another request within `KEPT_FOR`.
    """
    with transaction.atomic():
        mine = IdempotencyKey.objects.filter(user_id=user_id, key=key)
        mine.filter(expires_at__lte=now).delete()
        IdempotencyKey.objects.bulk_create(
            [
                IdempotencyKey(
                    user_id=user_id,
                    key=key,
                    request_hash=request_hash,
                    created_at=now,
                    expires_at=now + KEPT_FOR,
                )
            ],
            ignore_conflicts=True,
        )
        row = mine.select_for_update().get()
        if row.request_hash != request_hash:
            raise KeyUsedDifferently
        if row.status is not None:
            kept = row.answer or {}
            return StoredAnswer(row.status, kept.get("document"), kept.get("headers", {}))
        answer = produce()
        row.status = answer.status
        row.answer = {"document": answer.document, "headers": answer.headers}
        row.save(update_fields=["status", "answer"])
        return answer


def forget_expired_keys(*, now: datetime) -> int:
    """Delete answers that nobody may ask for again; how many."""
    deleted, _ = IdempotencyKey.objects.filter(expires_at__lte=now).delete()
    return deleted
