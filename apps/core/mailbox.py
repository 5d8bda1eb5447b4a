"""Reads the mail sink of one's own machine: what would have been sent, each message one `.eml` file."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from apps.core.errors import NotFound

NAME = re.compile(r"[\w.-]+\.eml")
SHOWN_HEADERS = (
    "From",
    "To",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
)


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One message as a page shows it; `html` is untrusted and only for a sandbox."""

    name: str
    subject: str
    sender: str
    to: str
    sent_at: datetime | None
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


def stored_mails(*, folder: Path, limit: int = 100) -> list[StoredMail]:
    """The newest messages, newest first; none when the folder is not there."""
    paths = sorted(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    return [_read(path) for path in reversed(paths[-limit:])]


def stored_mail(*, folder: Path, name: str) -> StoredMail:
    """One message by its file's name; raises NotFound for every name that is none."""
    if not NAME.fullmatch(name) or not (folder / name).is_file():
        raise NotFound
    return _read(folder / name)


def _read(path: Path) -> StoredMail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return StoredMail(
        name=path.name,
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        to=str(message.get("To", "")),
        sent_at=_sent_at(message),
        headers=tuple((name, str(message[name])) for name in SHOWN_HEADERS if name in message),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _sent_at(message: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return None
    # "-0000" is UTC from a sender who keeps silent about the own zone (RFC 5322, 3.3).
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _part(message: EmailMessage, subtype: str) -> str:
    body = message.get_body((subtype,))
    return str(body.get_content()) if body is not None else ""
