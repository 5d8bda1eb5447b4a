"""The two-ring glyph: a disc for the first pass, a ring for the second, drawn as inline SVG.

Pure geometry in three optical sizes, like type: S for 14 to 20 px, M to 72, L above. Shape says the
state (outline, clock, solid, dash, hatch, dot); colour comes from the stylesheet and only repeats it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

RingState = Literal["done", "light", "due", "overdue"]
OpenState = Literal["due", "overdue"]
Disc = int | Literal["done", "self_reported"]
Ring = int | RingState | tuple[int, OpenState]
RewatchState = Literal["waiting", "due", "overdue", "kept", "stopped"]

# Closes the seam of a full animated clock; a done disc or ring is a plain circle instead.
FULL_CLOCK = 102


@dataclass(frozen=True, slots=True)
class Dashes:
    """A dashed circle: its `pathLength` and `stroke-dasharray`."""

    length: int
    pattern: str


@dataclass(frozen=True, slots=True)
class OpticalSize:
    """The measures of the glyph at one optical size, in units of its view box."""

    view: int
    ring_radius: float
    ring_stroke: float
    disc_radius: float
    outline: float
    due: Dashes
    light: Dashes
    dot: tuple[float, float, float, float]  # x, y, radius, knock-out stroke
    hatch_spacing: float
    hatch_stroke: float
    has_dial: bool = False
    has_ring_edges: bool = True

    @property
    def centre(self) -> float:
        return self.view / 2

    @property
    def disc_outline_radius(self) -> float:
        return self.disc_radius - self.outline / 2


SMALL = OpticalSize(
    view=14,
    ring_radius=5.75,
    ring_stroke=1.5,
    disc_radius=3,
    outline=1,
    due=Dashes(40, "3 2"),
    light=Dashes(35, "1.1 1.4"),
    dot=(11.25, 2.75, 2.1, 1),
    hatch_spacing=1.7,
    hatch_stroke=0.9,
    has_ring_edges=False,
)
MEDIUM = OpticalSize(
    view=28,
    ring_radius=11.75,
    ring_stroke=2.5,
    disc_radius=7,
    outline=1.25,
    due=Dashes(50, "3 2"),
    light=Dashes(60, "1.3 1.7"),
    dot=(22.5, 5.5, 3.25, 1.5),
    hatch_spacing=2.6,
    hatch_stroke=1.2,
)
LARGE = OpticalSize(
    view=160,
    ring_radius=74,
    ring_stroke=9,
    disc_radius=45,
    outline=1.75,
    due=Dashes(100, "3 2"),
    light=Dashes(240, "2 3"),
    dot=(132, 28, 11, 5),
    hatch_spacing=7.5,
    hatch_stroke=2.25,
    has_dial=True,
)


@dataclass(frozen=True, slots=True)
class PassState:
    """What the glyph needs to know of one pass: covered per cent, and how it was completed."""

    percent: int = 0
    is_completed: bool = False
    is_self_reported: bool = False
    is_light: bool = False


@dataclass(frozen=True, slots=True)
class GlyphState:
    """The two marks that `glyph` draws."""

    disc: Disc
    ring: Ring


def glyph_state(
    first: PassState, second: PassState, rewatch: RewatchState | None = None
) -> GlyphState:
    """The marks for one video: its first pass, its second pass and the state of its rewatch.

    A second pass that is done shows as done whatever the rewatch says; a self-reported one is hatched
    like a light one. An open rewatch that is due keeps the part already rewatched as an arc.
    """
    disc: Disc = _within(first.percent)
    if first.is_completed:
        disc = "self_reported" if first.is_self_reported else "done"
    ring: Ring
    if second.is_completed:
        ring = "light" if second.is_light or second.is_self_reported else "done"
    elif rewatch == "due" or rewatch == "overdue":
        percent = _within(second.percent)
        ring = (percent, rewatch) if percent else rewatch
    else:
        ring = _within(second.percent)
    return GlyphState(disc, ring)


def optical_size(pixels: int) -> OpticalSize:
    """The drawing to use at this size on the page."""
    if pixels <= 20:
        return SMALL
    return MEDIUM if pixels <= 72 else LARGE


def parse_ring(text: str | int) -> Ring:
    """A ring as templates may write it: 40, "40", "due", "40 overdue"; `ValueError` for all else."""
    if isinstance(text, int):
        return text
    words = text.split()
    match words:
        case ["done" | "light" | "due" | "overdue" as state]:
            return state
        case [percent, "due" | "overdue" as state]:
            return (int(percent), state)
        case [percent]:
            return int(percent)
    raise ValueError(f"not a ring of the glyph: {text!r}")


def parse_disc(text: str | int) -> Disc:
    """A disc as templates may write it: 62, "62", "done", "self_reported"; else `ValueError`."""
    if isinstance(text, int):
        return text
    match text:
        case "done" | "self_reported" as state:
            return state
    return int(text)


@lru_cache(maxsize=4096)
def shapes(size: OpticalSize, disc: Disc, ring: Ring, *, animated: bool = False) -> str:
    """The SVG elements inside the glyph; with `animated` both marks are full clocks, for the hero."""
    return _dial(size) + _disc(size, disc, animated=animated) + _ring(size, ring, animated=animated)


def nearest_quarter(percent: int) -> int:
    """Coverage as the heatmap shows it: begun is a quarter at least, unfinished three at most."""
    if percent <= 0:
        return 0
    return min(75, max(25, round(percent / 25) * 25))


def quartered(disc: Disc, ring: Ring) -> GlyphState:
    """The same state in quarters, so that a heatmap needs few symbols."""
    if isinstance(disc, int):
        disc = nearest_quarter(disc)
    if isinstance(ring, int):
        ring = nearest_quarter(ring)
    elif isinstance(ring, tuple):
        percent = nearest_quarter(ring[0])
        ring = (percent, ring[1]) if percent else ring[1]
    return GlyphState(disc, ring)


def symbol_id(state: GlyphState) -> str:
    """The id of this state's symbol in the sprite."""
    ring = state.ring
    ring_name = f"{ring[0]}-{ring[1]}" if isinstance(ring, tuple) else str(ring)
    return f"g-{state.disc}-{ring_name}".replace("_", "-")


