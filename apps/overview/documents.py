"""The progress document: all that is known about one learner's way through one cohort.

Frozen values; pages read them, `overview.api` turns them into the JSON of `docs/api.md`. Built from
rows that were read before, so that many documents cost as many statements as one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from apps.cohorts.models import Cohort, Membership
from apps.cohorts.schedule import budget_seconds, plan_begins_at, planned_seconds
from apps.curriculum.models import Placement
from apps.overview.next_step import NextStep, Standing, next_step
from apps.progress.completion import share_covered
from apps.progress.models import FIRST_PASS, SECOND_PASS, Summary, Viewing
from apps.progress.summary import done_seconds
from apps.reminders.budget import own_ratio, seconds_left
from apps.reminders.models import Rewatch
from apps.reminders.selectors import DUE, OVERDUE, rewatch_state
from apps.reminders.slots import local_date


@dataclass(frozen=True, slots=True)
class VideoProgress:
    """One video of the plan with both passes and the promise; a pass never opened is None."""

    placement: Placement
    first: Viewing | None
    second: Viewing | None
    rewatch: Rewatch | None
    rewatch_state: str

    def coverage(self, viewing: Viewing | None) -> float:
        """0.0 to 1.0."""
        if viewing is None:
            return 0.0
        return share_covered(viewing.covered_ms, self.placement.video.duration_seconds)

    @property
    def effort_ratio(self) -> float | None:
        """Active time of the second pass over the video's length; None before it was opened."""
        if self.second is None:
            return None
        active = self.second.active_seconds + self.second.elsewhere_seconds
        return active / self.placement.video.duration_seconds


@dataclass(frozen=True, slots=True)
class Totals:
    """A membership in figures, as of the moment they were read. Seconds; ratios are not rounded."""

    videos: int
    first_passes: int
    second_passes: int
    debt_count: int
    debt_seconds: int
    active_seconds: int
    planned_seconds: int
    pace: float | None
    effort_ratio: float | None


@dataclass(frozen=True, slots=True)
class ProgressDocument:
    membership: Membership
    as_of: datetime
    today: date
    totals: Totals
    next_step: NextStep
    videos: Sequence[VideoProgress]

    @property
    def next_video(self) -> VideoProgress | None:
        """The video that the next step is about."""
        wanted = self.next_step.video_id
        return next((each for each in self.videos if each.placement.video_id == wanted), None)


def document_of(
    *,
    membership: Membership,
    summary: Summary | None,
    placements: Sequence[Placement],
    viewings: Collection[Viewing],
    rewatches: Collection[Rewatch],
    now: datetime,
) -> ProgressDocument:
    """The document of one membership from its rows; cohort and user have to be loaded with it."""
    today = local_date(now, membership.user.zone)
    passes = {(viewing.video_id, viewing.number): viewing for viewing in viewings}
    promises = {rewatch.video_id: rewatch for rewatch in rewatches}
    videos = [
        _video_progress(placement, passes, promises.get(placement.video_id), today)
        for placement in placements
    ]
    return ProgressDocument(
        membership=membership,
        as_of=now,
        today=today,
        totals=_totals(membership, summary, videos, now=now),
        next_step=step_of(membership.cohort, videos, membership=membership, today=today),
        videos=videos,
    )


def _video_progress(
    placement: Placement,
    passes: Mapping[tuple[int, int], Viewing],
    rewatch: Rewatch | None,
    today: date,
) -> VideoProgress:
    return VideoProgress(
        placement=placement,
        first=passes.get((placement.video_id, FIRST_PASS)),
        second=passes.get((placement.video_id, SECOND_PASS)),
        rewatch=rewatch,
        rewatch_state=rewatch_state(rewatch, today) if rewatch else "",
    )


def _totals(
    membership: Membership,
    summary: Summary | None,
    videos: Sequence[VideoProgress],
    *,
    now: datetime,
) -> Totals:
    summary = summary or Summary(membership=membership, updated_at=now)
    ratio = own_ratio(second_passes=summary.second_passes, effort_ratio=summary.effort_ratio)
    owed = [
        each
        for each in videos
        if each.rewatch and each.rewatch.is_owed and each.rewatch_state in (DUE, OVERDUE)
    ]
    debt_seconds = sum(
        seconds_left(
            duration=each.placement.video.duration_seconds,
            own_ratio=ratio,
            covered=each.coverage(each.second),
        )
        for each in owed
    )
    placements = [each.placement for each in videos]
    planned = plan_of(membership, placements, now=now)
    return Totals(
        videos=len(videos),
        first_passes=summary.first_passes,
        second_passes=summary.second_passes,
        debt_count=len(owed),
        debt_seconds=round(debt_seconds),
        active_seconds=summary.active_seconds,
        planned_seconds=planned,
        pace=pace_of(summary, planned=planned),
        effort_ratio=summary.effort_ratio,
    )


def plan_of(membership: Membership, placements: Collection[Placement], *, now: datetime) -> int:
    """The seconds planned by now: by the cohort's hours a week, at most the curriculum's budget."""
    return plan_rule(membership, placements)(at=now)


def plan_rule(membership: Membership, placements: Collection[Placement]) -> partial[int]:
    """What a member's plan follows from but the moment, without their rows."""
    cohort = membership.cohort
    begins_at = plan_begins_at(
        starts_on=cohort.starts_on, zone=cohort.zone, joined_at=membership.joined_at
    )
    lengths = [(each.video.duration_seconds, each.is_bonus) for each in placements]
    return partial(
        planned_seconds,
        hours_per_week=cohort.hours_per_week,
        begins_at=begins_at,
        budget=budget_seconds(lengths),
        zone=cohort.zone,
        breaks=cohort.break_list,
    )


def pace_of(summary: Summary, *, planned: int) -> float | None:
    """Hours done against hours planned; bonus videos do not count, since the plan is without them.

    None while nothing is planned yet.
    """
    return share_of(round(done_seconds(summary.days)), planned=planned)


def share_of(done: int, *, planned: int) -> float | None:
    return done / planned if planned > 0 else None


def step_of(
    cohort: Cohort, videos: Collection[VideoProgress], *, membership: Membership, today: date
) -> NextStep:
    """The next step of a learner by the rows of their videos."""
    return next_step(
        [_standing(each, cohort, membership.user.zone) for each in videos],
        today=today,
        soft_limit=cohort.soft_limit,
        night_rule=cohort.night_rule,
        is_archived=cohort.archived_at is not None,
    )


def _standing(video: VideoProgress, cohort: Cohort, zone: ZoneInfo) -> Standing:
    first, second, rewatch = video.first, video.second, video.rewatch
    is_bonus = video.placement.is_bonus
    completed_at = first.completed_at if first else None
    return Standing(
        video_id=video.placement.video_id,
        position=video.placement.position,
        is_bonus=is_bonus,
        is_owed=rewatch.is_owed if rewatch else cohort.bonus_is_owed or not is_bonus,
        first_opened=first is not None,
        first_completed_on=local_date(completed_at, zone) if completed_at else None,
        is_scaffold_settled=first is not None
        and (first.scaffold_at is not None or first.scaffold_skipped_at is not None),
        second_opened=second is not None,
        second_completed=second is not None and second.is_completed,
        second_touched_at=(second.last_heartbeat_at or second.opened_at) if second else None,
        rewatch_state=video.rewatch_state,
        due_on=rewatch.due_on if rewatch and rewatch.stopped_at is None else None,
    )
