"""One video as a line of a list: its rings, its title, and where the learner stands with it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from apps.core.glyph import GlyphState, PassState, RewatchState, glyph_state
from apps.core.glyph_words import glyph_words
from apps.core.localized import localized
from apps.curriculum.models import Video
from apps.overview.documents import ProgressDocument, VideoProgress
from apps.progress.completion import LIGHT
from apps.progress.models import Evidence, Viewing
from apps.reminders.budget import own_ratio, seconds_left
from apps.reminders.models import Rewatch
from apps.reminders.slots import local_date


def ratio_of(document: ProgressDocument) -> float | None:
    """The learner's own median effort ratio, once there is one."""
    totals = document.totals
    return own_ratio(second_passes=totals.second_passes, effort_ratio=totals.effort_ratio)


@dataclass(frozen=True)
class Line:
    """What templates show of one video; days are days of the learner's zone."""

    document: ProgressDocument
    progress: VideoProgress

    @property
    def video(self) -> Video:
        return self.progress.placement.video

    @property
    def position(self) -> int:
        return self.progress.placement.position

    @property
    def is_bonus(self) -> bool:
        return self.progress.placement.is_bonus

    @property
    def original_title(self) -> str:
        """The title in the spoken language, where the reader's shows another one, else ''."""
        original = localized(self.video.title, self.video.spoken_language)
        return original if original != localized(self.video.title) else ""

    @property
    def first(self) -> Viewing | None:
        return self.progress.first

    @property
    def second(self) -> Viewing | None:
        return self.progress.second

    @property
    def rewatch(self) -> Rewatch | None:
        return self.progress.rewatch

    @property
    def state(self) -> str:
        """The rewatch's state, '' where there is none."""
        return self.progress.rewatch_state

    @property
    def is_due(self) -> bool:
        return self.state in ("due", "overdue")

    @property
    def due_on(self) -> date | None:
        return self.rewatch.due_on if self.rewatch and self.rewatch.is_open else None

    @cached_property
    def first_percent(self) -> int:
        return int(self.progress.coverage(self.first) * 100)

    @cached_property
    def second_percent(self) -> int:
        return int(self.progress.coverage(self.second) * 100)

    @property
    def first_on(self) -> date | None:
        return self._day(self.first)

    @property
    def second_on(self) -> date | None:
        return self._day(self.second)

    @property
    def is_first_done(self) -> bool:
        return self.first is not None and self.first.is_completed

    @property
    def is_second_done(self) -> bool:
        return self.second is not None and self.second.is_completed

    @property
    def is_first_self_reported(self) -> bool:
        return self.first is not None and self.first.evidence == Evidence.SELF_REPORTED

    @property
    def is_light(self) -> bool:
        return self.second is not None and LIGHT in self.second.flags

    @property
    def ratio(self) -> float | None:
        return self.progress.effort_ratio

    @property
    def first_seconds_left(self) -> float:
        return self.video.duration_seconds * (1 - self.progress.coverage(self.first))

    @property
    def second_seconds_left(self) -> float:
        """What is left of the second pass, by the learner's own ratio (rule 9)."""
        return seconds_left(
            duration=self.video.duration_seconds,
            own_ratio=ratio_of(self.document),
            covered=self.progress.coverage(self.second),
        )

    @cached_property
    def glyph(self) -> GlyphState:
        return glyph_state(self._first_mark, self._second_mark, self._ring_state)

    @cached_property
    def words(self) -> str:
        """The glyph as a sentence."""
        return glyph_words(
            self._first_mark,
            self._second_mark,
            today=self.document.today,
            first_on=self.first_on,
            second_on=self.second_on,
            rewatch=self._ring_state,
            due_on=self.due_on,
        )

    @property
    def _ring_state(self) -> RewatchState | None:
        match self.state:
            case "waiting" | "due" | "overdue" | "kept" | "stopped" as state:
                return state
        return None

    @property
    def _first_mark(self) -> PassState:
        return self._mark(self.first, self.first_percent)

    @property
    def _second_mark(self) -> PassState:
        return self._mark(self.second, self.second_percent)

    def _mark(self, viewing: Viewing | None, percent: int) -> PassState:
        if viewing is None:
            return PassState()
        return PassState(
            percent=percent,
            is_completed=viewing.is_completed,
            is_self_reported=viewing.evidence == Evidence.SELF_REPORTED,
            is_light=LIGHT in viewing.flags,
        )

    def _day(self, viewing: Viewing | None) -> date | None:
        if viewing is None or viewing.completed_at is None:
            return None
        return local_date(viewing.completed_at, self.document.membership.user.zone)


def lines_of(document: ProgressDocument) -> list[Line]:
    """Every video of the plan, in order."""
    return [Line(document, progress) for progress in document.videos]