def sprite_symbols(states: Iterable[GlyphState] | None = None) -> str:
    """One `<symbol>` of size S for each state in quarters; without states, for every one there is."""
    wanted = (
        {quartered(state.disc, state.ring) for state in states}
        if states is not None
        else set(_every_quartered_state())
    )
    return "".join(
        f'<symbol id="{symbol_id(state)}" viewBox="0 0 14 14" overflow="visible">'
        f"{shapes(SMALL, state.disc, state.ring)}</symbol>"
        for state in sorted(wanted, key=symbol_id)
    )


def _every_quartered_state() -> Iterable[GlyphState]:
    discs: list[Disc] = [0, 25, 50, 75, "done", "self_reported"]
    open_states: list[OpenState] = ["due", "overdue"]
    rings: list[Ring] = [0, 25, 50, 75, "done", "light", "due", "overdue"]
    rings += [(percent, state) for percent in (25, 50, 75) for state in open_states]
    return (GlyphState(disc, ring) for disc in discs for ring in rings)


def _within(percent: int) -> int:
    return max(0, min(100, percent))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _circle(
    size: OpticalSize,
    css: str,
    radius: float,
    stroke: float | None = None,
    dashes: tuple[str, str] | None = None,
    *,
    offset: str | None = None,
) -> str:
    centre = _number(size.centre)
    markup = f'<circle class="{css}" cx="{centre}" cy="{centre}" r="{_number(radius)}"'
    if stroke is not None:
        markup += f' stroke-width="{_number(stroke)}"'
    if dashes is not None:
        markup += f' pathLength="{dashes[0]}" stroke-dasharray="{dashes[1]}"'
        if offset is not None:
            markup += f' stroke-dashoffset="{offset}"'
        # Clocks begin at twelve, SVG circles at three.
        markup += f' transform="rotate(-90 {centre} {centre})"'
    return markup + "/>"


