"""Byte ranges of RFC 9110, section 14: what a `Range` header asks of a file of a known size.

Pure. Written here because no maintained Django library serves ranges from a view, and
WhiteNoise's responder refuses a range of one byte and knows no `If-Range`.
"""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The bytes from `first` to `last`, both included, of a file of `size` bytes."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        """How many bytes that is."""
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        """The value of `Content-Range`."""
        return f"bytes {self.first}-{self.last}/{self.size}"


class RangeNotSatisfiable(ValueError):
    """The range asked for begins behind the end of the file: the answer is 416."""


def asked_range(*, header: str, size: int) -> ByteRange | None:
    """Answer the one range that `header` asks for, or None when the whole file is the answer.

    Bad syntax, other units and more than one range are ignored, as the RFC allows: players ask
    for one. A range that holds no byte of the file raises `RangeNotSatisfiable`.
    """
    match = _ONE_RANGE.match(header.strip())
    if match is None:
        return None
    begin, end = match.groups()
    # Numbers beyond any file are bad syntax, not work for int().
    if (not begin and not end) or len(begin) > 18 or len(end) > 18:
        return None
    if not begin:
        length = min(int(end), size)
        if not length:
            raise RangeNotSatisfiable
        return ByteRange(first=size - length, last=size - 1, size=size)
    first = int(begin)
    if end and int(end) < first:
        return None
    if first >= size:
        raise RangeNotSatisfiable
    return ByteRange(first=first, last=min(int(end), size - 1) if end else size - 1, size=size)
