"""What an operator forgot, said before anything runs."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


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
