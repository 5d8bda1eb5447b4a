"""The glyph's exact geometry in its three optical sizes, its states, and the heatmap's sprite."""

import re
from itertools import product
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

from apps.core.glyph import (
    LARGE,
    MEDIUM,
    SMALL,
    Disc,
    GlyphState,
    OpticalSize,
    PassState,
    Ring,
    glyph_state,
    nearest_quarter,
    optical_size,
    parse_disc,
    parse_ring,
    quartered,
    shapes,
    sprite_symbols,
    symbol_id,
)

DISCS: list[Disc] = [0, 1, 62, 100, "done", "self_reported"]
RINGS: list[Ring] = [0, 40, "done", "light", "due", "overdue", (40, "due"), (40, "overdue")]
TURN_14 = 'transform="rotate(-90 7 7)"'
TURN_28 = 'transform="rotate(-90 14 14)"'
TURN_160 = 'transform="rotate(-90 80 80)"'
DIAL = (
    '<circle class="g-t" cx="80" cy="80" r="58" stroke-width="4" pathLength="240"'
    f' stroke-dasharray=".5 3.5" stroke-dashoffset=".25" {TURN_160}/>'
)


@pytest.mark.parametrize(
    ("size", "disc", "ring", "drawn"),
    [
        (
            SMALL,
            0,
            0,
            '<circle class="g-l" cx="7" cy="7" r="2.5" stroke-width="1"/>'
            '<circle class="g-l" cx="7" cy="7" r="5.75" stroke-width="1"/>',
        ),
        (
            SMALL,
            "done",
            "light",
            '<circle class="g-d" cx="7" cy="7" r="3"/>'
            '<circle class="g-k" cx="7" cy="7" r="5.75" stroke-width="1.5" pathLength="35"'
            f' stroke-dasharray="1.1 1.4" {TURN_14}/>',
        ),
        (
            SMALL,
            "self_reported",
            "overdue",
            '<circle class="g-h" cx="7" cy="7" r="2.5" stroke-width="1"/>'
            '<path class="g-h" stroke-width="0.9"'
            ' d="M4.5 7.09L7.09 4.5M5.23 8.77L8.77 5.23M6.91 9.5L9.5 6.91"/>'
            '<circle class="g-due" cx="7" cy="7" r="5.75" stroke-width="1.5" pathLength="40"'
            f' stroke-dasharray="3 2" stroke-dashoffset="-1" {TURN_14}/>'
            '<circle class="g-dot" cx="11.25" cy="2.75" r="2.1" stroke-width="1"/>',
        ),
        (
            MEDIUM,
            62,
            0,
            '<circle class="g-l" cx="14" cy="14" r="6.38" stroke-width="1.25"/>'
            '<circle class="g-p g-run" cx="14" cy="14" r="3.5" stroke-width="7" pathLength="100"'
            f' stroke-dasharray="62 100" {TURN_28}/>'
            '<circle class="g-l" cx="14" cy="14" r="11.75" stroke-width="1.25"/>',
        ),
        (
            MEDIUM,
            "done",
            (40, "due"),
            '<circle class="g-d" cx="14" cy="14" r="7"/>'
            '<circle class="g-due" cx="14" cy="14" r="11.75" stroke-width="2.5" pathLength="50"'
            f' stroke-dasharray="3 2" stroke-dashoffset="-1" {TURN_28}/>'
            '<circle class="g-c" cx="14" cy="14" r="11.75" stroke-width="2.9" pathLength="100"'
            f' stroke-dasharray="42 100" {TURN_28}/>'
            '<circle class="g-r" cx="14" cy="14" r="11.75" stroke-width="2.5" pathLength="100"'
            f' stroke-dasharray="40 100" {TURN_28}/>',
        ),
        (
            MEDIUM,
            "done",
            "light",
            '<circle class="g-d" cx="14" cy="14" r="7"/>'
            '<circle class="g-k" cx="14" cy="14" r="10.94" stroke-width="0.88"/>'
            '<circle class="g-k" cx="14" cy="14" r="12.56" stroke-width="0.88"/>'
            '<circle class="g-k" cx="14" cy="14" r="11.75" stroke-width="2.5" pathLength="60"'
            f' stroke-dasharray="1.3 1.7" {TURN_28}/>',
        ),
        (
            LARGE,
            "done",
            40,
            DIAL + '<circle class="g-d" cx="80" cy="80" r="45"/>'
            '<circle class="g-l" cx="80" cy="80" r="74" stroke-width="1.75"/>'
            '<circle class="g-r g-run" cx="80" cy="80" r="74" stroke-width="9" pathLength="100"'
            f' stroke-dasharray="40 100" {TURN_160}/>',
        ),
        (
            LARGE,
            "done",
            "overdue",
            DIAL + '<circle class="g-d" cx="80" cy="80" r="45"/>'
            '<circle class="g-due" cx="80" cy="80" r="74" stroke-width="9" pathLength="100"'
            f' stroke-dasharray="3 2" stroke-dashoffset="-1" {TURN_160}/>'
            '<circle class="g-dot" cx="132" cy="28" r="11" stroke-width="5"/>',
        ),
        (
            LARGE,
            0,
            "done",
            DIAL + '<circle class="g-l" cx="80" cy="80" r="44.12" stroke-width="1.75"/>'
            '<circle class="g-r" cx="80" cy="80" r="74" stroke-width="9"/>',
        ),
    ],
)
def test_each_mark_is_drawn_to_the_agreed_measures(
    size: OpticalSize, disc: Disc, ring: Ring, drawn: str
) -> None:
    assert shapes(size, disc, ring) == drawn


