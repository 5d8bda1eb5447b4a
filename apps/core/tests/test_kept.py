"""HTML that is kept: the right piece for its key, and never more than there is room for."""

from django.utils.safestring import SafeString

from apps.core.kept import KeptHtml


def test_a_piece_is_found_by_its_key_and_by_no_other() -> None:
    kept = KeptHtml(characters=1000)
    kept.keep((1, "en"), SafeString("<b>two</b>"))

    assert kept.find((1, "en")) == "<b>two</b>"
    assert kept.find((1, "ru")) is None


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    kept = KeptHtml(characters=1000)
    for number in range(100):
        kept.keep(number, SafeString("x" * 10))
    kept.find(0)

    kept.keep(100, SafeString("y" * 10))

    assert kept.find(0) == "x" * 10
    assert kept.find(1) is None
    assert kept.find(100) == "y" * 10


def test_a_piece_in_place_of_another_takes_its_room_only_once() -> None:
    kept = KeptHtml(characters=1000)
    kept.keep("other", SafeString("x" * 10))
    for _ in range(1000):
        kept.keep("same", SafeString("y" * 10))

    assert kept.find("other") == "x" * 10


def test_a_giant_is_not_kept_and_pushes_nobody_out() -> None:
    kept = KeptHtml(characters=1000)
    kept.keep("small", SafeString("x"))

    kept.keep("giant", SafeString("y" * 11))

    assert kept.find("giant") is None
    assert kept.find("small") == "x"
