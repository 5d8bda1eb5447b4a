"""The charts of a cohort for its page: pictures, tables and the words for those who cannot see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from apps.core.durations import hours_short
from apps.dashboards.board import Board
from apps.dashboards.charts import LAYERS, debt_chart, funnel_chart, pace_chart
from apps.dashboards.figures import DebtDay, PaceWeek, Steps
from apps.dashboards.places import Place

PLACES: dict[Place, str | Promise] = {
    Place.OVERDUE: pgettext_lazy("place of a learner", "rewatch overdue"),
    Place.DUE: pgettext_lazy("place of a learner", "rewatch due"),
    Place.IN_SECOND: pgettext_lazy("place of a learner", "in the second pass"),
    Place.IN_FIRST: pgettext_lazy("place of a learner", "in the first pass"),
    Place.WAITING: pgettext_lazy("place of a learner", "between the passes"),
    Place.NOT_BEGUN: pgettext_lazy("place of a learner", "not begun"),
    Place.DONE: pgettext_lazy("place of a learner", "both passes done"),
}


@dataclass(frozen=True, slots=True)
class VideoLine:
    """One row of the table of videos: how many stand where, in the order of `Place`."""

    steps: Steps
    counts: list[int]
    questions: int


def charts_of(board: Board) -> dict[str, Any]:
    """The context of `cohort_charts.html`."""
    plan = board.plan
    return {
        "funnel_chart": funnel_chart(board.funnel, learners=len(board.rows)),
        "funnel_legend": [(kind, PLACES[place]) for place, kind in reversed(LAYERS)],
        "places": [PLACES[place] for place in Place],
        "video_lines": [
            VideoLine(
                steps,
                [steps.places[place] for place in Place],
                board.questions.get(steps.video.id, 0),
            )
            for steps in board.funnel
        ],
        "pace": board.pace,
        "pace_chart": pace_chart(board.pace, planned=plan.planned_by_week, budget=plan.budget),
        "pace_words": pace_words(board.pace),
        "debts": board.debts,
        "debt_chart": debt_chart(board.debts),
        "debt_words": debt_words(board.debts.days),
    }


def pace_words(weeks: Sequence[PaceWeek]) -> str:
    """The end of the curve as a sentence."""
    if not weeks:
        return ""
    last = weeks[-1]
    return _(
        "By the end of week %(week)d the median learner had done %(median)s where the plan says"
        " %(plan)s; the middle half lies between %(low)s and %(high)s."
    ) % {
        "week": last.number,
        "median": hours_short(last.middle),
        "plan": hours_short(last.planned),
        "low": hours_short(last.low),
        "high": hours_short(last.high),
    }


def debt_words(days: Sequence[DebtDay]) -> str:
    """Where the debt stands now, as a sentence."""
    if not days:
        return ""
    today = days[-1]
    return ngettext(
        "%(due)d rewatch is due now, %(overdue)d of them overdue.",
        "%(due)d rewatches are due now, %(overdue)d of them overdue.",
        today.due,
    ) % {"due": today.due, "overdue": today.overdue}
