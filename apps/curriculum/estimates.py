"""Hours: what the videos and the method add up to, beside what the author of the curriculum says.

The method asks for a first pass of once the length and a second pass of two to three times the
length (product.md, rule 9). Where an author's own estimate lies outside of that, we say so.
"""

from dataclasses import dataclass
from enum import StrEnum

from apps.curriculum.texts import Hours

SECOND_PASS_LOW, SECOND_PASS_HIGH = 2, 3
# An author who leaves less than this share of the length for the second pass counted one watching.
ROOM_OF_ONE_WATCHING = 0.5


class Verdict(StrEnum):
    """How an author's estimate and the method's sum compare."""

    NOTHING_SAID = "nothing_said"
    AGREES = "agrees"
    ONE_WATCHING = "one_watching"
    TOO_LITTLE = "too_little"
    TOO_MUCH = "too_much"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds of the videos once, and of both passes at the least and the most; the author's hours."""

    once_seconds: int
    hours: Hours | None

    @property
    def both_low_seconds(self) -> int:
        return self.once_seconds * (1 + SECOND_PASS_LOW)

    @property
    def both_high_seconds(self) -> int:
        return self.once_seconds * (1 + SECOND_PASS_HIGH)

    @property
    def room_low(self) -> float:
        """How many times its length the author's lower figure leaves for the second pass."""
        return self._room(self.hours.low) if self.hours else 0.0

    @property
    def room_high(self) -> float:
        return self._room(self.hours.high) if self.hours else 0.0

    @property
    def verdict(self) -> Verdict:
        """They agree when the two ranges meet."""
        if self.hours is None or not self.once_seconds:
            return Verdict.NOTHING_SAID
        if self.room_high >= SECOND_PASS_LOW:
            return Verdict.AGREES if self.room_low <= SECOND_PASS_HIGH else Verdict.TOO_MUCH
        return Verdict.ONE_WATCHING if self.room_high < ROOM_OF_ONE_WATCHING else Verdict.TOO_LITTLE

    @property
    def agrees(self) -> bool:
        return self.verdict in (Verdict.AGREES, Verdict.NOTHING_SAID)

    def _room(self, hours: int) -> float:
        return max(0.0, hours * 3600 / self.once_seconds - 1) if self.once_seconds else 0.0
