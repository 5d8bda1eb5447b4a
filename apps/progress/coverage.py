"""Arithmetic of half-open ranges: what was really played, and when somebody was really there.

Ranges are `(lower, upper)` pairs of integers (milliseconds of a video) or of moments. Pure.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

Bound = TypeVar("Bound", int, datetime)

# Two stretches of activity that lie further apart are two sittings.
SITTING_GAP = timedelta(minutes=30)


def merge(ranges: Iterable[tuple[Bound, Bound]]) -> tuple[tuple[Bound, Bound], ...]:
    """The union, sorted and disjoint; touching ranges become one, empty and reversed ones go."""
    merged: list[tuple[Bound, Bound]] = []
    for lower, upper in sorted(each for each in ranges if each[0] < each[1]):
        if merged and lower <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], upper))
        else:
            merged.append((lower, upper))
    return tuple(merged)


def clamp(
    ranges: Iterable[tuple[Bound, Bound]], lowest: Bound, highest: Bound
) -> tuple[tuple[Bound, Bound], ...]:
    """What of the ranges lies within `[lowest, highest)`."""
    return merge((max(lower, lowest), min(upper, highest)) for lower, upper in ranges)


def subtract(
    ranges: Iterable[tuple[Bound, Bound]], taken: Iterable[tuple[Bound, Bound]]
) -> tuple[tuple[Bound, Bound], ...]:
    """What of `ranges` is not in `taken`. Both are merged first; one walk over both."""
    away = merge(taken)
    left: list[tuple[Bound, Bound]] = []
    index = 0
    for lower, upper in merge(ranges):
        start = lower
        while index < len(away) and away[index][1] <= start:
            index += 1
        at = index
        while at < len(away) and away[at][0] < upper:
            if start < away[at][0]:
                left.append((start, away[at][0]))
            start = max(start, away[at][1])
            at += 1
        if start < upper:
            left.append((start, upper))
    return tuple(left)


def length(ranges: Iterable[tuple[int, int]]) -> int:
    """Milliseconds in disjoint ranges."""
    return sum(upper - lower for lower, upper in ranges)


def first_part(ranges: Iterable[tuple[int, int]], budget: int) -> tuple[tuple[int, int], ...]:
    """The first `budget` milliseconds of disjoint ranges, in their order."""
    kept: list[tuple[int, int]] = []
    for lower, upper in ranges:
        if budget <= 0:
            break
        kept.append((lower, min(upper, lower + budget)))
        budget -= upper - lower
    return tuple(kept)


def milliseconds(ranges: Iterable[tuple[datetime, datetime]]) -> int:
    """Milliseconds in disjoint ranges of moments (each bound is on a whole millisecond)."""
    return sum((upper - lower) // timedelta(milliseconds=1) for lower, upper in ranges)


def sittings(active: Iterable[tuple[datetime, datetime]]) -> int:
    """How many times somebody sat down: stretches parted by half an hour or more."""
    count = 0
    last: datetime | None = None
    for lower, upper in merge(active):
        if last is None or lower - last >= SITTING_GAP:
            count += 1
        last = upper
    return count


def by_day(active: Iterable[tuple[datetime, datetime]], zone: ZoneInfo) -> dict[date, int]:
    """Milliseconds per calendar day of `zone`; a stretch over midnight is cut there."""
    days: dict[date, int] = {}
    for lower, upper in active:
        for day, part in _cut_at_midnight(lower, upper, zone):
            days[day] = days.get(day, 0) + part
    return days


def _cut_at_midnight(
    lower: datetime, upper: datetime, zone: ZoneInfo
) -> Iterator[tuple[date, int]]:
    while lower < upper:
        day = lower.astimezone(zone).date()
        # Through UTC: arithmetic between two moments of one zone ignores its clock changes.
        midnight = datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(
            lower.tzinfo
        )
        end = min(upper, midnight) if midnight > lower else upper
        yield day, (end - lower) // timedelta(milliseconds=1)
        lower = end
