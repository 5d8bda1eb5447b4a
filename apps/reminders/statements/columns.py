"""Whole columns as one parameter each, for statements that write hundreds of rows at once.

`unnest(string_to_array(%s, E'\\n', '')::date[])` reads one back, with an empty line for NULL. An array as a
parameter means the same and costs ten times as much: the driver quotes every element by itself.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID


def column(values: Iterable[str | int | date | UUID | None]) -> str:
    """A line for each value. None of them may be an empty text or have a line break."""
    return "\n".join(["" if value is None else str(value) for value in values])


def array(values: Iterable[int | str]) -> str:
    """As PostgreSQL writes an array of numbers, or of words of letters and digits."""
    return f"{{{','.join(map(str, values))}}}"
