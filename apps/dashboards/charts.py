"""The cohort's charts as places and sizes of inline SVG: the page's policy allows no styles. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

from apps.dashboards.curves import MOST_WEEKS
from apps.dashboards.figures import Debts, PaceWeek, Steps
from apps.dashboards.places import Place

WIDTH, LEFT, TOP, BOTTOM = 520, 34, 8, 150
MOST_LINES, MOST_LABELS = 4, 6

# From the ground up: what is behind a learner stands below what is before them.
LAYERS: tuple[tuple[Place, str], ...] = (
    (Place.DONE, "f2"),
    (Place.IN_SECOND, "f2 half"),
    (Place.OVERDUE, "fd"),
    (Place.DUE, "hd"),
    (Place.WAITING, "f1"),
    (Place.IN_FIRST, "f1 half"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the picture and the number beside it."""

    count: float
    y: float


@dataclass(frozen=True, slots=True)
class Label:
    """Words below the axis."""

    x: float
    text: object


@dataclass(frozen=True, slots=True)
class Box:
    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """What all of them have: lines across, labels below. `height` is the picture's, words and all."""

    marks: list[Mark]
    labels: list[Label]
    width: int = WIDTH
    height: int = BOTTOM + 20
    left: int = LEFT
    mark_x: int = LEFT - 6
    base: int = BOTTOM
    label_y: int = BOTTOM + 15


@dataclass(frozen=True, slots=True)
class Bars:
    frame: Chart
    boxes: list[Box]


@dataclass(frozen=True, slots=True)
class Lines:
    """`band` lies between the quartiles; the median ends at (`x`, `y`) with its label beside it."""

    frame: Chart
    band: str
    plan: str
    middle: str
    x: float
    y: float
    label_x: float
    label_y: float
    label_anchor: str


def marks_up_to(most: float) -> list[Mark]:
    """Round numbers from 0 up to the first one that is not below `most`."""
    step = 10.0 ** floor(log10(max(most, 1)))
    for part in (0.2, 0.5, 1.0, 2.0):
        if most / (step * part) <= MOST_LINES and step * part >= 1:
            step *= part
            break
    lines = max(1, ceil(most / step))
    return [Mark(step * number, up(step * number, step * lines)) for number in range(lines + 1)]


def up(value: float, most: float) -> float:
    """The height of a value, where the highest line stands for `most`."""
    return round(BOTTOM - (BOTTOM - TOP) * value / most, 1)


def _stacked(
    parts: Sequence[tuple[str, float]], *, x: float, width: float, most: float
) -> list[Box]:
    """Boxes upon one another; an outlined one is drawn inside its own room."""
    boxes, below = [], 0.0
    for kind, count in parts:
        if count:
            top, bottom = up(below + count, most), up(below, most)
            inset = 0.5 if kind == "hd" else 0
            boxes.append(
                Box(
                    kind,
                    round(x + inset, 1),
                    round(top + inset, 1),
                    round(max(0.5, width - 2 * inset), 1),
                    round(max(0.5, bottom - top - 2 * inset), 1),
                )
            )
        below += count
    return boxes


def funnel_chart(funnel: Sequence[Steps], *, learners: int) -> Bars:
    """A column for each video, as high as the cohort is large: everyone in their place."""
    most = max(learners, 1)
    marks = [Mark(count, up(count, most)) for count in sorted({0, most // 2, most})]
    step = (WIDTH - LEFT) / max(len(funnel), 1)
    width = min(28.0, step * 0.7)
    boxes: list[Box] = []
    labels = []
    for place, steps in enumerate(funnel):
        middle = LEFT + step * (place + 0.5)
        parts = [(kind, steps.places[each]) for each, kind in LAYERS]
        boxes += _stacked(parts, x=middle - width / 2, width=width, most=most)
        labels.append(Label(round(middle, 1), steps.video.position))
    return Bars(Chart(marks, labels), boxes)


def pace_chart(
    weeks: Sequence[PaceWeek], *, planned: Callable[[int], float], budget: int
) -> Lines | None:
    """Hours by the end of each own week, up to the plan's last; None while no week is over for anybody."""
    if not weeks:
        return None
    whole = next((week for week in range(1, MOST_WEEKS) if planned(week) >= budget), MOST_WEEKS)
    last = max(whole, len(weeks))
    most = max(budget, *(each.high for each in weeks)) / 3600
    marks = marks_up_to(most)

    def at(week: float, seconds: float) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT) * week / last
        return round(x, 1), up(seconds / 3600, marks[-1].count)

    lows = [at(0, 0), *(at(each.number, each.low) for each in weeks)]
    highs = [at(0, 0), *(at(each.number, each.high) for each in weeks)]
    middles = [at(0, 0), *(at(each.number, each.middle) for each in weeks)]
    plan = [at(week, planned(week)) for week in range(last + 1)]
    every = max(1, ceil(last / MOST_LABELS))
    x, y = middles[-1]
    is_far = x > WIDTH * 0.7
    return Lines(
        frame=Chart(
            marks,
            [Label(at(week, 0)[0], week) for week in range(0, last + 1, every)],
        ),
        band=_path([*highs, *reversed(lows)]) + "Z",
        plan=_path(plan),
        middle=_path(middles),
        x=x,
        y=y,
        label_x=x - 10 if is_far else x + 10,
        label_y=min(y + 16, BOTTOM - 4),
        label_anchor="end" if is_far else "start",
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def debt_chart(debts: Debts) -> Bars | None:
    """A bar for each day: overdue below, otherwise due above; None where nothing ever was."""
    days = debts.days
    if not any(each.due for each in days):
        return None
    marks = marks_up_to(max(each.due for each in days))
    step = (WIDTH - LEFT) / len(days)
    width = min(24.0, step * 0.8)
    boxes: list[Box] = []
    for place, each in enumerate(days):
        x = LEFT + step * (place + 0.5) - width / 2
        parts = [("fd", each.overdue), ("hd", each.due - each.overdue)]
        boxes += _stacked(parts, x=x, width=width, most=marks[-1].count)
    return Bars(Chart(marks, _days(days_of(debts), step)), boxes)


def days_of(debts: Debts) -> list[date]:
    return [each.day for each in debts.days]


def _days(days: Sequence[date], step: float) -> list[Label]:
    """The first, one in the middle and the last."""
    places = sorted({0, len(days) // 2, len(days) - 1})
    if len(days) < 9:
        places = [places[0], places[-1]] if len(days) > 1 else [0]
    return [Label(round(LEFT + step * (place + 0.5), 1), days[place]) for place in places]
