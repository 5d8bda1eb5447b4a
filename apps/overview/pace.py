"""When a learner will be through, by the plan and at the pace they really keep. Pure.

Rule 9 of the method: a first pass takes the video's length, a second pass the length times the
learner's own median effort ratio, or 2.5 until there is one; bonus videos are not counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.cohorts.schedule import WEEK, Break, counted_time, finish_on
from apps.reminders.budget import budget_seconds, seconds_left

# A pace is told once so much time has passed and so much was done; before, the plan's own is taken.
TELLING_TIME = timedelta(days=7)
TELLING_SECONDS = 1800
# A date further away than this says nothing but that the pace is too slow to get there.
FURTHEST = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True)
class Length:
    """One video's length, and the share of each pass that is done (1 when it is completed)."""

    seconds: int
    is_bonus: bool
    first_share: float
    second_share: float


@dataclass(frozen=True, slots=True)
class Finish:
    """`on` at the pace of `hours_per_week` (None: not in sight); `plan_on` by the cohort's plan.

    `is_own` says whether the pace is the learner's own or, while there is none, the plan's.
    """

    on: date | None
    hours_per_week: float
    is_own: bool
    plan_on: date
    seconds_left: int


def seconds_to_go(lengths: Iterable[Length], *, own_ratio: float | None) -> int:
    """Seconds until every owed video was watched twice."""
    return round(
        sum(
            each.seconds * (1 - each.first_share)
            + seconds_left(duration=each.seconds, own_ratio=own_ratio, covered=each.second_share)
            for each in lengths
            if not each.is_bonus
        )
    )


def whole_seconds(lengths: Iterable[Length], *, own_ratio: float | None) -> int:
    """Seconds of both passes from the beginning, as the learner's plan counts them."""
    return round(
        sum(
            each.seconds + budget_seconds(duration=each.seconds, own_ratio=own_ratio)
            for each in lengths
            if not each.is_bonus
        )
    )


def finishing(
    *,
    left: int,
    done: int,
    begins_at: datetime,
    now: datetime,
    today: date,
    planned_hours: float,
    plan_seconds: int,
    plan_from: date,
    zone: ZoneInfo,
    breaks: Sequence[Break] = (),
) -> Finish:
    """`left` and `done` are seconds; `plan_seconds` is the whole budget, from the day `plan_from`.

    Breaks count for no pace, and put every finish off.
    """
    time = counted_time(begins_at, now, zone=zone, breaks=breaks)
    weeks = time / WEEK
    is_own = time >= TELLING_TIME and done >= TELLING_SECONDS
    hours = done / 3600 / weeks if is_own else planned_hours
    on = (
        finish_on(starts_on=today, seconds=left, hours_per_week=hours, breaks=breaks)
        if left
        else today
    )
    return Finish(
        on=on if on - today <= FURTHEST else None,
        hours_per_week=hours,
        is_own=is_own,
        plan_on=finish_on(
            starts_on=plan_from, seconds=plan_seconds, hours_per_week=planned_hours, breaks=breaks
        ),
        seconds_left=left,
    )
