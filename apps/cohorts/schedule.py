"""The plan of a cohort in numbers: its budget, its end, its weeks, the hours planned by a moment.

Pure. Days and weeks are those of the cohort's zone; a cohort's week begins on the weekday on which
the cohort starts. Definitions: "planned_seconds" and "Day" in docs/architecture.md.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import ceil
from zoneinfo import ZoneInfo

# A second pass is budgeted at length x 2.5 (the method: 2 to 3), a first pass at the length once.
REWATCH_FACTOR = 2.5
DAYS_A_WEEK = 7
WEEK = timedelta(days=DAYS_A_WEEK)


def budget_seconds(lengths: Iterable[tuple[int, bool]]) -> int:
    """Seconds that both passes of a curriculum take; `lengths` are (seconds, is_bonus), bonus is free."""
    return round(
        sum(seconds for seconds, is_bonus in lengths if not is_bonus) * (1 + REWATCH_FACTOR)
    )


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone. A midnight that a clock change skips is an hour later."""
    return datetime.combine(day, time.min, tzinfo=zone)


def finish_on(*, starts_on: date, seconds: int, hours_per_week: Decimal | float) -> date:
    """The day on which so many seconds are done at so many hours a week; the first day at the earliest."""
    days = seconds / (float(hours_per_week) * 3600) * DAYS_A_WEEK
    return starts_on + timedelta(days=max(1, ceil(days)))


def ends_on(*, set_on: date | None, starts_on: date, hours_per_week: Decimal, budget: int) -> date:
    """The cohort's end: the day that was set, or what the budget and the hours a week come to."""
    return set_on or finish_on(starts_on=starts_on, seconds=budget, hours_per_week=hours_per_week)


def plan_begins_at(*, starts_on: date, zone: ZoneInfo, joined_at: datetime) -> datetime:
    """The later of the cohort's start and the learner's joining."""
    return max(day_start(starts_on, zone), joined_at)


def planned_seconds(
    *, hours_per_week: Decimal, begins_at: datetime, at: datetime, budget: int
) -> int:
    """Hours a week times the weeks since `begins_at` up to `at`, at most the curriculum's budget."""
    weeks = max(0.0, (at - begins_at) / WEEK)
    return min(budget, round(float(hours_per_week) * 3600 * weeks))


def week_number(*, starts_on: date, today: date) -> int:
    """1 in the cohort's first seven days; 0 or less before it starts."""
    return (today - starts_on).days // DAYS_A_WEEK + 1


def week_ends(*, starts_on: date, today: date, count: int = 2) -> list[date]:
    """The last `count` ends of the cohort's weeks up to today, latest last: the day after each week.

    The week that ends with yesterday counts; fewer come back while the cohort is young.
    """
    finished = max(0, (today - starts_on).days // DAYS_A_WEEK)
    first = max(1, finished - count + 1)
    return [starts_on + WEEK * number for number in range(first, finished + 1)]


def weeks_of_plan(
    lengths: Sequence[tuple[int, bool]], *, hours_per_week: Decimal
) -> tuple[tuple[int, ...], ...]:
    """For each week of a plan the places in `lengths` (seconds, is_bonus) that fall into it, in their order.

    Each video takes its share of `budget_seconds`; one that is longer than what is left of a week goes
    on in the next. Bonus videos are in no week.
    """
    a_week = float(hours_per_week) * 3600
    weeks: list[list[int]] = []
    done = 0.0
    for place, (seconds, is_bonus) in enumerate(lengths):
        if is_bonus:
            continue
        first, done = int(done // a_week), done + seconds * (1 + REWATCH_FACTOR)
        # What ends with a week's last second is not in the next.
        last = max(first, ceil(done / a_week) - 1)
        for week in range(first, last + 1):
            if week == len(weeks):
                weeks.append([])
            weeks[week].append(place)
    return tuple(map(tuple, weeks))
