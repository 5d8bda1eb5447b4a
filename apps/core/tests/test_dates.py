"""Days and moments in the reader's words and zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from apps.core.dates import (
    date_words,
    day_words,
    days_ago_words,
    exact_moment,
    moment_words,
)

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english_in_warsaw() -> object:
    with translation.override("en"), timezone.override(ZoneInfo("Europe/Warsaw")):
        yield


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "today"),
        (date(2026, 11, 25), "tomorrow"),
        (date(2026, 11, 23), "yesterday"),
        (date(2026, 12, 1), "1 December"),
        (date(2027, 1, 2), "2 January 2027"),
    ],
)
def test_a_day_near_today_has_a_name(day: date, words: str) -> None:
    assert day_words(day, TODAY) == words


def test_the_year_is_said_only_when_it_is_another() -> None:
    assert date_words(date(2026, 2, 18), TODAY) == "18 February"
    assert date_words(date(2025, 2, 18), TODAY) == "18 February 2025"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 24, 18, 5, tzinfo=UTC), "today at 19:05"),
        (datetime(2026, 11, 24, 23, 30, tzinfo=UTC), "tomorrow at 0:30"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "yesterday at 0:30"),
        (datetime(2026, 11, 21, 8, tzinfo=UTC), "21 November"),
    ],
)
def test_a_moment_is_told_in_the_reader_s_zone(moment: datetime, words: str) -> None:
    assert moment_words(moment, NOW) == words


def test_the_exact_moment_names_its_zone() -> None:
    assert exact_moment(NOW) == "Tuesday, 24 November 2026, 13:00, Europe/Warsaw"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (TODAY, "today"),
        (date(2026, 11, 25), "today"),
        (date(2026, 11, 23), "yesterday"),
        (date(2026, 11, 21), "3 days ago"),
    ],
)
def test_the_past_is_counted_in_days(day: date, words: str) -> None:
    assert days_ago_words(day, TODAY) == words


def test_russian_months_stand_in_the_genitive() -> None:
    with translation.override("ru"):
        assert date_words(date(2026, 2, 18), TODAY) == "18 февраля"


def test_a_moment_on_a_page_carries_the_exact_one_in_its_title() -> None:
    source = "{% load words %}{% when moment now %} {% since moment now %} {% on_day day today %}"
    context = {
        "moment": datetime(2026, 11, 21, 8, tzinfo=UTC),
        "now": NOW,
        "day": date(2026, 11, 25),
        "today": TODAY,
    }

    assert Template(source).render(Context(context)) == (
        '<time datetime="2026-11-21T08:00:00+00:00"'
        ' title="Saturday, 21 November 2026, 9:00, Europe/Warsaw">21 November</time> '
        '<time datetime="2026-11-21T08:00:00+00:00"'
        ' title="Saturday, 21 November 2026, 9:00, Europe/Warsaw">3 days ago</time> '
        '<time datetime="2026-11-25" title="Wednesday, 25 November 2026">tomorrow</time>'
    )


def test_a_list_of_names_ends_in_and() -> None:
    source = "{% load words %}{{ names|listed }}"

    assert Template(source).render(Context({"names": ["Ada"]})) == "Ada"
    assert Template(source).render(Context({"names": ["Ada", "Emmy", "Grace"]})) == (
        "Ada, Emmy and Grace"
    )
