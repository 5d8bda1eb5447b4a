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
        hours_per_week=FIVE, begins_at=begins_at, at=begins_at + passed, budget=40_000, zone=WARSAW
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


HOLIDAYS = (schedule.Break(date(2026, 12, 21), date(2027, 1, 3)),)


def test_days_of_a_break_are_not_counted_in_either_direction() -> None:
    before, after = date(2026, 12, 19), date(2027, 1, 6)

    assert schedule.counted_days(before, after, HOLIDAYS) == 4
    assert schedule.counted_days(after, before, HOLIDAYS) == -4
    assert schedule.day_after(before, 2, HOLIDAYS) == date(2026, 12, 21)
    assert schedule.day_after(before, 3, HOLIDAYS) == date(2027, 1, 5)
    assert schedule.counted_from(date(2026, 12, 25), HOLIDAYS) == date(2027, 1, 4)


@given(
    first=st.dates(date(2026, 11, 1), date(2027, 2, 1)),
    days=st.integers(0, 90),
    starts=st.lists(st.dates(date(2026, 11, 1), date(2027, 3, 1)), max_size=4, unique=True),
)
def test_counting_forth_and_back_agrees_with_a_walk_from_day_to_day(
    first: date, days: int, starts: list[date]
) -> None:
    breaks = tuple(schedule.Break(each, each) for each in starts)

    found = schedule.day_after(first, days, breaks)

    walked, counted = first, 0
    while counted < days:
        counted += walked not in starts
        walked += timedelta(days=1)
    assert found == walked
    assert schedule.counted_days(first, found, breaks) == days


def test_a_break_moves_the_end_and_the_weeks_and_plans_no_second() -> None:
    starts_on = date(2026, 12, 14)
    begins_at = schedule.day_start(starts_on, WARSAW)

    def planned(day: date) -> int:
        return schedule.planned_seconds(
            hours_per_week=FIVE,
            begins_at=begins_at,
            at=schedule.day_start(day, WARSAW),
            budget=10**6,
            zone=WARSAW,
            breaks=HOLIDAYS,
        )

    assert planned(date(2026, 12, 21)) == planned(date(2027, 1, 4)) == 5 * 3600
    assert planned(date(2027, 1, 11)) == 10 * 3600
    assert schedule.finish_on(
        starts_on=starts_on, seconds=10 * 3600, hours_per_week=5, breaks=HOLIDAYS
    ) == date(2027, 1, 11)
    assert schedule.week_ends(starts_on=starts_on, today=date(2027, 1, 12), breaks=HOLIDAYS) == [
        date(2026, 12, 21),
        date(2027, 1, 11),
    ]
    assert [
        schedule.week_number(starts_on=starts_on, today=day, breaks=HOLIDAYS)
        for day in (date(2026, 12, 20), date(2026, 12, 30), date(2027, 1, 4))
    ] == [1, 1, 2]


def test_a_video_set_for_a_week_stands_there_and_the_others_fill_what_is_left() -> None:
    hour = 3600
    # Both passes of an hour take 3.5 hours; a week has seven.
    lengths = [(hour, False), (hour, False), (hour, False), (hour, True), (hour, False)]

    assert schedule.weeks_of_plan(lengths, hours_per_week=Decimal(7)) == ((0, 1), (2, 4))
    assert schedule.weeks_of_plan(lengths, hours_per_week=Decimal(7), set_weeks={4: 1, 3: 2}) == (
        (0, 4),
        (1, 2, 3),
    )
    # A week that is set for nothing but is waited for stands empty.
    assert schedule.weeks_of_plan([(hour, False)], hours_per_week=Decimal(7), set_weeks={0: 3}) == (
        (), (), (0,),
    )  # fmt: skip
