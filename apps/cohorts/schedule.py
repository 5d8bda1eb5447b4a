"""The plan of a cohort in numbers: its budget, its end, its weeks, the hours planned by a moment.

Pure. Days and weeks are those of the cohort's zone; a cohort's week begins on the weekday on which
the cohort starts, and a break moves it on: no day of a break counts anywhere here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

# A second pass is budgeted at length x 2.5 (the method: 2 to 3), a first pass at the length once.
REWATCH_FACTOR = 2.5
DAYS_A_WEEK = 7
WEEK = timedelta(days=DAYS_A_WEEK)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Break:
    """Days that no plan counts, both ends included. `is_quiet`: no reminders of this cohort either."""

    first_on: date
    last_on: date
    name: str = ""
    is_quiet: bool = False


def breaks_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Break, ...]:
    """As they lie in a cohort's row."""
    return tuple(
        Break(
            first_on=date.fromisoformat(each["first_on"]),
            last_on=date.fromisoformat(each["last_on"]),
            name=each["name"],
            is_quiet=each["is_quiet"],
        )
        for each in stored
    )


def counted_days(first: date, until: date, breaks: Sequence[Break] = ()) -> int:
    """The days from `first` up to and without `until` that lie in no break; negative backwards."""
    if until < first:
        return -counted_days(until, first, breaks)
    lost = sum(
        max(0, (min(each.last_on + DAY, until) - max(each.first_on, first)).days) for each in breaks
    )
    return (until - first).days - lost


def day_after(first: date, days: int, breaks: Sequence[Break] = ()) -> date:
    """The earliest day before which so many counted days have passed since `first`."""
    day = first + timedelta(days=days)
    while (missing := days - counted_days(first, day, breaks)) > 0:
        day += timedelta(days=missing)
    return day


def counted_from(day: date, breaks: Sequence[Break] = ()) -> date:
    """This day, or the first one after the break it lies in."""
    for each in sorted(breaks, key=lambda each: each.first_on):
        if each.first_on <= day <= each.last_on:
            day = each.last_on + DAY
    return day


def counted_time(
    begins_at: datetime, at: datetime, *, zone: ZoneInfo, breaks: Sequence[Break] = ()
) -> timedelta:
    """The time between two moments without that of the breaks; never negative."""
    time = at - begins_at
    for each in breaks:
        first, until = day_start(each.first_on, zone), day_start(each.last_on + DAY, zone)
        time -= max(timedelta(0), min(until, at) - max(first, begins_at))
    return max(timedelta(0), time)


def budget_seconds(lengths: Iterable[tuple[int, bool]]) -> int:
    """Seconds that both passes of a curriculum take; `lengths` are (seconds, is_bonus), bonus is free."""
    return round(
        sum(seconds for seconds, is_bonus in lengths if not is_bonus) * (1 + REWATCH_FACTOR)
    )


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone. A midnight that a clock change skips is an hour later."""
    return datetime.combine(day, time.min, tzinfo=zone)


def finish_on(
    *,
    starts_on: date,
    seconds: int,
    hours_per_week: Decimal | float,
    breaks: Sequence[Break] = (),
) -> date:
    """The day on which so many seconds are done at so many hours a week; the first day at the earliest."""
    days = seconds / (float(hours_per_week) * 3600) * DAYS_A_WEEK
    return day_after(starts_on, max(1, ceil(days)), breaks)


def ends_on(
    *,
    set_on: date | None,
    starts_on: date,
    hours_per_week: Decimal,
    budget: int,
    breaks: Sequence[Break] = (),
) -> date:
    """The cohort's end: the day that was set, or what the budget and the hours a week come to."""
    return set_on or finish_on(
        starts_on=starts_on, seconds=budget, hours_per_week=hours_per_week, breaks=breaks
    )


def plan_begins_at(*, starts_on: date, zone: ZoneInfo, joined_at: datetime) -> datetime:
    """The later of the cohort's start and the learner's joining."""
    return max(day_start(starts_on, zone), joined_at)


def planned_seconds(
    *,
    hours_per_week: Decimal,
    begins_at: datetime,
    at: datetime,
    budget: int,
    zone: ZoneInfo,
    breaks: Sequence[Break] = (),
) -> int:
    """Hours a week times the weeks since `begins_at` up to `at`, at most the curriculum's budget."""
    weeks = counted_time(begins_at, at, zone=zone, breaks=breaks) / WEEK
    return min(budget, round(float(hours_per_week) * 3600 * weeks))


def week_number(*, starts_on: date, today: date, breaks: Sequence[Break] = ()) -> int:
    """1 in the cohort's first seven days; 0 or less before it starts. In a break it is the week that was begun."""
    if today < starts_on:
        return (today - starts_on).days // DAYS_A_WEEK + 1
    return max(0, counted_days(starts_on, today + DAY, breaks) - 1) // DAYS_A_WEEK + 1


def week_ends(
    *, starts_on: date, today: date, count: int = 2, breaks: Sequence[Break] = ()
) -> list[date]:
    """The last `count` ends of the cohort's weeks up to today, latest last: the day after each week.

    The week that ends with yesterday counts; fewer come back while the cohort is young.
    """
    finished = max(0, counted_days(starts_on, today, breaks) // DAYS_A_WEEK)
    first = max(1, finished - count + 1)
    return [
        day_after(starts_on, DAYS_A_WEEK * number, breaks) for number in range(first, finished + 1)
    ]


def weeks_of_plan(
    lengths: Sequence[tuple[int, bool]],
    *,
    hours_per_week: Decimal,
    set_weeks: Mapping[int, int] | None = None,
) -> tuple[tuple[int, ...], ...]:
    """For each week of a plan the places in `lengths` (seconds, is_bonus) that fall into it, in their order.

    Each video takes its share of `budget_seconds`. `set_weeks` says by place which week (from 1) a video was set for:
    it takes its time there, however full that week gets. The others fill in their order what is left of the weeks; one
    that is longer than that goes on in the next. Bonus videos are in a week only where they were set for one.
    """
    a_week = float(hours_per_week) * 3600
    chosen = set_weeks or {}
    weeks: defaultdict[int, set[int]] = defaultdict(set)
    taken: defaultdict[int, float] = defaultdict(float)
    for place, week in chosen.items():
        weeks[week - 1].add(place)
        seconds, is_bonus = lengths[place]
        taken[week - 1] += 0.0 if is_bonus else seconds * (1 + REWATCH_FACTOR)
    week = 0
    for place, (seconds, is_bonus) in enumerate(lengths):
        if is_bonus or place in chosen:
            continue
        left = seconds * (1 + REWATCH_FACTOR)
        while left > 0:
            room = a_week - taken[week]
            # A rest of less than a second is rounding, not room.
            if room < 1:
                week += 1
                continue
            weeks[week].add(place)
            taken[week] += min(room, left)
            left -= room
            if left < 1:
                break
    last = max((number for number, places in weeks.items() if places), default=-1)
    return tuple(tuple(sorted(weeks[number])) for number in range(last + 1))
