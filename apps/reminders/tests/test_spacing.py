"""The ladder of a rewatch, as tables and as properties."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.reminders import spacing

TODAY = date(2026, 11, 24)
offsets = st.lists(st.integers(1, 60), min_size=1, max_size=6).map(
    lambda numbers: tuple(sorted(set(numbers)))
)
ratings = st.sampled_from([None, *spacing.QUARTERS])


@pytest.mark.parametrize(
    ("rating", "ladder"),
    [
        ("again", (2, 4, 8, 15)),
        ("hard", (3, 6, 12, 23)),
        ("good", (4, 8, 16, 30)),
        ("easy", (6, 12, 24, 45)),
        (None, (4, 8, 16, 30)),
    ],
)
def test_the_rating_scales_the_default_ladder(rating: str | None, ladder: tuple[int, ...]) -> None:
    assert spacing.ladder_for(rating) == ladder


@pytest.mark.parametrize(
    ("rating", "of_the_cohort", "ladder"),
    [
        ("easy", (5, 10), (6, 15)),
        ("easy", (7, 8, 9), (6, 12, 14)),
        ("again", (1, 2, 3), (1, 2, 3)),
        ("good", (20,), (6,)),
    ],
)
def test_no_ladder_of_a_cohort_starts_after_six_days(
    rating: str, of_the_cohort: tuple[int, ...], ladder: tuple[int, ...]
) -> None:
    assert spacing.ladder_for(rating, offsets=of_the_cohort) == ladder


@given(rating=ratings, of_the_cohort=offsets)
@settings(max_examples=200, deadline=None)
def test_every_ladder_rises_strictly_from_one_to_six_days(
    rating: str | None, of_the_cohort: tuple[int, ...]
) -> None:
    ladder = spacing.ladder_for(rating, offsets=of_the_cohort)

    assert len(ladder) == len(of_the_cohort)
    assert 1 <= ladder[0] <= 6
    assert all(low < high for low, high in pairwise(ladder))


@given(
    anchor_on=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    rating=ratings,
    old=st.integers(1, 6),
    later=st.integers(0, 40),
)
@settings(max_examples=200, deadline=None)
def test_a_rating_never_makes_a_rewatch_due_today(
    anchor_on: date, rating: str | None, old: int, later: int
) -> None:
    today = anchor_on + timedelta(days=later)
    due_on = anchor_on + timedelta(days=old)

    moved = spacing.due_on_after_rating(
        anchor_on=anchor_on, ladder=spacing.ladder_for(rating), due_on=due_on, today=today
    )

    assert moved > today or moved == due_on


def test_a_late_bad_rating_is_due_tomorrow_and_not_last_week() -> None:
    due_on = spacing.due_on_after_rating(
        anchor_on=TODAY - timedelta(days=3),
        ladder=spacing.ladder_for("again"),
        due_on=TODAY + timedelta(days=1),
        today=TODAY,
    )

    assert due_on == TODAY + timedelta(days=1)


def test_a_first_pass_on_leap_day_is_due_in_march() -> None:
    due_on = spacing.first_due_on(anchor_on=date(2028, 2, 29), ladder=(4, 8, 16, 30))

    assert due_on == date(2028, 3, 4)


def test_an_undone_rewatch_is_reminded_of_on_every_rung_and_then_left_alone() -> None:
    ladder = spacing.ladder_for("good")
    day: date | None = spacing.first_due_on(anchor_on=date(2026, 11, 1), ladder=ladder)
    days = []
    for rung in range(len(ladder)):
        assert day is not None
        days.append(day)
        day = spacing.next_remind_on(remind_on=day, ladder=ladder, rung=rung, sent_on=day)

    assert days == [date(2026, 11, 5), date(2026, 11, 9), date(2026, 11, 17), date(2026, 12, 1)]
    assert day is None


def test_after_a_snooze_the_distances_stay_the_same() -> None:
    snoozed = spacing.snoozed_to(target=date(2026, 12, 24), today=TODAY)

    following = spacing.next_remind_on(
        remind_on=snoozed, ladder=(4, 8, 16, 30), rung=1, sent_on=snoozed
    )

    assert following == date(2027, 1, 1)


def test_after_a_month_of_pause_two_reminders_are_not_a_day_apart() -> None:
    following = spacing.next_remind_on(
        remind_on=date(2026, 10, 20), ladder=(4, 8, 16, 30), rung=1, sent_on=TODAY
    )

    assert following == TODAY + timedelta(days=4)


@pytest.mark.parametrize(
    ("target", "day"),
    [
        (date(2026, 11, 28), date(2026, 11, 28)),
        (date(2026, 11, 24), date(2026, 11, 25)),
        (date(2026, 3, 1), date(2026, 11, 25)),
    ],
)
def test_a_snooze_never_ends_before_tomorrow(target: date, day: date) -> None:
    assert spacing.snoozed_to(target=target, today=TODAY) == day


@pytest.mark.parametrize(
    ("answer", "remind_on", "due_on"),
    [
        ("nothing", date(2026, 11, 28), date(2026, 11, 25)),
        ("some", date(2026, 11, 28), None),
        ("most", date(2026, 11, 28), date(2026, 12, 8)),
        ("most", date(2026, 12, 20), date(2026, 12, 20)),
        ("most", None, date(2026, 12, 8)),
    ],
)
def test_what_is_remembered_days_later_moves_the_promise(
    answer: str, remind_on: date | None, due_on: date | None
) -> None:
    moved = spacing.due_on_after_recall(answer, due_on=TODAY, remind_on=remind_on, today=TODAY)

    assert moved == due_on


@pytest.mark.parametrize(
    ("days_late", "state"),
    [(-1, "waiting"), (0, "due"), (2, "due"), (3, "overdue"), (400, "overdue")],
)
def test_a_rewatch_is_overdue_after_three_days(days_late: int, state: str) -> None:
    due_on = TODAY - timedelta(days=days_late)

    assert spacing.state_on(TODAY, due_on=due_on) == state
    assert spacing.state_on(TODAY, due_on=due_on, is_kept=True) == "kept"
    assert spacing.state_on(TODAY, due_on=due_on, is_stopped=True) == "stopped"
