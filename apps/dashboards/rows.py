"""One learner as a row of the cohort's dashboard, from plain values. Pure.

A row keeps what lists, figures, charts and REST sort and show; it is made for everyone of a cohort of
thousands, so it reads the packed states of the videos without unpacking them, and keeps none of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from apps.accounts.models import sort_key
from apps.cohorts import schedule
from apps.cohorts.models import Cohort
from apps.curriculum.outline import Outline
from apps.dashboards.attention import (
    Attention,
    OpenQuestion,
    Standing,
    Status,
    WeekEnd,
    attention_to,
)
from apps.dashboards.curves import (
    Curves,
    days_shown,
    debts_of_days,
    known_from,
    standings_of,
    weeks_of,
)
from apps.overview.pace import Finish, finishing
from apps.progress.glance import open_passes, share_done
from apps.progress.models import FIRST_PASS, SECOND_PASS
from apps.progress.summary import done_seconds
from apps.reminders.budget import budget_seconds, own_ratio
from apps.reminders.promises import PromiseHistory
from apps.reminders.selectors import NO_DEBT, Debt
from apps.reminders.slots import local_date

HERE_WITHIN_DAYS = 7


class Facts(NamedTuple):
    """What is read of a membership, its person and its summary, in the order of `FIELDS`."""

    membership_id: int
    user_id: int
    name: str
    email: str
    sort_name: str
    time_zone: str
    joined_at: datetime
    external_id: str
    first_passes: int | None
    second_passes: int | None
    owed_first_passes: int | None
    owed_second_passes: int | None
    light_passes: int | None
    active_seconds: int | None
    effort_ratio: float | None
    started_at: datetime | None
    last_active_at: datetime | None
    updated_at: datetime | None
    videos: dict[str, Any] | None
    days: dict[str, int] | None
    mark: int = 0


FIELDS = (
    "pk",
    "user_id",
    "user__name",
    "user__email",
    "user__sort_name",
    "user__time_zone",
    "joined_at",
    "external_id",
    *(f"summary__{name}" for name in Facts._fields[8:-1]),
)


@dataclass(frozen=True)
class Plan:
    """What all learners of a cohort share, as of one moment: its videos and its calendar."""

    cohort: Cohort
    outline: Outline
    now: datetime

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.cohort.zone

    @cached_property
    def today(self) -> date:
        """In the cohort's zone, as are all days of attention."""
        return local_date(self.now, self.zone)

    @cached_property
    def tomorrow_at(self) -> datetime:
        return schedule.day_start(self.today + timedelta(days=1), self.zone)

    @cached_property
    def week(self) -> int:
        return schedule.week_number(
            starts_on=self.cohort.starts_on, today=self.today, breaks=self.breaks
        )

    @cached_property
    def budget(self) -> int:
        return schedule.budget_seconds(
            (video.duration_seconds, video.is_bonus) for video in self.outline.videos
        )

    @cached_property
    def ends_on(self) -> date:
        return schedule.ends_on(
            set_on=self.cohort.ends_on,
            starts_on=self.cohort.starts_on,
            hours_per_week=self.cohort.hours_per_week,
            budget=self.budget,
            breaks=self.breaks,
        )

    @cached_property
    def breaks(self) -> tuple[schedule.Break, ...]:
        """Days that count for no plan, no pace and no absence."""
        return self.cohort.break_list

    @cached_property
    def lengths(self) -> dict[int, int]:
        """Seconds of every video, by its id."""
        return {video.id: video.duration_seconds for video in self.outline.videos}

    @cached_property
    def keys(self) -> list[str]:
        """What packed states call the videos, in the curriculum's order."""
        return [str(video.id) for video in self.outline.videos]

    @cached_property
    def days_shown(self) -> list[date]:
        return days_shown(starts_on=self.cohort.starts_on, today=self.today)

    @cached_property
    def owed(self) -> dict[str, int]:
        """Lengths in seconds of the videos that finishing is judged by, by their keys."""
        return {
            str(video.id): video.duration_seconds
            for video in self.outline.videos
            if not video.is_bonus
        }

    @cached_property
    def owed_seconds(self) -> int:
        return sum(self.owed.values())

    @cached_property
    def week_ends(self) -> tuple[tuple[str, datetime], ...]:
        """The last two ends of the cohort's weeks: the day after each, and its first moment."""
        ends = schedule.week_ends(
            starts_on=self.cohort.starts_on, today=self.today, breaks=self.breaks
        )
        return tuple((end.isoformat(), schedule.day_start(end, self.zone)) for end in ends)

    def begins_at(self, joined_at: datetime) -> datetime:
        return schedule.plan_begins_at(
            starts_on=self.cohort.starts_on, zone=self.zone, joined_at=joined_at
        )

    def planned_seconds(self, begins_at: datetime, at: datetime) -> int:
        return schedule.planned_seconds(
            hours_per_week=self.cohort.hours_per_week,
            begins_at=begins_at,
            at=at,
            budget=self.budget,
            zone=self.zone,
            breaks=self.breaks,
        )

    def planned_by_week(self, number: int) -> int:
        """Seconds planned by the end of the n-th week, for who began with the cohort."""
        begins_at = schedule.day_start(self.cohort.starts_on, self.zone)
        return self.planned_seconds(begins_at, begins_at + schedule.WEEK * number)

    def planned_now(self, begins_at: datetime) -> int:
        return self.planned_seconds(begins_at, self.now)


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """`done_seconds` leaves bonus videos out, as the plan does; `active_seconds` is all there was.

    `begins_at` is when the plan begins for them, `updated_at` when the facts last changed. `finish` is None
    for who is through.
    """

    membership_id: int
    user_id: int
    name: str
    email: str
    sort_name: str
    time_zone: str
    joined_at: datetime
    external_id: str
    updated_at: datetime
    first_passes: int
    second_passes: int
    light_passes: int
    active_seconds: int
    done_seconds: int
    begins_at: datetime
    effort_ratio: float | None
    last_active_at: datetime | None
    is_here: bool
    debt: Debt
    attention: Attention
    finish: Finish | None
    curves: Curves
    # Changes with the facts, the name and the zone (`dashboards.kept`).
    mark: int = 0

    @property
    def status(self) -> Status:
        return self.attention.status

    @property
    def hours(self) -> float:
        return self.active_seconds / 3600


