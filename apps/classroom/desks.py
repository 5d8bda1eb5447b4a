"""What lies on the desk of a second pass: its notes, effort so far, and what finishing still wants."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apps.classroom.seats import Seat
from apps.notes.models import Draft, Note
from apps.notes.moments import NoteMoment, moments_of
from apps.notes.selectors import drafts_of
from apps.progress.completion import (
    AIM_RATIO,
    AIM_RATIO_TOP,
    LOW_EFFORT,
    NO_CODE,
    NO_EXPERIMENT,
    SECOND_PASS_SHARE,
    PassFacts,
    effort_ratio,
    flags,
    share_covered,
)
from apps.progress.elsewhere import asked_at
from apps.progress.models import Evidence, Viewing

# The gauge of effort ends here; more than this is a lot, and drawn at its end.
GAUGE_TOP = 3.5


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many notes there are of one kind."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Effort:
    """Active time against the length. Seconds; `so_far` divides by what was covered, for display."""

    active_seconds: int
    covered_seconds: int
    duration_seconds: int

    @property
    def active_ms(self) -> int:
        return self.active_seconds * 1000

    @property
    def so_far(self) -> float | None:
        """None while so little was covered that the figure would say nothing."""
        if self.covered_seconds < 30:
            return None
        return self.active_seconds / self.covered_seconds

    @property
    def ratio(self) -> float:
        return effort_ratio(self.active_seconds, self.duration_seconds)

    @property
    def gauge_at(self) -> str:
        """Where the gauge's needle stands, in per cent of its width, written for SVG."""
        return f"{min(self.so_far or 0.0, GAUGE_TOP) / GAUGE_TOP * 100:.2f}"


@dataclass(frozen=True, slots=True)
class Jupyter:
    """Whether the learner is in their own Jupyter, and when they are asked whether they still are."""

    since: datetime | None
    asked_in_ms: int | None

    @property
    def is_asked(self) -> bool:
        return self.asked_in_ms == 0


def jupyter_of(viewing: Viewing, now: datetime) -> Jupyter:
    asked = asked_at(viewing)
    left = None if asked is None else max(0, (asked - now) // timedelta(milliseconds=1))
    return Jupyter(since=viewing.elsewhere_since, asked_in_ms=left)


@dataclass(frozen=True, slots=True)
class Desk:
    viewing: Viewing
    jupyter: Jupyter
    moments: Sequence[NoteMoment]
    kinds: Sequence[KindCount]
    effort: Effort


def desk_of(*, seat: Seat, viewing: Viewing, now: datetime) -> Desk:
    """The desk; the notebook lists the latest moment of the video first, as one works forward."""
    moments = moments_of(viewing=viewing)[::-1]
    counted = Counter(moment.kind for moment in moments)
    return Desk(
        viewing=viewing,
        jupyter=jupyter_of(viewing, now),
        moments=moments,
        kinds=[
            KindCount(kind=kind.value, label=str(kind.label), count=counted[kind])
            for kind in Note.Kind
            if counted[kind]
        ],
        effort=Effort(
            active_seconds=viewing.active_seconds + viewing.elsewhere_seconds,
            covered_seconds=viewing.covered_ms // 1000,
            duration_seconds=seat.video.duration_seconds,
        ),
    )


def drafts_here(*, viewing: Viewing, note: Note | None) -> list[dict[str, Any]]:
    """The drafts that belong into this form, the latest first, as js/draft.js reads them."""
    key = f"note-{note.pk}" if note else None
    return [
        draft_document(draft)
        for draft in drafts_of(viewing=viewing)
        if (draft.key == key if key else not draft.key.startswith("note-"))
    ]


def draft_document(draft: Draft) -> dict[str, Any]:
    return {
        "key": draft.key,
        "version": draft.version,
        "kind": draft.kind,
        "at_ms": draft.at_ms,
        "values": draft.values,
        "at": int(draft.updated_at.timestamp() * 1000),
    }


@dataclass(frozen=True, slots=True)
class Finishing:
    """What finishing asks for (`is_covered`, `has_note`), and what would be said about it honestly."""

    percent: int
    needed_percent: int
    is_covered: bool
    has_note: bool
    ratio: float
    aim: float
    aim_top: float
    is_low_effort: bool
    lacks_code: bool
    lacks_experiment: bool

    @property
    def is_possible(self) -> bool:
        return self.is_covered and self.has_note

    @property
    def is_light(self) -> bool:
        return self.is_low_effort or self.lacks_code or self.lacks_experiment


def finishing(*, seat: Seat, viewing: Viewing) -> Finishing:
    """What stands between this pass and its end; the rules are those of `progress.completion`."""
    share = share_covered(viewing.covered_ms, seat.video.duration_seconds)
    active_seconds = viewing.active_seconds + viewing.elsewhere_seconds
    would_be = flags(
        PassFacts(
            number=viewing.number,
            evidence=viewing.evidence or Evidence.TRACKED,
            duration_seconds=seat.video.duration_seconds,
            active_seconds=active_seconds,
            is_coding=seat.video.is_coding,
            code_count=viewing.code_count,
            experiment_count=viewing.experiment_count,
            typed_share=viewing.typed_share,
        )
    )
    return Finishing(
        percent=int(share * 100),
        needed_percent=round(SECOND_PASS_SHARE * 100),
        is_covered=share >= SECOND_PASS_SHARE,
        has_note=viewing.note_count > 0,
        ratio=effort_ratio(active_seconds, seat.video.duration_seconds),
        aim=AIM_RATIO,
        aim_top=AIM_RATIO_TOP,
        is_low_effort=LOW_EFFORT in would_be,
        lacks_code=NO_CODE in would_be,
        lacks_experiment=NO_EXPERIMENT in would_be,
    )
