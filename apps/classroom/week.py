"""One calendar week of a learner in figures: what was done on each day, and what is left. Pure.

Weeks begin on Monday, days are days of the learner's zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

# The drawing's height; a bar of the longest day fills it.
BAR_HEIGHT = 56
LOWEST_BAR = 2


@dataclass(frozen=True, slots=True)
class Day:
    """One day: seconds done, seconds planned for it (days to come only), and its bar."""

    on: date
    seconds: int
    planned: int
    is_today: bool
    height: int

    @property
    def top(self) -> int:
        return BAR_HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class Week:
    days: tuple[Day, ...]
    done: int
    planned: int

    @property
    def left(self) -> int:
        return max(0, self.planned - self.done)

    @property
    def left_a_day(self) -> int:
        """Seconds a day from tomorrow on that make the week whole; 0 when it is, or nothing is left of it."""
        return max((day.planned for day in self.days), default=0)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of(seconds_by_day: Mapping[date, int], *, today: date, planned: int) -> Week:
    """The week around `today`; what is left of `planned` is spread over the days after today."""
    monday = monday_of(today)
    dates = [monday + timedelta(days=number) for number in range(7)]
    done = sum(seconds_by_day.get(day, 0) for day in dates)
    coming = sum(day > today for day in dates)
    each = max(0, planned - done) // coming if coming else 0
    tallest = max([*(seconds_by_day.get(day, 0) for day in dates), each, 1])
    days = []
    for day in dates:
        seconds = seconds_by_day.get(day, 0)
        planned_here = each if day > today else 0
        days.append(
            Day(
                on=day,
                seconds=seconds,
                planned=planned_here,
                is_today=day == today,
                height=max(LOWEST_BAR, round((seconds or planned_here) / tallest * BAR_HEIGHT)),
            )
        )
    return Week(days=tuple(days), done=done, planned=planned)
