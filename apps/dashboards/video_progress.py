"""One video in one cohort: how far its learners are with it, and who stands where.

Three statements whatever the cohort's size; each learner's state comes out of their summary alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import F, Func, JSONField, Value

from apps.accounts.models import sort_key
from apps.cohorts.models import Cohort
from apps.cohorts.selectors import learners_of
from apps.core.errors import NotFound
from apps.core.glyph import GlyphState, PassState, RewatchState, glyph_state
from apps.core.glyph_words import glyph_words
from apps.curriculum.outline import VideoOutline
from apps.curriculum.selectors import revision_outline
from apps.dashboards.curves import COMPLETED, OPEN, UNTOUCHED, Standing
from apps.dashboards.places import Place, place_of
from apps.progress.summary import PassState as KeptPass
from apps.progress.summary import VideoState
from apps.reminders.models import Rewatch
from apps.reminders.selectors import DUE, OVERDUE
from apps.reminders.slots import local_date
from apps.reminders.spacing import state_on


@dataclass(frozen=True)
class VideoRow:
    """One learner before the video. Days are days of the learner's zone."""

    membership_id: int
    name: str
    sort_name: str
    state: VideoState
    rewatch_state: RewatchState | None
    due_on: date | None
    is_owed: bool
    today: date
    zone: ZoneInfo

    @property
    def place(self) -> Place:
        rewatch = (None, DUE, OVERDUE).index(self._pressing)
        first, second = _progress(self.state.first), _progress(self.state.second)
        return place_of(Standing(first, second, rewatch, is_light=False))

    @property
    def _pressing(self) -> RewatchState | None:
        return self.rewatch_state if self.rewatch_state in (DUE, OVERDUE) else None

    @property
    def glyph(self) -> GlyphState:
        return glyph_state(_mark(self.state.first), _mark(self.state.second), self.rewatch_state)

    @property
    def words(self) -> str:
        """The glyph as a sentence."""
        return glyph_words(
            _mark(self.state.first),
            _mark(self.state.second),
            today=self.today,
            first_on=self._day(self.state.first.completed_at),
            second_on=self._day(self.state.second.completed_at),
            rewatch=self.rewatch_state,
            due_on=self.due_on,
        )

    @property
    def is_light(self) -> bool:
        return self.state.second.is_completed and self.state.second.is_light

    @property
    def sittings(self) -> int:
        """At the pass that is under way; 0 where none is."""
        return max(self.state.first.sittings, self.state.second.sittings)

    def _day(self, moment: datetime | None) -> date | None:
        return moment.astimezone(self.zone).date() if moment else None


@dataclass(frozen=True)
class CohortVideo:
    """The video and everyone before it, in the order of places and names."""

    video: VideoOutline
    rows: Sequence[VideoRow]

    @cached_property
    def places(self) -> Counter[Place]:
        return Counter(row.place for row in self.rows)

    @property
    def begun(self) -> int:
        return len(self.rows) - self.places[Place.NOT_BEGUN]

    @cached_property
    def first_done(self) -> int:
        return sum(row.state.first.is_completed for row in self.rows)

    @cached_property
    def second_begun(self) -> int:
        return sum(row.state.second.opened for row in self.rows)

    @property
    def second_done(self) -> int:
        return self.places[Place.DONE]

    @cached_property
    def owing(self) -> int:
        """Learners whose rewatch is due or overdue, a second pass under way included."""
        return sum(
            row.is_owed
            and row.rewatch_state in (DUE, OVERDUE)
            and not row.state.second.is_completed
            for row in self.rows
        )

    @cached_property
    def light(self) -> int:
        return sum(row.is_light for row in self.rows)

    @cached_property
    def effort_ratio(self) -> float | None:
        """The median of the second passes that are done."""
        ratios = [row.state.second.ratio or 0.0 for row in self.rows if row.place == Place.DONE]
        return median(ratios) if ratios else None


def cohort_video(*, cohort: Cohort, video_slug: str, now: datetime) -> CohortVideo:
    """Everyone's state of one video of the cohort's curriculum; NotFound where it has none so named."""
    outline = revision_outline(revision_id=cohort.revision_id)
    video = outline.videos_by_slug.get(video_slug)
    if video is None:
        raise NotFound
    promises = {
        membership_id: (due_on, kept_at is not None, stopped_at is not None, is_owed)
        for membership_id, due_on, kept_at, stopped_at, is_owed in Rewatch.objects.filter(
            membership__cohort=cohort, video_id=video.id
        ).values_list("membership_id", "due_on", "kept_at", "stopped_at", "is_owed")
    }
    people = learners_of(cohort=cohort).values_list(
        "pk",
        "user__name",
        "user__email",
        "user__sort_name",
        "user__time_zone",
        # Not a key transform: Django takes a key of digits for a place in a list.
        Func(
            F("summary__videos"),
            Value(str(video.id)),
            function="jsonb_extract_path",
            output_field=JSONField(),
        ),
    )
    todays: dict[str, tuple[ZoneInfo, date]] = {}
    rows = []
    for pk, name, email, sort_name, zone_name, packed in people:
        if zone_name not in todays:
            zone = ZoneInfo(zone_name)
            todays[zone_name] = (zone, local_date(now, zone))
        zone, today = todays[zone_name]
        due_on, is_kept, is_stopped, is_owed = promises.get(pk, (None, False, False, False))
        shown = name or email.partition("@")[0]
        rows.append(
            VideoRow(
                membership_id=pk,
                name=shown,
                sort_name=sort_name or sort_key(shown),
                state=VideoState.from_json(packed or {}),
                rewatch_state=state_on(today, due_on=due_on, is_kept=is_kept, is_stopped=is_stopped)
                if due_on
                else None,
                due_on=due_on,
                is_owed=is_owed,
                today=today,
                zone=zone,
            )
        )
    order = {place: number for number, place in enumerate(_BY_URGENCY)}
    rows.sort(key=lambda row: (order[row.place], row.sort_name, row.membership_id))
    return CohortVideo(video, rows)


# Who may need something comes first; who is through comes last.
_BY_URGENCY = (
    Place.OVERDUE,
    Place.DUE,
    Place.IN_SECOND,
    Place.IN_FIRST,
    Place.WAITING,
    Place.NOT_BEGUN,
    Place.DONE,
)


def _progress(state: KeptPass) -> int:
    if state.is_completed:
        return COMPLETED
    return OPEN if state.opened else UNTOUCHED


def _mark(state: KeptPass) -> PassState:
    return PassState(
        percent=state.percent,
        is_completed=state.is_completed,
        is_self_reported=state.is_self_reported,
        is_light=state.is_light,
    )
