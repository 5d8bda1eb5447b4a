"""The next step of many learners of one cohort at once, for lists of thousands: no rows are made into objects."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.cohorts.models import Cohort
from apps.curriculum.outline import Outline, VideoOutline
from apps.overview.next_step import NextStep, Standing, next_step
from apps.overview.statements import begun_videos
from apps.reminders import spacing
from apps.reminders.slots import local_date


@dataclass(frozen=True, slots=True)
class Step:
    """A next step, the video it is about, and whether that one's second pass is open."""

    step: NextStep
    video: VideoOutline | None
    is_open: bool


def next_steps(
    *, cohort: Cohort, outline: Outline, zones: Mapping[int, str], now: datetime
) -> dict[int, Step]:
    """The step of each membership; `zones` holds the time zone of each one's learner. One statement."""
    videos = {video.id: video for video in outline.videos}
    untouched = {
        video.id: Standing(
            video_id=video.id,
            position=video.position,
            is_bonus=video.is_bonus,
            is_owed=cohort.bonus_is_owed or not video.is_bonus,
        )
        for video in outline.videos
    }
    begun: dict[int, dict[int, Standing]] = defaultdict(dict)
    places = _Places(cohort, now)
    for membership_id, video_id, *facts in begun_videos(list(zones)):
        video = videos.get(video_id)
        if video is not None:
            begun[membership_id][video_id] = places.standing(video, zones[membership_id], facts)
    return {
        membership_id: _step(cohort, untouched | begun[membership_id], videos, places.today(zone))
        for membership_id, zone in zones.items()
    }


class _Places:
    """Standings, with the days of each zone looked up once."""

    def __init__(self, cohort: Cohort, now: datetime) -> None:
        self.cohort, self.now = cohort, now
        self._todays: dict[str, date] = {}

    def today(self, zone: str) -> date:
        if zone not in self._todays:
            self._todays[zone] = local_date(self.now, ZoneInfo(zone))
        return self._todays[zone]

    def standing(self, video: VideoOutline, zone: str, facts: list[Any]) -> Standing:
        (
            completed_at, is_settled, first_opened, second_opened, second_completed, touched_at,
            is_promised, is_owed, due_on, is_kept, is_stopped,
        ) = facts  # fmt: skip
        state = ""
        if is_promised:
            state = spacing.state_on(
                self.today(zone), due_on=due_on, is_kept=is_kept, is_stopped=is_stopped
            )
        return Standing(
            video_id=video.id,
            position=video.position,
            is_bonus=video.is_bonus,
            is_owed=is_owed if is_promised else self.cohort.bonus_is_owed or not video.is_bonus,
            first_opened=first_opened,
            first_completed_on=local_date(completed_at, ZoneInfo(zone)) if completed_at else None,
            is_scaffold_settled=bool(is_settled),
            second_opened=second_opened,
            second_completed=second_completed,
            second_touched_at=touched_at,
            rewatch_state=state,
            due_on=None if is_stopped else due_on,
        )


def _step(
    cohort: Cohort,
    standings: Mapping[int, Standing],
    videos: Mapping[int, VideoOutline],
    today: date,
) -> Step:
    step = next_step(
        standings.values(),
        today=today,
        soft_limit=cohort.soft_limit,
        night_rule=cohort.night_rule,
        is_archived=cohort.archived_at is not None,
    )
    if step.video_id is None:
        return Step(step, None, is_open=False)
    return Step(step, videos.get(step.video_id), is_open=standings[step.video_id].second_opened)