def row_of(
    facts: Facts,
    debt: Debt | None,
    plan: Plan,
    asked: tuple[int, datetime] | None = None,
    promises: Sequence[PromiseHistory] = (),
) -> LearnerRow:
    """The row of one learner as of `plan.now`; `asked` is the video and the moment of their oldest open question."""
    debt = debt or NO_DEBT
    videos = facts.videos or {}
    active = facts.active_seconds or 0
    done = round(done_seconds(facts.days or {}))
    begins_at = plan.begins_at(facts.joined_at)
    is_finished = _is_finished(facts, plan)
    ratio = own_ratio(second_passes=facts.second_passes or 0, effort_ratio=facts.effort_ratio)
    days_since_active = _days_since(facts.last_active_at, plan)
    shown = facts.name or facts.email.partition("@")[0]
    return LearnerRow(
        membership_id=facts.membership_id,
        user_id=facts.user_id,
        name=shown,
        email=facts.email,
        sort_name=facts.sort_name or sort_key(shown),
        time_zone=facts.time_zone,
        joined_at=facts.joined_at,
        external_id=facts.external_id,
        updated_at=max(filter(None, (facts.joined_at, facts.updated_at))),
        first_passes=facts.first_passes or 0,
        second_passes=facts.second_passes or 0,
        light_passes=facts.light_passes or 0,
        active_seconds=active,
        done_seconds=done,
        begins_at=begins_at,
        effort_ratio=facts.effort_ratio,
        last_active_at=facts.last_active_at,
        is_here=facts.last_active_at is not None and days_since_active < HERE_WITHIN_DAYS,
        debt=debt,
        attention=attention_to(
            Standing(
                days_since_joining=_days_since(begins_at, plan),
                has_started=facts.started_at is not None,
                is_finished=is_finished,
                days_since_active=days_since_active,
                week_ends=_week_ends(facts, begins_at, plan),
                debt_count=debt.count,
                debt_seconds=debt.seconds,
                oldest_due_days=_days_over(debt.oldest_due_on, plan),
                first_passes=facts.owed_first_passes or 0,
                second_passes=facts.owed_second_passes or 0,
                light_passes=facts.light_passes or 0,
                all_second_passes=facts.second_passes or 0,
                open_passes=tuple(open_passes(videos)),
                lengths=plan.lengths,
                open_question=OpenQuestion(asked[0], _days_since(asked[1], plan))
                if asked
                else None,
            )
        ),
        finish=None if is_finished else _finish(videos, ratio, done, begins_at, plan),
        curves=_curves(facts, begins_at, promises, plan),
        mark=facts.mark,
    )


