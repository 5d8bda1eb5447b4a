"""What only we can compute: Message-IDs, links in mails, and each learner's minute of the hour.

REMINDER_KEYS is apart from SECRET_KEY, since links in old mails must work for years: the first key signs, all of them
are believed. A Message-ID is deterministic, so that every retry carries the same one, and keyed, so that nobody can
suppress a mail by sending its id first.
"""

import base64
import hashlib
import hmac
import uuid
from datetime import date
from email.utils import parseaddr
from functools import lru_cache

from django.conf import settings

# Names our message keys among all UUIDs of version 5.
MESSAGES = uuid.UUID("8c2f5d3e-6c0b-5b59-9d4c-6a0f7b2f7f51")
MAC_BYTES = 16


def keys() -> list[bytes]:
    return [key.encode() for key in settings.REMINDER_KEYS]


def mac(purpose: str, text: str, *, key: bytes | None = None) -> bytes:
    """A keyed digest of `text` that means nothing under another purpose."""
    return hmac.digest(key or keys()[0], f"{purpose}:{text}".encode(), hashlib.sha256)[:MAC_BYTES]


def is_genuine(purpose: str, text: str, claimed: bytes) -> bool:
    return any(hmac.compare_digest(mac(purpose, text, key=key), claimed) for key in keys())


def message_key(*, user_id: int, channel: str, purpose: str, slot_on: date) -> uuid.UUID:
    """The natural key of a message as one UUID: the same message has it in every copy of the database."""
    return uuid.uuid5(MESSAGES, f"{user_id}:{channel}:{purpose}:{slot_on.isoformat()}")


def message_id(key: uuid.UUID) -> str:
    name = base64.b32encode(mac("message-id", key.hex)).decode().rstrip("=").lower()
    return f"<rm.{name}@{mail_domain()}>"


def mail_domain() -> str:
    return _domain_of(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=4)
def _domain_of(sender: str) -> str:
    return parseaddr(sender)[1].partition("@")[2] or "localhost"


def address_hash(email: str) -> str:
    """How an address is remembered that must not be written to."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()
