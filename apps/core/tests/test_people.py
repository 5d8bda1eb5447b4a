"""The letters in the round mark of the bar."""

import pytest

from apps.core.templatetags.people import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Nadia Kowalska", "NK"),
        ("Анна", "А"),
        ("ada de la Cruz", "AC"),
        ("nadia.k", "N"),
        ("Ada (she)", "A"),
        ("", ""),
    ],
)
def test_at_most_two_letters_stand_for_a_name(name: str, letters: str) -> None:
    assert initials(name) == letters
