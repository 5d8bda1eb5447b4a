"""What a curriculum document says, as frozen values. Two documents are equal when they say the same."""

from dataclasses import dataclass, field

from apps.curriculum.texts import Hours, LocalizedText

FORMAT = 1


@dataclass(frozen=True, slots=True)
class CreditEntry:
    name: str
    reason: LocalizedText = field(default_factory=LocalizedText)


@dataclass(frozen=True, slots=True)
class OutcomeEntry:
    """`kind` is `is_not`, `does` or `knows`; `instead` (what one is) goes with `is_not` only."""

    code: str
    kind: str
    text: LocalizedText
    instead: LocalizedText = field(default_factory=LocalizedText)


@dataclass(frozen=True, slots=True)
class CaptionEntry:
    language: str
    address: str


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """Another place of a video; `language` is what is spoken there, where it is another one."""

    provider: str
    address: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class VideoEntry:
    slug: str
    provider: str
    address: str
    title: LocalizedText
    author: str
    duration_seconds: int
    outcomes: tuple[str, ...]
    duration_is_approximate: bool = False
    topics: LocalizedText = field(default_factory=LocalizedText)
    description: LocalizedText = field(default_factory=LocalizedText)
    hint: LocalizedText = field(default_factory=LocalizedText)
    spoken_language: str = "en"
    captions: tuple[CaptionEntry, ...] = ()
    sources: tuple[SourceEntry, ...] = ()
    credits: tuple[CreditEntry, ...] = ()
    is_bonus: bool = False
    is_guest: bool = False
    is_coding: bool = False
    needs_torch: bool = False


@dataclass(frozen=True, slots=True)
class PhaseEntry:
    title: LocalizedText
    goal: LocalizedText
    videos: tuple[VideoEntry, ...]
    prerequisites: LocalizedText = field(default_factory=LocalizedText)
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class CurriculumDocument:
    slug: str
    title: LocalizedText
    summary: LocalizedText
    outcomes: tuple[OutcomeEntry, ...]
    phases: tuple[PhaseEntry, ...]
    role: LocalizedText = field(default_factory=LocalizedText)
    result: LocalizedText = field(default_factory=LocalizedText)
    prerequisites: LocalizedText = field(default_factory=LocalizedText)
    hours: Hours | None = None
    credits: tuple[CreditEntry, ...] = ()

    @property
    def videos(self) -> tuple[VideoEntry, ...]:
        """All videos in their order through all phases."""
        return tuple(video for phase in self.phases for video in phase.videos)
