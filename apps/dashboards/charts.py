"""Where people drop off, as places and sizes of inline SVG: the page's policy allows no styles."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.dashboards.board import Steps

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 520, 170, 28, 8, 150


@dataclass(frozen=True, slots=True)
class Pair:
    """The two bars of one video; y and heights grow downwards from the top of the picture."""

    number: int
    first_x: float
    first_y: float
    first_height: float
    second_x: float
    second_y: float
    second_height: float
    width: float
    middle: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the picture and the number beside it."""

    count: int
    y: float


@dataclass(frozen=True, slots=True)
class DropOff:
    pairs: list[Pair]
    marks: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    label_x: int = LEFT - 6
    base: int = BOTTOM
    number_y: int = BOTTOM + 14


def drop_off(funnel: Sequence[Steps], *, learners: int) -> DropOff:
    """Two bars for each video: learners who finished its first pass, and its second."""
    most = max(learners, 1)
    tall = BOTTOM - TOP
    step = (WIDTH - LEFT) / max(len(funnel), 1)
    width = round(min(16.0, step * 0.38), 1)
    pairs = []
    for place, steps in enumerate(funnel):
        middle = LEFT + step * (place + 0.5)
        first, second = tall * steps.first_done / most, tall * steps.second_done / most
        pairs.append(
            Pair(
                number=steps.video.position,
                first_x=round(middle - width - 0.5, 1),
                first_y=round(BOTTOM - first, 1),
                first_height=round(first, 1),
                second_x=round(middle + 0.5, 1),
                second_y=round(BOTTOM - second, 1),
                second_height=round(second, 1),
                width=width,
                middle=round(middle, 1),
            )
        )
    counts = sorted({0, most // 2, most})
    marks = [Mark(count, round(BOTTOM - tall * count / most, 1)) for count in counts]
    return DropOff(pairs, marks)