def _curves(
    facts: Facts, begins_at: datetime, promises: Sequence[PromiseHistory], plan: Plan
) -> Curves:
    today = local_date(plan.now, ZoneInfo(facts.time_zone))
    standings, ratios = standings_of(facts.videos or {}, plan.keys, promises, today)
    owed = [each for each in promises if each.owed_on is not None or each.changes]
    due, overdue = debts_of_days(owed, plan.days_shown, today)
    return Curves(
        standings=standings,
        ratios=ratios,
        weeks=weeks_of(
            facts.days or {},
            first_on=local_date(begins_at, plan.zone),
            today=plan.today,
            breaks=plan.breaks,
        ),
        due=due,
        overdue=overdue,
        known_from=known_from(owed),
    )


def _is_finished(facts: Facts, plan: Plan) -> bool:
    owed = len(plan.owed)
    first, second = facts.owed_first_passes or 0, facts.owed_second_passes or 0
    return owed > 0 and first >= owed and second >= owed


def _days_since(moment: datetime | None, plan: Plan) -> int:
    if moment is None:
        return 0
    return schedule.counted_days(local_date(moment, plan.zone), plan.today, plan.breaks)


def _days_over(due_on: date | None, plan: Plan) -> int:
    return max(0, (plan.today - due_on).days) if due_on else 0


def _week_ends(facts: Facts, begins_at: datetime, plan: Plan) -> tuple[WeekEnd, ...]:
    return tuple(
        WeekEnd(
            done=done_seconds(facts.days or {}, before=first),
            planned=plan.planned_seconds(begins_at, at),
        )
        for first, at in plan.week_ends
    )


def _finish(
    videos: Mapping[str, Any],
    ratio: float | None,
    done: int,
    begins_at: datetime,
    plan: Plan,
) -> Finish:
    # A budget grows evenly with the length, so what was not begun need not be walked.
    whole = plan.owed_seconds + budget_seconds(duration=plan.owed_seconds, own_ratio=ratio)
    left = whole
    for key, passes in videos.items():
        seconds = plan.owed.get(key)
        if seconds is not None:
            again = budget_seconds(duration=seconds, own_ratio=ratio)
            left -= seconds * share_done(passes, FIRST_PASS)
            left -= again * share_done(passes, SECOND_PASS)
    return finishing(
        left=round(left),
        done=done,
        begins_at=begins_at,
        # Whole days, so that nothing but a fact moves it before midnight. Before the plan begins there is no pace.
        now=max(plan.tomorrow_at, begins_at + timedelta(seconds=1)),
        today=plan.today,
        planned_hours=float(plan.cohort.hours_per_week),
        plan_seconds=round(whole),
        plan_from=local_date(begins_at, plan.zone),
        zone=plan.zone,
        breaks=plan.breaks,
    )