def test_the_hero_draws_both_marks_as_clocks_whose_seams_are_closed() -> None:
    drawn = shapes(LARGE, "done", "done", animated=True)

    assert re.findall(r'class="(g-[pr] g-run)".*?stroke-dasharray="([^"]+)"', drawn) == [
        ("g-p g-run", "102 100"),
        ("g-r g-run", "102 100"),
    ]


@pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE])
def test_every_state_is_well_formed_and_no_two_look_alike(size: OpticalSize) -> None:
    drawings = [shapes(size, disc, ring) for disc, ring in product(DISCS, RINGS)]

    assert len(set(drawings)) == len(DISCS) * len(RINGS)
    for drawing in drawings:
        ElementTree.fromstring(f"<svg>{drawing}</svg>")  # noqa: S314 - our own markup


@pytest.mark.parametrize(
    ("pixels", "size"),
    [(14, SMALL), (20, SMALL), (21, MEDIUM), (28, MEDIUM), (72, MEDIUM), (96, LARGE), (320, LARGE)],
)
def test_the_optical_size_follows_the_size_on_the_page(pixels: int, size: OpticalSize) -> None:
    assert optical_size(pixels) is size


FRESH = PassState()
DONE = PassState(100, is_completed=True)


@pytest.mark.parametrize(
    ("first", "second", "rewatch", "marks"),
    [
        (FRESH, FRESH, None, GlyphState(0, 0)),
        (PassState(62), FRESH, None, GlyphState(62, 0)),
        (PassState(-3), PassState(130), None, GlyphState(0, 100)),
        (DONE, FRESH, "waiting", GlyphState("done", 0)),
        (
            PassState(4, is_completed=True, is_self_reported=True),
            FRESH,
            "due",
            GlyphState("self_reported", "due"),
        ),
        (DONE, PassState(40), "waiting", GlyphState("done", 40)),
        (DONE, PassState(40), "due", GlyphState("done", (40, "due"))),
        (DONE, PassState(40), "overdue", GlyphState("done", (40, "overdue"))),
        (DONE, FRESH, "overdue", GlyphState("done", "overdue")),
        (DONE, FRESH, "stopped", GlyphState("done", 0)),
        (DONE, DONE, "kept", GlyphState("done", "done")),
        (DONE, DONE, "due", GlyphState("done", "done")),
        (
            DONE,
            PassState(95, is_completed=True, is_light=True),
            "kept",
            GlyphState("done", "light"),
        ),
        (
            DONE,
            PassState(3, is_completed=True, is_self_reported=True),
            "kept",
            GlyphState("done", "light"),
        ),
    ],
)
def test_a_video_s_state_becomes_marks(
    first: PassState, second: PassState, rewatch: None, marks: GlyphState
) -> None:
    assert glyph_state(first, second, rewatch) == marks


