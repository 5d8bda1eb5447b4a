"""Gunicorn's access log, as clean as all other lines."""

from gunicorn.glogging import Logger as GunicornLogger
from gunicorn.glogging import SafeAtoms

from config.log_lines import without_secrets


class CleanAtoms(SafeAtoms):
    """What the log's format asks for, cleaned as it is taken."""

    def __getitem__(self, key: str) -> str:
        return without_secrets(super().__getitem__(key))


class Logger(GunicornLogger):
    """For `--logger-class`."""

    atoms_wrapper_class = CleanAtoms
