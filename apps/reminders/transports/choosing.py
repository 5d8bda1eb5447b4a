"""Which kind of mail server this installation sends through: the setting REMINDER_TRANSPORT.

`blind`, `key:HEADER:HOURS`, `postfix:/var/log/mail.log`, `sink:FOLDER` (the mail sink of one's own machine), or the
dotted name of a class of one's own.
"""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from apps.reminders.transports.evidence import PostfixLog, SinkFolder
from apps.reminders.transports.policies import (
    BlindTransport,
    EvidenceTransport,
    KeyTransport,
    Transport,
)


class UnknownTransport(ValueError):
    """The setting names nothing that exists; the message says what is wrong."""


def chosen_transport() -> Transport:
    """The transport that the settings name. Raises UnknownTransport."""
    return transport_from(settings.REMINDER_TRANSPORT)


def transport_from(text: str) -> Transport:
    kind, _, rest = text.strip().partition(":")
    if kind == "blind" and not rest:
        return BlindTransport()
    if kind == "key":
        header, _, hours = rest.partition(":")
        if not header or not hours.isdecimal() or not 1 <= int(hours) <= 24 * 30:
            raise UnknownTransport("key needs a header and hours: key:Resend-Idempotency-Key:24")
        return KeyTransport(header=header, keeps=timedelta(hours=int(hours)))
    if kind in ("postfix", "sink"):
        if not rest:
            raise UnknownTransport(f"{kind} needs a path: {kind}:/var/log/mail.log")
        path = Path(rest)
        return EvidenceTransport(PostfixLog(path) if kind == "postfix" else SinkFolder(path))
    if "." in kind and not rest:
        try:
            transport = import_string(kind)()
        except ImportError as error:
            raise UnknownTransport(str(error)) from error
        if not isinstance(transport, Transport):
            raise UnknownTransport(f"{kind} is no Transport")
        return transport
    raise UnknownTransport(f"there is no transport “{text}”; see docs/operations.md")
