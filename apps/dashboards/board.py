"""The rows of a cohort taken together: its figures, its funnel, its lists. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from statistics import mean, median

from apps.accounts.models import sort_key
from apps.dashboards import figures as counting
from apps.dashboards.attention import Code, Status
from apps.dashboards.curves import Curves
from apps.dashboards.rows import LearnerRow, Plan

_TAKEN_ALONG = {
    "statuses",
    "first_reasons",
    "needing",
    "curves",
    "funnel",
    "pace",
    "debts",
    "_orders",
}
_CODES = {code: number for number, code in enumerate(Code)}
_RANKS = {Status.NEEDS_HELP: 0, Status.FINE: 1, Status.NOT_STARTED: 2, Status.FINISHED: 3}

Key = tuple[int | float | str, ...]


def _need(row: LearnerRow) -> Key:
    """Who needs help first, by the weight of their first reason; within it the longest, the most."""
    reason = next(iter(row.attention.reasons), None)
    weight = (_CODES[reason.code], -reason.days, -reason.count) if reason else (0, 0, 0)
    return (_RANKS[row.status], *weight, row.sort_name, row.membership_id)


def _last_active(row: LearnerRow) -> Key:
    moment = row.last_active_at.timestamp() if row.last_active_at else 0.0
    return (moment, row.sort_name, row.membership_id)


# The orders a list may have: unique ascending keys of plain values, so that cursors can hold them.
ORDERS: dict[str, Callable[[LearnerRow], Key]] = {
    "need": _need,
    "name": lambda row: (row.sort_name, row.membership_id),
    "hours": lambda row: (row.active_seconds, row.sort_name, row.membership_id),
    "debt": lambda row: (-row.debt.count, -row.debt.seconds, row.sort_name, row.membership_id),
    "last_active": _last_active,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The cohort in figures. Medians are None where there is nothing yet to take them from.

    `finishing_on` is also None when the median learner does not get there in sight.
    """

    learners: int
    here: int
    median_done_seconds: float | None
    median_planned_seconds: float | None
    debt_count: int
    debt_overdue: int
    debt_seconds: float
    effort_ratio: float | None
    light_share: float | None
    finishing_on: date | None
    days_after_plan: int | None

    @property
    def light_percent(self) -> int | None:
        return None if self.light_share is None else round(self.light_share * 100)

    @property
    def days_before_plan(self) -> int | None:
        return None if self.days_after_plan is None else -self.days_after_plan


@dataclass(frozen=True)
class Board:
    """`rows` are the active learners, by name."""

    plan: Plan
    rows: Sequence[LearnerRow]
    # Open questions of each video, by its id.
    questions: Mapping[int, int] = field(default_factory=dict)

    @property
    def as_of(self) -> datetime:
        return self.plan.now

    def as_of_now(self, plan: Plan, questions: Mapping[int, int]) -> "Board":
        """The same rows at a later moment of the same day: what was worked out from them alone is taken along."""
        later = Board(plan, self.rows, questions)
        for name in _TAKEN_ALONG & self.__dict__.keys():
            later.__dict__[name] = self.__dict__[name]
        return later

    @cached_property
    def statuses(self) -> Counter[Status]:
        return Counter(row.status for row in self.rows)

    @cached_property
    def first_reasons(self) -> Counter[Code]:
        """How many need help, by the weightiest of their reasons."""
        return Counter(row.attention.reasons[0].code for row in self.needing)

    @cached_property
    def needing(self) -> list[LearnerRow]:
        """Who needs help, the weightiest case first."""
        return self.listed(status=Status.NEEDS_HELP, order="need")

    def listed(self, *, status: str = "", query: str = "", order: str = "need") -> list[LearnerRow]:
        """The rows of this status whose name contains the words, in one of `ORDERS`."""
        words = sort_key(query)
        return [
            row
            for row in self.ordered(order)
            if (not status or row.status == status) and (not words or words in row.sort_name)
        ]

    def ordered(self, order: str) -> list[LearnerRow]:
        """All rows in one of `ORDERS`, sorted once."""
        if order not in self._orders:
            self._orders[order] = sorted(self.rows, key=ORDERS[order])
        return self._orders[order]

    @cached_property
    def _orders(self) -> dict[str, list[LearnerRow]]:
        return {}

    @cached_property
    def figures(self) -> Figures:
        rows = self.rows
        ratios = [row.effort_ratio for row in rows if row.effort_ratio is not None]
        second_passes = sum(row.second_passes for row in rows)
        light = sum(row.light_passes for row in rows)
        finishing_on = self._finishing_on()
        return Figures(
            learners=len(rows),
            here=sum(row.is_here for row in rows),
            median_done_seconds=median(row.done_seconds for row in rows) if rows else None,
            median_planned_seconds=self._median_planned() if rows else None,
            debt_count=sum(row.debt.count for row in rows),
            debt_overdue=sum(row.debt.overdue for row in rows),
            debt_seconds=sum(row.debt.seconds for row in rows),
            effort_ratio=median(ratios) if ratios else None,
            light_share=light / second_passes if second_passes else None,
            finishing_on=finishing_on,
            days_after_plan=(finishing_on - self.plan.ends_on).days if finishing_on else None,
        )

    def _median_planned(self) -> float:
        """The plan grows with time, so the median learner by the plan is the median by beginning."""
        begins = sorted(row.begins_at for row in self.rows)
        middles = {begins[(len(begins) - 1) // 2], begins[len(begins) // 2]}
        return mean(self.plan.planned_now(begins_at) for begins_at in middles)

    def _finishing_on(self) -> date | None:
        """The day by which half of those who are on their way will be through."""
        days = sorted(
            row.finish.on or date.max
            for row in self.rows
            if row.finish is not None and row.last_active_at is not None
        )
        if not days:
            return None
        middle = days[(len(days) - 1) // 2]
        return middle if middle < date.max else None

    @cached_property
    def curves(self) -> list[Curves]:
        return [row.curves for row in self.rows]

    @cached_property
    def funnel(self) -> list[counting.Steps]:
        """Every video in order with how many opened and completed its passes."""
        return counting.funnel(self.plan.outline.videos, self.curves)

    @cached_property
    def pace(self) -> list[counting.PaceWeek]:
        """Week by week from each learner's own beginning."""
        return counting.pace(self.curves, planned=self.plan.planned_by_week)

    @cached_property
    def debts(self) -> counting.Debts:
        """Day by day up to now."""
        return counting.debts(self.plan.days_shown, self.curves)
