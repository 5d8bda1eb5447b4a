"""Ranges: union, difference, days and sittings, against slow obvious reference answers."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.progress import coverage

points = st.integers(0, 60)
spans = st.lists(st.tuples(points, points), max_size=8)


def members(ranges: Iterable[tuple[int, int]]) -> set[int]:
    return {point for lower, upper in ranges for point in range(lower, upper)}


@given(spans)
def test_merging_keeps_every_point_and_leaves_gaps_between(ranges: list[tuple[int, int]]) -> None:
    merged = coverage.merge(ranges)

    assert members(merged) == members(ranges)
    assert all(before[1] < after[0] for before, after in pairwise(merged))
    assert coverage.length(merged) == len(members(ranges))


@given(spans, spans)
def test_a_difference_is_what_is_in_the_one_and_not_in_the_other(
    ranges: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> None:
    assert members(coverage.subtract(ranges, taken)) == members(ranges) - members(taken)


@given(spans, points, points)
def test_clamping_keeps_what_lies_inside(
    ranges: list[tuple[int, int]], lowest: int, highest: int
) -> None:
    inside = {point for point in members(ranges) if lowest <= point < highest}

    assert members(coverage.clamp(ranges, lowest, highest)) == inside


@given(spans, st.integers(-5, 80))
def test_the_first_part_has_exactly_the_budget(ranges: list[tuple[int, int]], budget: int) -> None:
    merged = coverage.merge(ranges)

    part = coverage.first_part(merged, budget)

    assert sorted(members(part)) == sorted(members(merged))[: max(0, budget)]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("stretches", "count"),
    [
        ([], 0),
        ([("2026-11-01T10:00", "2026-11-01T10:10")], 1),
        ([("2026-11-01T10:00", "2026-11-01T10:10"), ("2026-11-01T10:39", "2026-11-01T10:50")], 1),
        ([("2026-11-01T10:00", "2026-11-01T10:10"), ("2026-11-01T10:40", "2026-11-01T10:50")], 2),
    ],
)
def test_half_an_hour_parts_two_sittings(stretches: list[tuple[str, str]], count: int) -> None:
    active = [(moment(lower), moment(upper)) for lower, upper in stretches]

    assert coverage.sittings(active) == count


def test_a_stretch_over_midnight_counts_on_both_days() -> None:
    warsaw = ZoneInfo("Europe/Warsaw")

    days = coverage.by_day([(moment("2026-11-01T22:30"), moment("2026-11-01T23:15"))], warsaw)

    assert days == {
        date(2026, 11, 1): 30 * 60 * 1000,
        date(2026, 11, 2): 15 * 60 * 1000,
    }


def test_the_day_of_a_clock_change_has_its_real_length() -> None:
    warsaw = ZoneInfo("Europe/Warsaw")
    lower = datetime(2026, 10, 25, tzinfo=warsaw).astimezone(UTC)
    upper = datetime(2026, 10, 26, tzinfo=warsaw).astimezone(UTC)

    days = coverage.by_day([(lower, upper)], warsaw)

    assert days == {date(2026, 10, 25): 25 * 3600 * 1000}


def test_a_day_that_a_zone_skipped_is_not_counted() -> None:
    apia = ZoneInfo("Pacific/Apia")
    lower = datetime(2011, 12, 29, 23, tzinfo=apia).astimezone(UTC)

    days = coverage.by_day([(lower, lower + timedelta(hours=2))], apia)

    assert days == {date(2011, 12, 29): 3_600_000, date(2011, 12, 31): 3_600_000}
