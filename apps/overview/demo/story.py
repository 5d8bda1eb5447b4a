"""What a made-up learner's weeks consist of: the course, the passes in the making, and the rows that come of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from apps.cohorts.models import Cohort
from apps.curriculum.models import Video
from apps.curriculum.outline import VideoOutline
from apps.notes.models import Note
from apps.progress.models import Summary, Viewing
from apps.reminders.models import PromiseChange, Rewatch
from apps.reminders.planning import WakeState


@dataclass(frozen=True, slots=True)
class Course:
    """What is learned: the cohort, and its videos in their order."""

    cohort: Cohort
    places: Sequence[VideoOutline]
    videos: Mapping[int, Video]

    @property
    def bonus(self) -> frozenset[int]:
        return frozenset(place.id for place in self.places if place.is_bonus)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A day's message: when, and about which rewatches (places in the story's list)."""

    slot_on: date
    at: datetime
    rewatches: tuple[int, ...]


@dataclass(slots=True)
class Story:
    """All rows of one learner, unsaved; rewatches and viewings carry their place in the list as pk."""

    joined_at: datetime
    viewings: list[Viewing] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rewatches: list[Rewatch] = field(default_factory=list)
    # How promises stood before they moved; `rewatch_id` is a place in `rewatches`.
    changes: list[PromiseChange] = field(default_factory=list)
    messages: list[SentMessage] = field(default_factory=list)
    wake: WakeState | None = None
    summary: Summary | None = None


@dataclass(slots=True)
class Work:
    """A pass in the making: how much active time it takes in all, and how much of it is done."""

    viewing: Viewing
    need_ms: int
    elsewhere_seconds: int
    share: float
    is_light: bool
    done_ms: int = 0
    sittings: int = 0
    active: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def left_ms(self) -> int:
        return self.need_ms - self.done_ms
