"""One learner's passes over time and hours per week, as places and sizes of inline SVG. Pure."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from apps.dashboards.charts import BOTTOM, LEFT, WIDTH, Bars, Box, Chart, Label, marks_up_to
from apps.dashboards.charts import up as raised

STEP, HEAD, MOST_LABELS = 12, 6, 6


@dataclass(frozen=True, slots=True)
class Span:
    """One pass: from the day it was opened to the day it was completed, or to the last of it so far."""

    position: int
    number: int
    first_on: date
    last_on: date
    is_done: bool


@dataclass(frozen=True, slots=True)
class Stroke:
    kind: str
    x1: float
    x2: float
    y: float
    is_done: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """A row for each video that was begun, in the order of the curriculum."""

    strokes: list[Stroke]
    names: list[Label]
    days: list[Label]
    height: int
    days_y: int
    width: int = WIDTH
    left: int = LEFT
    name_x: int = LEFT - 8


def timeline(spans: Sequence[Span], *, first_on: date, today: date) -> Timeline | None:
    """Two strokes a video: the first pass above, the second below; None where nothing was begun."""
    if not spans:
        return None
    begins = min(first_on, *(each.first_on for each in spans))
    days = max(1, (today - begins).days)
    rows = {position: row for row, position in enumerate(sorted({each.position for each in spans}))}

    def across(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT) * (day - begins).days / days, 1)

    strokes = [
        Stroke(
            kind="s1" if each.number == 1 else "s2",
            x1=across(each.first_on),
            x2=across(each.last_on),
            y=HEAD + STEP * rows[each.position] + (3.5 if each.number == 1 else 8.5),
            is_done=each.is_done,
        )
        for each in spans
    ]
    height = HEAD + STEP * len(rows)
    middle = begins + timedelta(days=days // 2)
    return Timeline(
        strokes,
        [Label(HEAD + STEP * row + 10, position) for position, row in rows.items()],
        [Label(across(day), day) for day in (begins, middle, today)],
        height=height + 20,
        days_y=height + 15,
    )


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """Seconds done in one own week, and how many the plan asks; the last one may be under way."""

    number: int
    done: int
    planned: int
    is_over: bool


def own_weeks(weeks: "array[int]", *, done: int, a_week: float, budget: int) -> list[OwnWeek]:
    """From what was done by the end of each week that is over, and `done` until now."""
    sums = [0, *weeks, max(done, weeks[-1] if weeks else 0)]
    return [
        OwnWeek(
            number=index + 1,
            done=later - before,
            planned=round(max(0.0, min(budget, a_week * (index + 1)) - a_week * index)),
            is_over=index < len(weeks),
        )
        for index, (before, later) in enumerate(pairwise(sums))
    ]


@dataclass(frozen=True, slots=True)
class WeekBars:
    bars: Bars
    plan_y: float


def week_bars(weeks: Sequence[OwnWeek], *, a_week: float) -> WeekBars | None:
    """A bar a week beside the plan's hours; None where nothing was done."""
    if not any(each.done for each in weeks):
        return None
    marks = marks_up_to(max(a_week, *(each.done for each in weeks)) / 3600)
    most = marks[-1].count
    step = (WIDTH - LEFT) / len(weeks)
    width = min(40.0, step * 0.7)
    boxes = []
    for index, week in enumerate(weeks):
        top = raised(week.done / 3600, most)
        x = round(LEFT + step * (index + 0.5) - width / 2, 1)
        boxes.append(
            Box(
                "fi" if week.is_over else "fi half", x, top, round(width, 1), round(BOTTOM - top, 1)
            )
        )
    every = -(-len(weeks) // MOST_LABELS)
    labels = [
        Label(round(LEFT + step * (index + 0.5), 1), weeks[index].number)
        for index in range(0, len(weeks), every)
    ]
    return WeekBars(Bars(Chart(marks, labels), boxes), raised(a_week / 3600, most))
