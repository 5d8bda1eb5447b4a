"""The cohort's dashboard: who needs you, and everyone video by video."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.selectors import reading_membership
from apps.core.glyph import GlyphState
from apps.dashboards.attention import Status
from apps.dashboards.board import ORDERS
from apps.dashboards.care import care_in, need_list
from apps.dashboards.charts import drop_off
from apps.dashboards.heatmap import glyphs_of, heatmap_lines
from apps.dashboards.rows import LearnerRow
from apps.dashboards.selectors import cohort_board, promises_of
from apps.dashboards.words import STATUSES, cohort_verdict, rule_words

PAGE_SIZE = 50
NEEDING_SHOWN = 12
LONGEST_QUERY = 100

ORDER_NAMES: dict[str, str | Promise] = {
    "need": pgettext_lazy("order of learners", "Those who need you first"),
    "name": pgettext_lazy("order of learners", "By name"),
    "hours": pgettext_lazy("order of learners", "Fewest hours first"),
    "debt": pgettext_lazy("order of learners", "Most rewatches due first"),
    "last_active": pgettext_lazy("order of learners", "Longest away first"),
}
LEGEND: tuple[tuple[GlyphState, str | Promise], ...] = (
    (GlyphState(0, 0), _("not begun")),
    (GlyphState(75, 0), _("under way")),
    (GlyphState("done", 0), _("first pass done")),
    (GlyphState("done", "done"), _("both done")),
    (GlyphState("done", "due"), _("second pass due")),
    (GlyphState("done", "overdue"), _("overdue")),
    (GlyphState("self_reported", "light"), _("self-reported, light")),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select in the address."""

    value: str
    label: str | Promise
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it cannot mean is left out."""

    query: str
    status: str
    order: str
    page: str

    @classmethod
    def of(cls, request: AuthenticatedRequest) -> "Asked":
        status, order = request.GET.get("status", ""), request.GET.get("order", "")
        return cls(
            query=" ".join(request.GET.get("q", "").split())[:LONGEST_QUERY],
            status=status if status in set(Status) else "",
            order=order if order in ORDERS else "need",
            page=request.GET.get("page", ""),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query or self.status)


@login_required
@require_safe
def board(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """Verdict, figures, who needs help, the heatmap, where people drop off."""
    now = timezone.now()
    membership = reading_membership(user=request.user, cohort_slug=cohort)
    board = cohort_board(cohort=membership.cohort, now=now)
    asked = Asked.of(request)
    listed = board.listed(status=asked.status, query=asked.query, order=asked.order)
    page: Page[LearnerRow] = Paginator(listed, PAGE_SIZE).get_page(asked.page)
    rows = list(page)
    lines = heatmap_lines(
        rows, outline=board.plan.outline, promises=promises_of(rows=rows), now=now
    )
    head, rest = cohort_verdict(board)
    care = care_in(cohort=membership.cohort, today=board.plan.today)
    with_hidden = "hidden" in request.GET
    needing = need_list(board, care, most=NEEDING_SHOWN, with_hidden=with_hidden)
    context = {
        "membership": membership,
        "cohort": membership.cohort,
        "nav_current": "cohort",
        "board": board,
        "plan": board.plan,
        "figures": board.figures,
        "verdict_head": head,
        "verdict_rest": rest,
        "needing": None if membership.cohort.archived_at else needing,
        "with_hidden": with_hidden,
        "rules": rule_words(),
        "may_write": membership.role == "instructor",
        "asked": asked,
        "statuses": choices(STATUSES, asked.status),
        "orders": choices(ORDER_NAMES, asked.order),
        "page": page,
        "lines": lines,
        "sprite": glyphs_of(lines) | {glyph for glyph, _label in LEGEND},
        "legend": LEGEND,
        "drop_off": drop_off(board.funnel, learners=len(board.rows)),
    }
    return render(request, "dashboards/cohort.html", context)


def choices(names: Mapping[Any, str | Promise], chosen: str) -> list[Choice]:
    return [Choice(str(value), label, value == chosen) for value, label in names.items()]
