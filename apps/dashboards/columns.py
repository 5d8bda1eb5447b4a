"""The columns of the table of everyone: how a cell is drawn, what a file says, what it is sorted by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from apps.core.dates import date_words
from apps.core.templatetags.words import since
from apps.dashboards.board import ORDERS
from apps.dashboards.rows import LearnerRow, Plan
from apps.dashboards.words import STATUSES

# The rings of every video: in the address among the columns, drawn by the heatmap.
VIDEOS = "videos"
EXTERNAL_ID = "id"


@dataclass(frozen=True, slots=True)
class Column:
    """What `by` gives sorts the rows; None goes last, whichever way it is sorted. `falls`: sorting by it
    begins with the most. `is_words`: stands on the left, beside the name."""

    key: str
    label: str | Promise
    shown: Callable[[LearnerRow, Plan], str]
    saved: Callable[[LearnerRow, Plan], Any]
    by: Callable[[LearnerRow], Any]
    falls: bool = False
    is_words: bool = False


def _hours(seconds: float) -> str:
    return number_format(seconds / 3600, 1)


def _times(ratio: float | None) -> str:
    return "–" if ratio is None else f"{number_format(ratio, 1)}×"


def _due(row: LearnerRow) -> str:
    return format_html('<span class="c-due">{}</span>', row.debt.count) if row.debt.count else "0"


def _last_here(row: LearnerRow, plan: Plan) -> str:
    if row.last_active_at is None:
        return pgettext("last here", "never")
    return since(row.last_active_at, plan.now)


def _finishing(row: LearnerRow, plan: Plan) -> str:
    on = row.finish.on if row.finish else None
    return date_words(on, plan.today) if on else "–"


def _stamp(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


_COLUMNS = (
    Column(
        EXTERNAL_ID,
        _("external id"),
        shown=lambda row, plan: row.external_id,
        saved=lambda row, plan: row.external_id,
        by=lambda row: row.external_id or None,
        is_words=True,
    ),
    Column(
        "status",
        pgettext_lazy("of a learner", "status"),
        shown=lambda row, plan: str(STATUSES[row.status]),
        saved=lambda row, plan: str(STATUSES[row.status]),
        by=ORDERS["need"],
        is_words=True,
    ),
    Column(
        "hours",
        _("hours"),
        shown=lambda row, plan: _hours(row.active_seconds),
        saved=lambda row, plan: round(row.active_seconds / 3600, 2),
        by=lambda row: row.active_seconds,
    ),
    Column(
        "planned",
        pgettext_lazy("hours", "planned"),
        shown=lambda row, plan: _hours(plan.planned_now(row.begins_at)),
        saved=lambda row, plan: round(plan.planned_now(row.begins_at) / 3600, 2),
        # Who began last has the least planned.
        by=lambda row: -row.begins_at.timestamp(),
    ),
    Column(
        "first",
        _("first passes"),
        shown=lambda row, plan: str(row.first_passes),
        saved=lambda row, plan: row.first_passes,
        by=lambda row: row.first_passes,
    ),
    Column(
        "second",
        _("second passes"),
        shown=lambda row, plan: str(row.second_passes),
        saved=lambda row, plan: row.second_passes,
        by=lambda row: row.second_passes,
    ),
    Column(
        "light",
        pgettext_lazy("second passes", "light"),
        shown=lambda row, plan: str(row.light_passes),
        saved=lambda row, plan: row.light_passes,
        by=lambda row: row.light_passes,
        falls=True,
    ),
    Column(
        "effort",
        _("effort"),
        shown=lambda row, plan: _times(row.effort_ratio),
        saved=lambda row, plan: None if row.effort_ratio is None else round(row.effort_ratio, 2),
        by=lambda row: row.effort_ratio,
    ),
    Column(
        "debt",
        pgettext_lazy("rewatches", "due"),
        shown=lambda row, plan: _due(row),
        saved=lambda row, plan: row.debt.count,
        by=lambda row: (row.debt.count, row.debt.seconds),
        falls=True,
    ),
    Column(
        "last_active",
        _("last here"),
        shown=_last_here,
        saved=lambda row, plan: row.last_active_at,
        # Who was never here is the longest away.
        by=lambda row: _stamp(row.last_active_at) or 0.0,
    ),
    Column(
        "joined",
        pgettext_lazy("a cohort", "joined"),
        shown=lambda row, plan: since(row.joined_at, plan.now),
        saved=lambda row, plan: row.joined_at,
        by=lambda row: row.joined_at.timestamp(),
    ),
    Column(
        "finish",
        _("finishing"),
        shown=_finishing,
        saved=lambda row, plan: row.finish.on if row.finish else None,
        by=lambda row: row.finish.on.toordinal() if row.finish and row.finish.on else None,
        falls=True,
    ),
)
COLUMNS: dict[str, Column] = {column.key: column for column in _COLUMNS}
VIDEOS_LABEL = _("video by video")
SHOWN_AT_FIRST = (VIDEOS, "hours", "effort", "debt", "last_active")
