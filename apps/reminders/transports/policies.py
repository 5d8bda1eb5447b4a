"""What a sender's death between the fence and the server's answer means, by kind of mail server.

Each class declares its crash policy: what it can find out about a message whose fate nobody knows, and what follows.
A new channel is one more class. The app's own inbox needs none: there a message is a row, written with its plan.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import ClassVar
from uuid import UUID

from apps.reminders.transports.evidence import Evidence


class Verdict(Enum):
    ARRIVED = "arrived"  # proved: mark it as sent
    AGAIN = "again"  # proved not to have arrived, or harmless: the same bytes go out once more
    ASSUMED = "assumed"  # nobody will ever know, and one more try would be one too many
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message that was fenced and never settled. `times` counts how often that happened to it before."""

    message_id: str
    fenced_at: datetime
    times: int = 0


class Transport(ABC):
    """One kind of mail server. Moments are the database's own clock, as the fences' are."""

    name: ClassVar[str]
    # Nobody is asked earlier: what the dead sender had said already may still be on its way.
    grace: timedelta = timedelta(seconds=60)
    # How many mails one sender may have behind one fence, each on a connection of its own: so many are in doubt when
    # it dies. Where that can be cleared up, a few share the price of the commit.
    fenced_together: int = 8
    # Where nothing can be found out later, the mark must not wait for the next fence.
    marks_at_once: bool = False

    def headers(self, key: UUID) -> dict[str, str]:
        """Headers of its own for the message with this key."""
        return {}

    @abstractmethod
    def verdicts(self, unknown: Sequence[Unknown], *, at: datetime) -> list[Verdict]:
        """What is to happen with each of these, in their order."""


class BlindTransport(Transport):
    """Plain SMTP: nobody remembers (RFC 1047). The same bytes under the same Message-ID go out again, after a rest
    that doubles, until the server answers for them or their slot is over: rather twice than lost.

    The doubling keeps a server that takes every mail and never says so to seven copies in a slot.
    """

    name = "blind"
    fenced_together = 1
    marks_at_once = True

    def verdicts(self, unknown: Sequence[Unknown], *, at: datetime) -> list[Verdict]:
        return [
            Verdict.AGAIN if at - each.fenced_at >= self.grace * 2**each.times else Verdict.WAIT
            for each in unknown
        ]


class KeyTransport(Transport):
    """A provider that accepts a key only once within some hours: sending again is harmless until then."""

    name = "key"
    grace = timedelta(seconds=120)
    MARGIN = timedelta(minutes=10)

    def __init__(self, *, header: str, keeps: timedelta) -> None:
        self.header = header
        self.keeps = keeps

    def headers(self, key: UUID) -> dict[str, str]:
        return {self.header: key.hex}

    def verdicts(self, unknown: Sequence[Unknown], *, at: datetime) -> list[Verdict]:
        return [
            Verdict.AGAIN if at - each.fenced_at < self.keeps - self.MARGIN else Verdict.ASSUMED
            for each in unknown
        ]


class EvidenceTransport(Transport):
    """A relay whose records say what it accepted. As long as they say nothing, the message waits."""

    name = "ledger"
    GIVE_UP = timedelta(days=3)

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence

    def verdicts(self, unknown: Sequence[Unknown], *, at: datetime) -> list[Verdict]:
        since = min(each.fenced_at for each in unknown)
        seen = self.evidence.seen([each.message_id for each in unknown], since=since)
        return [self._verdict(seen.get(each.message_id), at - each.fenced_at) for each in unknown]

    def _verdict(self, was_seen: bool | None, age: timedelta) -> Verdict:
        if was_seen is not None:
            return Verdict.ARRIVED if was_seen else Verdict.AGAIN
        return Verdict.ASSUMED if age > self.GIVE_UP else Verdict.WAIT
