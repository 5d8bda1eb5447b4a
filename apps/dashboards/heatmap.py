"""The cells of the heatmap: each learner's rings for each video, as marks and as a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.core.glyph import GlyphState, PassState, RewatchState, glyph_state
from apps.core.glyph_words import glyph_words
from apps.curriculum.outline import Outline, VideoOutline
from apps.dashboards.rows import LearnerRow
from apps.progress.summary import BLANK, VideoState
from apps.progress.summary import PassState as KeptPass
from apps.reminders.slots import local_date
from apps.reminders.spacing import state_on


@dataclass(frozen=True, slots=True)
class Promise:
    """What a rewatch says of itself."""

    due_on: date
    is_kept: bool
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What the rings of some learners are drawn from: packed states by membership, promises by membership and video."""

    videos: Mapping[int, Mapping[str, Any]]
    promises: Mapping[tuple[int, int], Promise]


@dataclass(frozen=True, slots=True)
class Cell:
    """`words` begin with the video's number, since a cell has no other name."""

    video: VideoOutline
    glyph: GlyphState
    words: str
    begins_phase: bool


@dataclass(frozen=True, slots=True)
class Line:
    row: LearnerRow
    cells: tuple[Cell, ...]
    is_cut: bool


def heatmap_lines(
    rows: Sequence[LearnerRow],
    *,
    outline: Outline,
    shown: Shown,
    now: datetime,
) -> list[Line]:
    """A line for each row; one is cut off from those above where the need for help ends."""
    phase_starts = {phase.videos[0].id for phase in outline.phases[1:] if phase.videos}
    lines = []
    before: LearnerRow | None = None
    for row in rows:
        zone = ZoneInfo(row.time_zone)
        today = local_date(now, zone)
        states = shown.videos.get(row.membership_id, {})
        cells = tuple(
            _cell(
                video,
                VideoState.from_json(states[str(video.id)]) if str(video.id) in states else BLANK,
                shown.promises.get((row.membership_id, video.id)),
                today,
                zone,
                begins_phase=video.id in phase_starts,
            )
            for video in outline.videos
        )
        ends_need = before is not None and before.status == "needs_help" != row.status
        lines.append(Line(row, cells, ends_need))
        before = row
    return lines


def glyphs_of(lines: Iterable[Line]) -> set[GlyphState]:
    """What the sprite has to hold."""
    return {cell.glyph for line in lines for cell in line.cells}


def _cell(
    video: VideoOutline,
    state: VideoState,
    promise: Promise | None,
    today: date,
    zone: ZoneInfo,
    *,
    begins_phase: bool,
) -> Cell:
    rewatch: RewatchState | None = None
    if promise is not None:
        rewatch = state_on(
            today,
            due_on=promise.due_on,
            is_kept=promise.is_kept,
            is_stopped=promise.is_stopped,
        )
    first, second = _mark(state.first), _mark(state.second)
    words = glyph_words(
        first,
        second,
        today=today,
        first_on=_day(state.first, zone),
        second_on=_day(state.second, zone),
        rewatch=rewatch,
        due_on=promise.due_on if promise else None,
    )
    return Cell(
        video, glyph_state(first, second, rewatch), f"{video.position}. {words}", begins_phase
    )


def _mark(state: KeptPass) -> PassState:
    return PassState(
        percent=state.percent,
        is_completed=state.is_completed,
        is_self_reported=state.is_self_reported,
        is_light=state.is_light,
    )


def _day(state: KeptPass, zone: ZoneInfo) -> date | None:
    return local_date(state.completed_at, zone) if state.completed_at else None
