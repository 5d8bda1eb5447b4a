"""A mail as it goes out, and what the mail server said of it."""

from dataclasses import dataclass
from enum import Enum


class Ending(Enum):
    ACCEPTED = "accepted"
    LATER = "later"  # surely not sent, worth another try
    NO_LINE = "no line"  # the same, and for every other letter too
    HELD = "held"  # surely not sent: the fence did not let it pass
    REFUSED = "refused"  # surely not sent, and no try will change it
    NO_SUCH_ADDRESS = "no such address"
    UNSURE = "unsure"  # the line broke after the fence


@dataclass(frozen=True, slots=True)
class Answer:
    ending: Ending
    words: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """Addresses without names, the bytes, which end in CRLF, and the rewatches it is about.

    `recipient` is the address as SMTP speaks it, `to` as its owner wrote it.
    """

    sender: str
    recipient: str
    content: bytes
    to: str
    subject: str
    rewatches: tuple[int, ...] = ()
