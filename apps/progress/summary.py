"""The summary of one membership, kept beside the facts. Pure but for the model it fills.

`VideoState` is the compact state of one video inside `Summary.videos`: short keys, zeros left out,
so that a cohort of 10,000 reads rows and not histories. `Summary.days` holds active milliseconds per
day of the cohort's zone, bonus videos left out: whole milliseconds add up the same way in any order.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from statistics import median
from typing import Any, Self
from zoneinfo import ZoneInfo

from apps.progress import coverage
from apps.progress.completion import LIGHT, effort_ratio, share_covered
from apps.progress.models import FIRST_PASS, SECOND_PASS, Evidence, Summary, Viewing


@dataclass(frozen=True, slots=True)
class PassState:
    """One pass of one video. `permille` is coverage; `sittings` counts until it is completed."""

    opened: bool = False
    permille: int = 0
    completed_at: datetime | None = None
    is_self_reported: bool = False
    active_seconds: int = 0
    sittings: int = 0
    is_light: bool = False
    ratio: float | None = None
    notes: int = 0
    rating: str = ""

    @property
    def is_completed(self) -> bool:
        return self.completed_at is not None

    @property
    def state(self) -> str:
        """`untouched`, `open` or `completed`."""
        if self.is_completed:
            return "completed"
        return "open" if self.opened else "untouched"

    @property
    def percent(self) -> int:
        return self.permille // 10

    def to_json(self) -> dict[str, Any]:
        packed = {
            "o": int(self.opened),
            "c": self.permille,
            "t": int(self.completed_at.timestamp()) if self.completed_at else 0,
            "e": int(self.is_self_reported),
            "a": self.active_seconds,
            "s": self.sittings,
            "l": int(self.is_light),
            "r": round(self.ratio, 3) if self.ratio is not None else 0,
            "n": self.notes,
            "g": self.rating,
        }
        return {key: value for key, value in packed.items() if value}

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Self:
        moment = packed.get("t")
        return cls(
            opened=bool(packed.get("o")),
            permille=packed.get("c", 0),
            completed_at=datetime.fromtimestamp(moment, UTC) if moment else None,
            is_self_reported=bool(packed.get("e")),
            active_seconds=packed.get("a", 0),
            sittings=packed.get("s", 0),
            is_light=bool(packed.get("l")),
            ratio=packed.get("r"),
            notes=packed.get("n", 0),
            rating=packed.get("g", ""),
        )


UNTOUCHED = PassState()


@dataclass(frozen=True, slots=True)
class VideoState:
    """Both passes of one video."""

    first: PassState = UNTOUCHED
    second: PassState = UNTOUCHED

    def to_json(self) -> dict[str, Any]:
        return {"1": self.first.to_json(), "2": self.second.to_json()}

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Self:
        return cls(
            first=PassState.from_json(packed.get("1", {})),
            second=PassState.from_json(packed.get("2", {})),
        )


BLANK = VideoState()


def pass_state(viewing: Viewing, duration_seconds: int) -> PassState:
    """The compact state of a viewing."""
    total = viewing.active_seconds + viewing.elsewhere_seconds
    is_second = viewing.number == SECOND_PASS
    return PassState(
        opened=True,
        permille=int(share_covered(viewing.covered_ms, duration_seconds) * 1000),
        completed_at=viewing.completed_at,
        is_self_reported=viewing.evidence == Evidence.SELF_REPORTED,
        active_seconds=total,
        sittings=0 if viewing.is_completed else coverage.sittings(viewing.active),
        is_light=LIGHT in viewing.flags,
        ratio=effort_ratio(total, duration_seconds) if is_second else None,
        notes=viewing.note_count,
        rating=viewing.rating,
    )


def states_of(summary: Summary) -> dict[int, VideoState]:
    """Every touched video's state, by the video's id."""
    return {int(key): VideoState.from_json(packed) for key, packed in summary.videos.items()}


def put_viewing(summary: Summary, viewing: Viewing, duration_seconds: int) -> None:
    """Set the viewing's pass in `summary.videos`; an extra pass has no place there."""
    if viewing.number not in (FIRST_PASS, SECOND_PASS):
        return
    key = str(viewing.video_id)
    state = VideoState.from_json(summary.videos.get(key, {}))
    now_state = pass_state(viewing, duration_seconds)
    which = "first" if viewing.number == FIRST_PASS else "second"
    state = replace(state, **{which: now_state})
    summary.videos[key] = state.to_json()


def add_days(summary: Summary, added: Mapping[date, int]) -> None:
    """Add active milliseconds per day of the cohort's zone."""
    for day, part in added.items():
        key = day.isoformat()
        summary.days[key] = summary.days.get(key, 0) + part


def done_seconds(days: Mapping[str, int], *, before: str | None = None) -> float:
    """Active seconds by `Summary.days`, bonus videos left out: what a plan is held against.

    With `before` (a day of the cohort's zone, ISO) only what was done earlier than that day began.
    """
    return sum(part for day, part in days.items() if before is None or day < before) / 1000


def recount(summary: Summary, *, bonus: Collection[int]) -> None:
    """Counts and the median ratio, from the states; `bonus` holds the ids of bonus videos."""
    states = states_of(summary)
    firsts = [key for key, state in states.items() if state.first.is_completed]
    seconds = [key for key, state in states.items() if state.second.is_completed]
    summary.first_passes = len(firsts)
    summary.second_passes = len(seconds)
    summary.owed_first_passes = sum(key not in bonus for key in firsts)
    summary.owed_second_passes = sum(key not in bonus for key in seconds)
    summary.light_passes = sum(states[key].second.is_light for key in seconds)
    ratios = [states[key].second.ratio or 0.0 for key in seconds]
    summary.effort_ratio = median(ratios) if ratios else None


def touch(summary: Summary, viewing: Viewing) -> None:
    """Move the first and last moments of activity; a self-report counts as having been here."""
    moments = [upper for _, upper in viewing.active] + (
        [viewing.completed_at] if viewing.completed_at else []
    )
    if not moments:
        return
    began = viewing.active[0][0] if viewing.active else moments[0]
    summary.started_at = min(filter(None, [summary.started_at, began]))
    summary.last_active_at = max(filter(None, [summary.last_active_at, *moments]))


def rebuilt(
    summary: Summary,
    viewings: Collection[tuple[Viewing, int]],
    *,
    bonus: Collection[int],
    zone: ZoneInfo,
) -> Summary:
    """The same summary from its facts alone; `viewings` come with their videos' durations."""
    summary.videos, summary.days, summary.active_seconds = {}, {}, 0
    summary.started_at = summary.last_active_at = None
    for viewing, duration_seconds in viewings:
        put_viewing(summary, viewing, duration_seconds)
        if viewing.video_id not in bonus:
            add_days(
                summary,
                coverage.by_day(coverage.merge((*viewing.active, *viewing.elsewhere)), zone),
            )
        summary.active_seconds += viewing.active_seconds + viewing.elsewhere_seconds
        touch(summary, viewing)
    recount(summary, bonus=bonus)
    return summary
