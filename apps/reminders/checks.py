"""What an operator forgot, said before anything runs."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from apps.reminders.transports import UnknownTransport, chosen_transport


def check_keys(app_configs: Sequence[Any] | None, **_kwargs: Any) -> list[CheckMessage]:
    """Without a key there are no links in mails and no Message-IDs."""
    if settings.REMINDER_KEYS and all(settings.REMINDER_KEYS):
        return []
    return [
        Error(
            "REMINDER_KEYS is empty: reminders could not be signed.",
            hint="Set it to one long random text; never take an old one away, add new ones in front.",
            id="reminders.E001",
        )
    ]


def check_transport(app_configs: Sequence[Any] | None, **_kwargs: Any) -> list[CheckMessage]:
    """A sender that does not know its mail server's crash policy could send nothing."""
    try:
        chosen_transport()
    except UnknownTransport as error:
        return [Error(f"REMINDER_TRANSPORT: {error}", id="reminders.E002")]
    return []
