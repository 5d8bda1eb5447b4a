"""Template tags that draw the two-ring glyph and the heatmap's sprite (geometry: `apps.core.glyph`)."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.core.glyph import (
    Disc,
    GlyphState,
    Ring,
    optical_size,
    parse_disc,
    parse_ring,
    quartered,
    shapes,
    sprite_symbols,
    symbol_id,
)

register = template.Library()


@register.simple_tag
def glyph(
    size: int = 28,
    disc: Disc | str = 0,
    ring: Ring | str = 0,
    label: str = "",
    *,
    state: GlyphState | None = None,
    animated: bool = False,
) -> SafeString:
    """The glyph at `size` px as inline SVG.

    `disc` is 0..100, "done" or "self_reported"; `ring` is 0..100, "done", "light", "due", "overdue", or
    per cent with a state as "40 due". `state=` (a `GlyphState`) replaces both. With `label`, a whole
    sentence, it is an image to a screen reader; without, it is hidden beside words that say the same.
    """
    if state is None:
        state = GlyphState(parse_disc(disc), ring if isinstance(ring, tuple) else parse_ring(ring))
    return _drawn(state, size, label if isinstance(label, str) else str(label), animated)


# Typed, here and below: a label that is safe already and a plain one are not the same.
@lru_cache(maxsize=4096, typed=True)
def _drawn(state: GlyphState, size: int, label: str, animated: bool) -> SafeString:
    drawing = optical_size(size)
    return format_html(
        '<svg class="glyph" {} width="{}" height="{}" viewBox="0 0 {} {}">{}</svg>',
        _voice(label),
        size,
        size,
        drawing.view,
        drawing.view,
        mark_safe(shapes(drawing, state.disc, state.ring, animated=animated)),  # noqa: S308 - numbers and our constants
    )


@register.simple_tag
def glyph_sprite(states: Iterable[GlyphState] | None = None) -> SafeString:
    """The symbols that `glyph_use` refers to, once a page; `states` keeps it to those that occur."""
    return format_html(
        '<svg class="g-sprite" width="0" height="0" aria-hidden="true">{}</svg>',
        mark_safe(sprite_symbols(states)),  # noqa: S308 - numbers and our constants
    )


@register.simple_tag
def glyph_use(state: GlyphState, label: str = "", size: int = 14) -> SafeString:
    """A cell of the heatmap: the state in quarters, drawn by reference to the sprite."""
    return _used(state, label if isinstance(label, str) else str(label), size)


@lru_cache(maxsize=16384, typed=True)
def _used(state: GlyphState, label: str, size: int) -> SafeString:
    return format_html(
        '<svg class="glyph" {} width="{}" height="{}"><use href="#{}"/></svg>',
        _voice(label),
        size,
        size,
        symbol_id(quartered(state.disc, state.ring)),
    )


def _voice(label: str) -> SafeString:
    if label:
        return format_html('role="img" aria-label="{}"', label)
    return mark_safe('aria-hidden="true"')
