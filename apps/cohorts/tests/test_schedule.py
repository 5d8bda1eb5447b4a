"""The plan in numbers: budgets, ends, weeks, planned hours."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cohorts import schedule
from apps.cohorts.schedule import weeks_of_plan

WARSAW = ZoneInfo("Europe/Warsaw")
FIVE = Decimal("5.0")


def test_the_budget_is_both_passes_of_what_is_not_bonus() -> None:
    lengths = [(1200, False), (600, False), (1800, True), (3601, False)]

    assert schedule.budget_seconds(lengths) == round((1200 + 600 + 3601) * 3.5)


def test_a_curriculum_of_bonus_videos_has_no_budget() -> None:
    assert schedule.budget_seconds([(1800, True)]) == 0


@pytest.mark.parametrize(
    ("seconds", "hours", "expected"),
    [
        (5 * 3600, "5", date(2026, 11, 9)),
        (5 * 3600 + 1, "5", date(2026, 11, 10)),
        (0, "5", date(2026, 11, 3)),
        (50 * 3600, "2.5", date(2027, 3, 22)),
    ],
)
def test_a_cohort_ends_when_its_budget_is_spent(seconds: int, hours: str, expected: date) -> None:
    ends = schedule.ends_on(
        set_on=None, starts_on=date(2026, 11, 2), hours_per_week=Decimal(hours), budget=seconds
    )

    assert ends == expected


def test_an_end_that_was_set_stands() -> None:
    ends = schedule.ends_on(
        set_on=date(2027, 1, 1), starts_on=date(2026, 11, 2), hours_per_week=FIVE, budget=10
    )

    assert ends == date(2027, 1, 1)


def test_the_plan_begins_with_the_cohort_or_with_joining_whichever_is_later() -> None:
    early = datetime(2026, 10, 1, tzinfo=UTC)
    late = datetime(2026, 11, 5, 10, tzinfo=UTC)

    def begins(joined_at: datetime) -> datetime:
        return schedule.plan_begins_at(
            starts_on=date(2026, 11, 2), zone=WARSAW, joined_at=joined_at
        )

    assert begins(early) == datetime(2026, 11, 1, 23, tzinfo=UTC)
    assert begins(late) == late


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (timedelta(days=-3), 0),
        (timedelta(0), 0),
        (timedelta(days=3, hours=12), 9000),
        (timedelta(days=14), 36_000),
        (timedelta(days=700), 40_000),
    ],
)
def test_planned_seconds_grow_with_the_weeks_up_to_the_budget(
    passed: timedelta, expected: int
) -> None:
    begins_at = datetime(2026, 11, 2, tzinfo=UTC)

    planned = schedule.planned_seconds(
        hours_per_week=FIVE, begins_at=begins_at, at=begins_at + passed, budget=40_000
    )

    assert planned == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 1), 0),
        (date(2026, 11, 2), 1),
        (date(2026, 11, 8), 1),
        (date(2026, 11, 9), 2),
        (date(2026, 12, 7), 6),
    ],
)
def test_weeks_count_from_the_day_the_cohort_starts(today: date, expected: int) -> None:
    assert schedule.week_number(starts_on=date(2026, 11, 2), today=today) == expected


def test_the_last_week_ends_are_those_already_behind_us() -> None:
    def ends(today: date) -> list[date]:
        return schedule.week_ends(starts_on=date(2026, 11, 2), today=today)

    assert ends(date(2026, 11, 8)) == []
    assert ends(date(2026, 11, 9)) == [date(2026, 11, 9)]
    assert ends(date(2026, 11, 30)) == [date(2026, 11, 23), date(2026, 11, 30)]
    assert ends(date(2026, 10, 1)) == []


def test_a_day_begins_at_its_own_midnight_also_when_clocks_change() -> None:
    assert schedule.day_start(date(2026, 10, 26), WARSAW) == datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert schedule.day_start(date(2026, 10, 25), WARSAW) == datetime(2026, 10, 24, 22, tzinfo=UTC)
    # Beirut skips midnight on 29 March 2026: the day begins at 1:00, which is 22:00 UTC.
    beirut = schedule.day_start(date(2026, 3, 29), ZoneInfo("Asia/Beirut"))
    assert beirut.astimezone(UTC) == datetime(2026, 3, 28, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "hours", "weeks"),
    [
        # Both passes of 60 minutes take 3.5 hours.
        ([60, 60, 60], "3.5", [(0,), (1,), (2,)]),
        ([60, 60, 60], "7", [(0, 1), (2,)]),
        # One that is too long for a week goes on in the next.
        ([60, 60], "5", [(0, 1), (1,)]),
        ([120], "3.5", [(0,), (0,)]),
        ([20, 20, 20], "60", [(0, 1, 2)]),
        ([], "5", []),
    ],
)
def test_a_plan_falls_into_weeks(
    minutes: list[int], hours: str, weeks: list[tuple[int, ...]]
) -> None:
    lengths = [(each * 60, False) for each in minutes]

    assert list(weeks_of_plan(lengths, hours_per_week=Decimal(hours))) == weeks


def test_a_bonus_is_in_no_week() -> None:
    lengths = [(3600, False), (36000, True), (3600, False)]

    assert weeks_of_plan(lengths, hours_per_week=Decimal("3.5")) == ((0,), (2,))


@given(
    st.lists(st.tuples(st.integers(1, 20_000), st.booleans()), max_size=30),
    st.integers(5, 600).map(lambda tenths: Decimal(tenths) / 10),
)
def test_every_video_is_in_weeks_without_a_gap_and_the_weeks_hold_the_budget(
    lengths: list[tuple[int, bool]], hours: Decimal
) -> None:
    weeks = weeks_of_plan(lengths, hours_per_week=hours)

    placed = [place for week in weeks for place in week]
    assert placed == sorted(placed)
    assert set(placed) == {
        place for place, (_seconds, is_bonus) in enumerate(lengths) if not is_bonus
    }
    seconds = sum(length for length, is_bonus in lengths if not is_bonus) * 3.5
    assert len(weeks) - 1 <= seconds / (float(hours) * 3600) <= len(weeks) + 1e-9
