"""Bars for inline SVG: places and sizes as numbers, since the page's policy allows no styles."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart that lies on its side; `width` in units of the chart."""

    label: str
    count: int
    width: float
    kind: str
    y: float

    @property
    def label_y(self) -> float:
        """The baseline of the words above the bar."""
        return self.y + 11

    @property
    def bar_y(self) -> float:
        return self.y + 16

    @property
    def line_y(self) -> float:
        """The axis below the bar."""
        return self.y + 24


def lying_bars(
    parts: Sequence[tuple[str, int, str]], *, whole: int, length: float, step: float
) -> list[Bar]:
    """A bar for each (label, count, kind), as long as its share of `whole`, one below the other."""
    return [
        Bar(label, count, round(length * count / whole, 1) if whole else 0.0, kind, number * step)
        for number, (label, count, kind) in enumerate(parts)
    ]
