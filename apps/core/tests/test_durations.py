"""Lengths of time in words."""

import pytest
from django.utils import translation

from apps.core.durations import (
    duration_about,
    duration_short,
    duration_words,
    hours_short,
    hours_words,
    video_clock,
    whole_minutes,
)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 0), (-5, 0), (1, 1), (89, 1), (91, 2), (3720, 62)]
)
def test_what_lasts_at_all_lasts_a_minute(seconds: float, minutes: int) -> None:
    assert whole_minutes(seconds) == minutes


@pytest.mark.parametrize(
    ("seconds", "words", "short"),
    [
        (0, "0 min", "0 min"),
        (33 * 60, "33 min", "33 min"),
        (3600, "1 h", "1 h"),
        (95 * 60, "1 h 35 min", "1 h 35"),
        (65 * 60, "1 h 5 min", "1 h 05"),
        (3599, "1 h", "1 h"),
        (25 * 3600, "25 h", "25 h"),
    ],
)
def test_a_length_is_told_in_hours_and_minutes(seconds: float, words: str, short: str) -> None:
    with translation.override("en"):
        assert duration_words(seconds) == words
        assert duration_short(seconds) == short


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (30, "about 1 minute"),
        (62 * 60, "about 62 minutes"),
        (99 * 60, "about 99 minutes"),
        (100 * 60, "about 1 h 40 min"),
        (281 * 60, "about 4 h 41 min"),
    ],
)
def test_what_a_step_costs_is_said_as_people_say_it(seconds: float, words: str) -> None:
    with translation.override("en"):
        assert duration_about(seconds) == words


def test_hours_have_their_plural() -> None:
    with translation.override("en"):
        assert hours_words(3600) == "1 hour"
        assert hours_words(22.4 * 3600) == "22 hours"


@pytest.mark.parametrize(
    ("milliseconds", "clock"),
    [(0, "0:00"), (-1, "0:00"), (9_999, "0:09"), (552_000, "9:12"), (4_252_000, "1:10:52")],
)
def test_a_place_in_a_video_is_shown_as_its_player_does(milliseconds: int, clock: str) -> None:
    assert video_clock(milliseconds) == clock


def test_a_few_minutes_are_not_told_as_no_hours() -> None:
    with translation.override("en"):
        assert [hours_words(seconds) for seconds in (0, 59, 360, 1700, 1900)] == [
            "0 hours",
            "1 min",
            "6 min",
            "28 min",
            "1 hour",
        ]
        assert [hours_short(seconds) for seconds in (0, 59, 179, 180)] == [
            "0.0 h",
            "1 min",
            "3 min",
            "0.1 h",
        ]
