"""What the address asks of the table of everyone: whom, in which order, with which columns. It holds all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import sort_key
from apps.dashboards.attention import Code, Status
from apps.dashboards.board import Board
from apps.dashboards.columns import (
    COLUMNS,
    EXTERNAL_ID,
    SHOWN_AT_FIRST,
    VIDEOS,
    VIDEOS_LABEL,
    Column,
)
from apps.dashboards.rows import LearnerRow
from apps.dashboards.words import CODES, STATUSES

LONGEST_QUERY = 100
NEED, NAME = "need", "name"
ORDER_NAMES: dict[str, str | Promise] = {
    NEED: pgettext_lazy("order of learners", "Those who need you first"),
    NAME: pgettext_lazy("order of learners", "By name"),
    "hours": pgettext_lazy("order of learners", "Fewest hours first"),
    "debt": pgettext_lazy("order of learners", "Most rewatches due first"),
    "last_active": pgettext_lazy("order of learners", "Longest away first"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select, or one box, in the address."""

    value: str
    label: str | Promise
    is_chosen: bool


@dataclass(frozen=True)
class Asked:
    """What cannot be meant is left out. `columns` are keys, in the order of the table."""

    query: str = ""
    status: str = ""
    reason: str = ""
    order: str = NEED
    columns: tuple[str, ...] = ()
    at_first: tuple[str, ...] = ()
    page: str = ""

    @classmethod
    def of(cls, got: QueryDict, *, with_ids: bool, has_ids: bool) -> "Asked":
        """`with_ids`: the asker reads external ids; they are shown at first where there are any."""
        known = [key for key in (VIDEOS, *COLUMNS) if with_ids or key != EXTERNAL_ID]
        at_first = tuple(
            key for key in known if key in SHOWN_AT_FIRST or (key == EXTERNAL_ID and has_ids)
        )
        asked_for = {part for each in got.getlist("cols") for part in each.split(",")}
        order = got.get("order", "")
        return cls(
            query=" ".join(got.get("q", "").replace("\0", "").split())[:LONGEST_QUERY],
            status=_one_of(got.get("status", ""), set(Status)),
            reason=_one_of(got.get("reason", ""), set(Code)),
            order=order if order.removeprefix("-") in {NEED, NAME, *known[1:]} else NEED,
            columns=tuple(key for key in known if key in asked_for) if "cols" in got else at_first,
            at_first=at_first,
            page=got.get("page", ""),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query or self.status or self.reason)

    @property
    def shows_videos(self) -> bool:
        return VIDEOS in self.columns

    @cached_property
    def words(self) -> list[Column]:
        """The columns beside the name."""
        return [COLUMNS[key] for key in self.columns if key != VIDEOS and COLUMNS[key].is_words]

    @cached_property
    def numbers(self) -> list[Column]:
        """The columns behind the videos."""
        return [COLUMNS[key] for key in self.columns if key != VIDEOS and not COLUMNS[key].is_words]

    @property
    def address(self) -> str:
        """The query string that asks for the same, without the page and without what goes without saying."""
        parts = {"q": self.query, "status": self.status, "reason": self.reason}
        asked = {name: value for name, value in parts.items() if value}
        if self.order != NEED:
            asked["order"] = self.order
        if self.columns != self.at_first:
            asked["cols"] = ",".join(self.columns)
        return urlencode(asked)

    def sorted_by(self, column: str) -> "Heading":
        """The heading of a column, with the way to sort by it, or the other way round."""
        falls = column in COLUMNS and COLUMNS[column].falls
        is_by_it, is_turned = self.order.removeprefix("-") == column, self.order.startswith("-")
        order = f"-{column}" if is_by_it and not is_turned else column
        sort = ("descending" if falls != is_turned else "ascending") if is_by_it else ""
        return Heading(replace(self, order=order, page="").address, sort)

    @cached_property
    def choices(self) -> "Choices":
        orders = dict(ORDER_NAMES)
        if self.order not in orders:
            column = COLUMNS.get(self.order.removeprefix("-"))
            label = str(column.label) if column else _("name")
            orders[self.order] = _("By column: %(name)s") % {"name": label}
        statuses = [
            _choice(key, capfirst(str(label)), self.status) for key, label in STATUSES.items()
        ]
        return Choices(
            statuses=statuses,
            reasons=[
                _choice(key, capfirst(str(label)), self.reason) for key, label in CODES.items()
            ],
            orders=[_choice(key, label, self.order) for key, label in orders.items()],
            columns=[
                Choice(
                    key, COLUMNS[key].label if key != VIDEOS else VIDEOS_LABEL, key in self.columns
                )
                for key in (VIDEOS, *COLUMNS)
                if key != EXTERNAL_ID or EXTERNAL_ID in self.at_first or EXTERNAL_ID in self.columns
            ],
        )


@dataclass(frozen=True, slots=True)
class Heading:
    """`address` sorts by it; `sort` is what it is now, for `aria-sort`, or empty."""

    address: str
    sort: str


@dataclass(frozen=True, slots=True)
class Choices:
    statuses: Sequence[Choice]
    reasons: Sequence[Choice]
    orders: Sequence[Choice]
    columns: Sequence[Choice]


def listed(board: Board, asked: Asked, *, with_ids: bool) -> list[LearnerRow]:
    """The rows that are asked for, in their order; equal ones by name."""
    words = sort_key(asked.query)
    folded = asked.query.casefold()
    key = asked.order.removeprefix("-")
    turned = asked.order.startswith("-")
    by_itself = key in (NEED, NAME)
    rows = [
        row
        for row in (board.ordered(key) if by_itself else board.rows)
        if (not asked.status or row.status == asked.status)
        and (not asked.reason or any(each.code == asked.reason for each in row.attention.reasons))
        and (
            not words
            or words in row.sort_name
            or (with_ids and folded in row.external_id.casefold())
        )
    ]
    if by_itself:
        return rows[::-1] if turned else rows
    column = COLUMNS[key]
    told = [(column.by(row), row) for row in rows]
    known = [each for each in told if each[0] is not None]
    # Sorting is stable, also when it is turned, and rows come by name.
    known.sort(key=lambda each: each[0], reverse=column.falls != turned)
    return [row for _value, row in known] + [row for value, row in told if value is None]


def _one_of(value: str, known: set[str]) -> str:
    return value if value in known else ""


def _choice(value: str, label: str | Promise, chosen: str) -> Choice:
    return Choice(str(value), label, value == chosen)
