"""The rules behind the instructor's verdicts, each on the day before and on the day."""

from typing import Any

import pytest

from apps.dashboards.attention import (
    Attention,
    Code,
    OpenQuestion,
    Reason,
    Standing,
    Status,
    WeekEnd,
    attention_to,
)
from apps.progress.glance import OpenPass

HOUR = 3600


def standing(**facts: Any) -> Standing:
    """Somebody who began and was here today, but for what a test says."""
    fields: dict[str, Any] = {"days_since_joining": 30, "has_started": True} | facts
    return Standing(**fields)


def codes(**facts: Any) -> list[str]:
    return [reason.code.value for reason in attention_to(standing(**facts)).reasons]


def test_somebody_without_a_reason_is_fine() -> None:
    assert attention_to(standing()) == Attention(Status.FINE)


@pytest.mark.parametrize(
    ("days", "status", "reasons"),
    [
        (0, Status.NOT_STARTED, []),
        (2, Status.NOT_STARTED, []),
        (3, Status.NEEDS_HELP, ["not_started"]),
        (40, Status.NEEDS_HELP, ["not_started"]),
    ],
)
def test_who_watched_nothing_needs_help_from_the_third_day(
    days: int, status: Status, reasons: list[str]
) -> None:
    found = attention_to(standing(days_since_joining=days, has_started=False))

    assert found.status == status
    assert [reason.code.value for reason in found.reasons] == reasons


@pytest.mark.parametrize(("days", "expected"), [(6, []), (7, ["stopped"]), (30, ["stopped"])])
def test_who_was_away_for_a_week_has_stopped(days: int, expected: list[str]) -> None:
    assert codes(days_since_active=days) == expected


def test_who_stopped_is_told_with_the_pass_they_were_in() -> None:
    earlier, later = OpenPass(4, 2, 10, 1), OpenPass(7, 1, 48, 2)

    found = attention_to(standing(days_since_active=12, open_passes=(earlier, later)))

    assert found.reasons == (Reason(Code.STOPPED, days=12, open_pass=later),)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ([], []),
        ([(0, 5)], []),  # one week is too early to say so
        ([(2.9, 5), (5.9, 10)], ["behind"]),
        ([(3, 5), (5.9, 10)], []),  # exactly 60 % at the first of the two
        ([(2.9, 5), (6, 10)], []),
        ([(5, 5), (2.9, 10), (3, 15)], ["behind"]),  # only the last two count
        ([(0, 0), (0, 5)], []),  # nothing was planned before they joined
    ],
)
def test_behind_is_under_60_percent_at_both_last_week_ends(
    ends: list[tuple[float, float]], expected: list[str]
) -> None:
    week_ends = tuple(WeekEnd(done * HOUR, planned * HOUR) for done, planned in ends)

    assert codes(week_ends=week_ends) == expected


@pytest.mark.parametrize(
    ("count", "days", "expected"),
    [
        (4, 9, []),
        (5, 0, ["debt"]),
        (1, 10, ["debt"]),
        (0, 10, []),
    ],
)
def test_debt_is_five_rewatches_or_one_that_waits_for_ten_days(
    count: int, days: int, expected: list[str]
) -> None:
    assert codes(debt_count=count, oldest_due_days=days) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(4, 0, []), (5, 0, ["first_passes_only"]), (9, 5, []), (10, 5, ["first_passes_only"])],
)
def test_five_first_passes_more_than_second_ones_are_first_passes_only(
    first: int, second: int, expected: list[str]
) -> None:
    assert codes(first_passes=first, second_passes=second) == expected


@pytest.mark.parametrize(
    ("light", "second", "expected"),
    [(0, 0, []), (0, 3, []), (1, 3, []), (1, 2, ["light"]), (1, 1, ["light"]), (2, 4, ["light"])],
)
def test_half_of_the_second_passes_flagged_is_light(
    light: int, second: int, expected: list[str]
) -> None:
    assert codes(light_passes=light, all_second_passes=second) == expected


@pytest.mark.parametrize(("sittings", "expected"), [(2, []), (3, ["stuck_on_video"])])
def test_three_sittings_at_an_open_pass_are_stuck(sittings: int, expected: list[str]) -> None:
    assert codes(open_passes=(OpenPass(7, 2, 30, sittings),)) == expected


@pytest.mark.parametrize(
    ("minutes", "number", "sittings", "expected"),
    [
        (20, 2, 3, ["stuck_on_video"]),
        (145, 1, 4, []),
        (145, 1, 5, ["stuck_on_video"]),
        (145, 2, 9, []),
        (145, 2, 10, ["stuck_on_video"]),
    ],
)
def test_a_long_video_may_take_more_sittings(
    minutes: int, number: int, sittings: int, expected: list[str]
) -> None:
    stuck = OpenPass(7, number, 30, sittings)
    assert codes(open_passes=(stuck,), lengths={7: minutes * 60}) == expected


@pytest.mark.parametrize(("days", "expected"), [(2, []), (3, ["stuck_on_video"])])
def test_a_question_that_waits_for_three_days_is_a_reason(days: int, expected: list[str]) -> None:
    assert codes(open_question=OpenQuestion(7, days)) == expected


def test_the_reason_of_who_is_stuck_names_the_pass_with_most_sittings() -> None:
    passes = (OpenPass(5, 1, 30, 3), OpenPass(7, 2, 30, 4), OpenPass(9, 1, 1, 1))

    found = attention_to(standing(open_passes=passes))

    assert found.reasons == (Reason(Code.STUCK_ON_VIDEO, count=4, open_pass=passes[1]),)


def test_who_has_finished_is_on_no_list() -> None:
    found = attention_to(
        standing(is_finished=True, days_since_active=50, light_passes=9, all_second_passes=9)
    )

    assert found == Attention(Status.FINISHED)


def test_reasons_come_in_one_order() -> None:
    found = codes(
        days_since_active=7,
        week_ends=(WeekEnd(0, HOUR), WeekEnd(0, 2 * HOUR)),
        debt_count=5,
        first_passes=9,
        light_passes=1,
        all_second_passes=1,
        open_passes=(OpenPass(1, 1, 50, 3),),
    )

    assert found == [
        "stopped", "behind", "debt", "first_passes_only", "light", "stuck_on_video",
    ]  # fmt: skip
