"""The plan week by week: which videos fall into which, at the cohort's hours a week. Pure.

A learner's weeks begin with their own start: the later of the cohort's and their joining.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.cohorts.models import Cohort, Membership
from apps.cohorts.schedule import (
    DAYS_A_WEEK,
    Break,
    counted_from,
    day_after,
    plan_begins_at,
    weeks_of_plan,
)
from apps.curriculum.outline import Outline, VideoOutline
from apps.reminders.slots import local_date


@dataclass(frozen=True, slots=True)
class PlanWeek:
    """From `first_on` to `last_on`; a video that is longer than a week stands in several. `breaks` lie within it or
    right behind it."""

    number: int
    first_on: date
    last_on: date
    videos: tuple[VideoOutline, ...]
    breaks: tuple[Break, ...] = ()


def plan_weeks(*, cohort: Cohort, outline: Outline, first_on: date) -> tuple[PlanWeek, ...]:
    """Every week of the plan, counted from `first_on`; the days of breaks are in none."""
    breaks = cohort.break_list
    weeks = weeks_of_plan(
        [(each.duration_seconds, each.is_bonus) for each in outline.videos],
        hours_per_week=cohort.hours_per_week,
        set_weeks={
            place: cohort.set_weeks[str(video.id)]
            for place, video in enumerate(outline.videos)
            if str(video.id) in cohort.set_weeks
        },
    )
    planned = []
    for index, places in enumerate(weeks):
        begins = counted_from(day_after(first_on, DAYS_A_WEEK * index, breaks), breaks)
        follows = day_after(first_on, DAYS_A_WEEK * (index + 1), breaks)
        planned.append(
            PlanWeek(
                number=index + 1,
                first_on=begins,
                last_on=follows - timedelta(days=1),
                videos=tuple(outline.videos[place] for place in places),
                breaks=tuple(each for each in breaks if begins <= each.first_on <= follows),
            )
        )
    return tuple(planned)


def break_on(*, cohort: Cohort, day: date) -> Break | None:
    """The break that this day lies in."""
    return next((each for each in cohort.break_list if each.first_on <= day <= each.last_on), None)


def own_week(*, membership: Membership, outline: Outline, now: datetime) -> PlanWeek | None:
    """The week of the plan in which a learner is; None before it begins and after its last."""
    cohort = membership.cohort
    begins_at = plan_begins_at(
        starts_on=cohort.starts_on, zone=cohort.zone, joined_at=membership.joined_at
    )
    weeks = plan_weeks(cohort=cohort, outline=outline, first_on=local_date(begins_at, cohort.zone))
    today = local_date(now, cohort.zone)
    return next((week for week in weeks if week.first_on <= today <= week.last_on), None)
