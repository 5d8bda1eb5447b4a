"""The next step of many learners of one cohort at once, for lists of thousands: no rows are made into objects."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.cohorts.models import Cohort
from apps.curriculum.outline import Outline, VideoOutline
from apps.overview.next_step import NextStep, Standing, next_step
from apps.overview.statements import begun_videos
from apps.reminders import spacing
from apps.reminders.selectors import KEPT
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
    untouched = {video.id: _untouched(video, cohort) for video in outline.videos}
    done = {video_id: _done(standing) for video_id, standing in untouched.items()}
    begun: dict[int, dict[int, Standing]] = defaultdict(dict)
    today_in = {zone: local_date(now, ZoneInfo(zone)) for zone in set(zones.values())}
    for membership_id, video_id, *facts in begun_videos(list(zones)):
        if video_id in videos:
            begun[membership_id][video_id] = (
                done[video_id]
                if facts[0] is None
                else _standing(untouched[video_id], facts, today_in[zones[membership_id]])
            )
    return {
        membership_id: _step(cohort, untouched | begun[membership_id], videos, today_in[zone])
        for membership_id, zone in zones.items()
    }


def _untouched(video: VideoOutline, cohort: Cohort) -> Standing:
    return Standing(
        video_id=video.id,
        position=video.position,
        is_bonus=video.is_bonus,
        is_owed=cohort.bonus_is_owed or not video.is_bonus,
    )


def _done(standing: Standing) -> Standing:
    """Of both passes; of no day that the rule would look at."""
    return replace(
        standing,
        first_opened=True,
        first_completed_on=date.min,
        is_scaffold_settled=True,
        second_opened=True,
        second_completed=True,
        rewatch_state=KEPT,
    )


def _standing(untouched: Standing, facts: list[Any], today: date) -> Standing:
    (
        first_opened, first_day, is_settled, second_opened, second_completed, touched,
        is_owed, due_day, is_kept, is_stopped,
    ) = facts  # fmt: skip
    due_on = None if due_day is None else date.fromordinal(due_day)
    state = ""
    if due_on is not None:
        state = spacing.state_on(today, due_on=due_on, is_kept=is_kept, is_stopped=is_stopped)
    return Standing(
        video_id=untouched.video_id,
        position=untouched.position,
        is_bonus=untouched.is_bonus,
        is_owed=untouched.is_owed if is_owed is None else is_owed,
        first_opened=first_opened,
        first_completed_on=None if first_day is None else date.fromordinal(first_day),
        is_scaffold_settled=bool(is_settled),
        second_opened=second_opened,
        second_completed=second_completed,
        second_touched_at=None if touched is None else datetime.fromtimestamp(touched, UTC),
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
