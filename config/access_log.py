"""Gunicorn's access log without what gives access: the keys in links of mails and invitations."""

import re
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger as GunicornLogger

# Who has the address may act: /r/<token>/, /join/<code>/, the key of a password reset.
SECRET = re.compile(r"(/r/|/join/|/accounts/password/reset/key/)[^/?\s]+")


def without_secrets(text: str) -> str:
    """The same line with each such key as three dots."""
    return SECRET.sub(r"\1...", text)


class Logger(GunicornLogger):
    """For `--logger-class`; request line, path and referrer are cleaned."""

    def atoms(
        self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta
    ) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return {
            key: without_secrets(value) if isinstance(value, str) else value
            for key, value in atoms.items()
        }
