"""Log lines without what gives access: the keys in links of mails and invitations."""

import logging
import re

# Who has the address may act or read: /r/<token>/, /join/<code>/, the key of a password reset, a calendar.
SECRET = re.compile(r"(/r/|/join/|/accounts/password/reset/key/|/api/v1/calendar/)[^/?\s]+")


def without_secrets(text: str) -> str:
    """The same line with each such key as three dots."""
    return SECRET.sub(r"\1...", text)


class CleanLines(logging.Formatter):
    """For every handler: Django names the path of whatever it refuses or fails at."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
