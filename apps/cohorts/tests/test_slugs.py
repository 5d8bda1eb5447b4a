"""Addresses made from names."""

from itertools import islice

import pytest

from apps.cohorts.slugs import candidates, slug_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Autumn 2026", "autumn-2026"),
        ("Осень 2026", "osen-2026"),
        ("Щука и Ёж", "shchuka-i-yozh"),
        ("snake_case__name", "snake-case-name"),
        ("秋", "cohort"),
        ("…", "cohort"),
        ("ъ", "cohort"),
        ("x" * 120, "x" * 80),
    ],
)
def test_a_name_makes_an_address_one_can_read_aloud(name: str, expected: str) -> None:
    assert slug_of(name) == expected


def test_a_reserved_word_is_never_an_address_by_itself() -> None:
    assert list(islice(candidates("New"), 2)) == ["new-2", "new-3"]


def test_numbers_follow_when_a_name_is_taken_and_the_address_stays_short() -> None:
    assert list(islice(candidates("Autumn"), 3)) == ["autumn", "autumn-2", "autumn-3"]
    assert all(len(slug) <= 80 for slug in islice(candidates("x" * 200), 20))