def _clock(size: OpticalSize, css: str, radius: float, stroke: float, percent: int) -> str:
    return _circle(size, css, radius, stroke, ("100", f"{percent} 100"))


def _dial(size: OpticalSize) -> str:
    if not size.has_dial:
        return ""
    return _circle(size, "g-t", 58, 4, ("240", ".5 3.5"), offset=".25")


def _disc(size: OpticalSize, disc: Disc, *, animated: bool) -> str:
    if disc == "done" and not animated:
        return _circle(size, "g-d", size.disc_radius)
    outline = size.disc_outline_radius
    if disc == "self_reported":
        hatch = (
            f'<path class="g-h" stroke-width="{_number(size.hatch_stroke)}" d="{_hatch(size)}"/>'
        )
        return _circle(size, "g-h", outline, size.outline) + hatch
    percent = FULL_CLOCK if isinstance(disc, str) or animated else disc
    markup = _circle(size, "g-l", outline, size.outline)
    if percent:
        # A circle stroked to its centre: a dash of it is a slice of the disc.
        markup += _clock(size, "g-p g-run", size.disc_radius / 2, size.disc_radius, percent)
    return markup


def _ring(size: OpticalSize, ring: Ring, *, animated: bool) -> str:
    radius, stroke = size.ring_radius, size.ring_stroke
    if animated or isinstance(ring, int):
        percent = FULL_CLOCK if animated or not isinstance(ring, int) else ring
        markup = _circle(size, "g-l", radius, size.outline)
        if percent:
            markup += _clock(size, "g-r g-run", radius, stroke, percent)
        return markup
    if ring == "done":
        return _circle(size, "g-r", radius, stroke)
    if ring == "light":
        return _light_ring(size)
    percent, state = ring if isinstance(ring, tuple) else (0, ring)
    dashes = (str(size.due.length), size.due.pattern)
    markup = _circle(size, "g-due", radius, stroke, dashes, offset="-1")
    if percent:
        # The part already rewatched covers the dashes: a gap in the colour of the ground, then the arc.
        markup += _clock(size, "g-c", radius, stroke + 0.4, percent + 2)
        markup += _clock(size, "g-r", radius, stroke, percent)
    if state == "overdue":
        x, y, dot_radius, knock = (_number(value) for value in size.dot)
        markup += (
            f'<circle class="g-dot" cx="{x}" cy="{y}" r="{dot_radius}" stroke-width="{knock}"/>'
        )
    return markup


def _light_ring(size: OpticalSize) -> str:
    markup = ""
    if size.has_ring_edges:
        inset = size.ring_stroke / 2 - size.outline * 0.35
        for radius in (size.ring_radius - inset, size.ring_radius + inset):
            markup += _circle(size, "g-k", radius, size.outline * 0.7)
    ticks = (str(size.light.length), size.light.pattern)
    return markup + _circle(size, "g-k", size.ring_radius, size.ring_stroke, ticks)


def _hatch(size: OpticalSize) -> str:
    """Chords at 45 degrees inside the disc's outline, evenly spaced about its centre."""
    centre, radius, half = size.centre, size.disc_outline_radius, math.sqrt(0.5)
    steps = int((radius - 0.01) // size.hatch_spacing)
    path = ""
    for step in range(-steps, steps + 1):
        offset = step * size.hatch_spacing
        reach = math.sqrt(max(0.0, radius * radius - offset * offset))
        start = (centre + (offset - reach) * half, centre + (offset + reach) * half)
        end = (centre + (offset + reach) * half, centre + (offset - reach) * half)
        path += f"M{_number(start[0])} {_number(start[1])}L{_number(end[0])} {_number(end[1])}"
    return path
