"""Gunicorn's access log without what gives access: the keys in links of mails and invitations."""

import re

from gunicorn.glogging import Logger as GunicornLogger
from gunicorn.glogging import SafeAtoms

# Who has the address may act: /r/<token>/, /join/<code>/, the key of a password reset.
SECRET = re.compile(r"(/r/|/join/|/accounts/password/reset/key/)[^/?\s]+")


def without_secrets(text: str) -> str:
    """The same line with each such key as three dots."""
    return SECRET.sub(r"\1...", text)


class CleanAtoms(SafeAtoms):
    """What the log's format asks for, cleaned as it is taken."""

    def __getitem__(self, key: str) -> str:
        return without_secrets(super().__getitem__(key))


class Logger(GunicornLogger):
    """For `--logger-class`."""

    atoms_wrapper_class = CleanAtoms
