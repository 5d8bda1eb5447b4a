"""A moment on a command line."""

from argparse import ArgumentTypeError
from datetime import datetime


def moment(text: str) -> datetime:
    """An ISO 8601 moment with its offset; without one nobody could say which moment is meant."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a moment like 2026-11-24T19:00:00Z") from None
    if parsed.tzinfo is None:
        raise ArgumentTypeError(f"“{text}” needs an offset, such as 2026-11-24T19:00:00Z")
    return parsed