@pytest.mark.parametrize(
    ("text", "ring"),
    [
        (40, 40),
        ("40", 40),
        ("due", "due"),
        ("light", "light"),
        ("40 due", (40, "due")),
        ("7 overdue", (7, "overdue")),
    ],
)
def test_templates_write_a_ring_as_words(text: str | int, ring: Ring) -> None:
    assert parse_ring(text) == ring


@pytest.mark.parametrize("text", ["", "late", "40 light", "due 40", "1 2 3"])
def test_a_ring_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"glyph|invalid literal"):
        parse_ring(text)


def test_a_disc_that_is_none_is_refused() -> None:
    assert parse_disc("self_reported") == "self_reported"
    with pytest.raises(ValueError, match="invalid literal"):
        parse_disc("due")


@pytest.mark.parametrize(
    ("percent", "quarter"),
    [(0, 0), (1, 25), (25, 25), (37, 25), (38, 50), (62, 50), (63, 75), (99, 75), (100, 75)],
)
def test_a_cell_shows_quarters_and_never_hides_a_beginning(percent: int, quarter: int) -> None:
    assert nearest_quarter(percent) == quarter


def test_a_cell_with_its_quarters_keeps_what_is_due() -> None:
    assert quartered(62, (0, "due")) == GlyphState(50, "due")
    assert quartered("done", (3, "overdue")) == GlyphState("done", (25, "overdue"))


def test_the_sprite_has_a_symbol_for_whatever_a_cell_may_refer_to() -> None:
    symbols = set(re.findall(r'<symbol id="([^"]+)"', sprite_symbols()))

    for disc, ring in product(DISCS, RINGS):
        assert symbol_id(quartered(disc, ring)) in symbols


def test_a_sprite_of_given_states_holds_only_those_once() -> None:
    states = [GlyphState(60, 0), GlyphState(50, 0), GlyphState("done", (40, "due"))]

    assert re.findall(r'<symbol id="([^"]+)"', sprite_symbols(states)) == [
        "g-50-0",
        "g-done-50-due",
    ]


def rendered(source: str, **context: object) -> str:
    return Template("{% load glyphs %}" + source).render(Context(context))


def test_a_glyph_with_a_sentence_is_an_image_and_escapes_it() -> None:
    markup = rendered("{% glyph 28 62 '40 due' label %}", label='first "pass" <62 %>')

    assert markup.startswith(
        '<svg class="glyph" role="img" aria-label="first &quot;pass&quot; &lt;62 %&gt;"'
        ' width="28" height="28" viewBox="0 0 28 28">'
    )


def test_a_glyph_without_words_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in rendered("{% glyph 14 %}")


def test_a_cell_refers_to_its_symbol() -> None:
    markup = rendered("{% glyph_use state 'due' %}", state=GlyphState("done", (48, "due")))

    assert markup == (
        '<svg class="glyph" role="img" aria-label="due" width="14" height="14">'
        '<use href="#g-done-50-due"/></svg>'
    )


def test_a_label_that_was_safe_once_does_not_make_the_same_plain_one_safe() -> None:
    state = GlyphState("done", 0)
    for tag in ("{% glyph_use state label %}", "{% glyph 14 state=state label=label %}"):
        assert 'aria-label="<b>"' in rendered(tag, state=state, label=mark_safe("<b>"))
        assert 'aria-label="&lt;b&gt;"' in rendered(tag, state=state, label="<b>")
