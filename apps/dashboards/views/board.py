"""The cohort's dashboard: who needs you, and everyone video by video."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.access import is_instructor
from apps.cohorts.models import Membership
from apps.cohorts.selectors import reading_membership
from apps.core.glyph import GlyphState
from apps.dashboards import live
from apps.dashboards.board import Board
from apps.dashboards.care import care_in, need_list
from apps.dashboards.chart_words import charts_of
from apps.dashboards.heatmap import Line, glyphs_of, heatmap_lines
from apps.dashboards.news import news_in
from apps.dashboards.rows import LearnerRow
from apps.dashboards.selectors import cohort_board, rings_of
from apps.dashboards.table import Asked, Choice, listed
from apps.dashboards.words import cohort_verdict, rule_words

PAGE_SIZE = 50
NEEDING_SHOWN = 12

LEGEND: tuple[tuple[GlyphState, str | Promise], ...] = (
    (GlyphState(0, 0), _("not begun")),
    (GlyphState(75, 0), _("under way")),
    (GlyphState("done", 0), _("first pass done")),
    (GlyphState("done", "done"), _("both done")),
    (GlyphState("done", "due"), _("second pass due")),
    (GlyphState("done", "overdue"), _("overdue")),
    (GlyphState("self_reported", "light"), _("self-reported, light")),
)


@login_required
@require_safe
def board(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """Verdict, figures, who needs help, the heatmap, where people drop off."""
    now = timezone.now()
    membership = reading_membership(user=request.user, cohort_slug=cohort)
    opened = live.opened(request, reader=membership, now=now)
    if (same := live.unchanged(request, opened.tag)) is not None:
        return same
    board = cohort_board(cohort=membership.cohort, now=now)
    head, rest = cohort_verdict(board)
    context = {
        "membership": membership,
        "cohort": membership.cohort,
        "nav_current": "cohort",
        "board": board,
        "plan": board.plan,
        "figures": board.figures,
        "verdict_head": head,
        "verdict_rest": rest,
        "may_write": is_instructor(membership),
        "news": news_in(cohort=membership.cohort, rows=board.rows, since=opened.since),
    } | charts_of(board)
    context |= _needing(request, membership, board) | _everyone(
        request, membership, board, opened.views
    )
    return live.page(request, "dashboards/cohort.html", context, opened.tag)


def _needing(request: AuthenticatedRequest, membership: Membership, board: Board) -> dict[str, Any]:
    with_hidden = "hidden" in request.GET
    if membership.cohort.archived_at is not None:
        return {"needing": None}
    care = care_in(cohort=membership.cohort, today=board.plan.today)
    return {
        "needing": need_list(board, care, most=NEEDING_SHOWN, with_hidden=with_hidden),
        "with_hidden": with_hidden,
        "rules": rule_words(),
    }


def _everyone(
    request: AuthenticatedRequest,
    membership: Membership,
    board: Board,
    views: Sequence[live.View],
) -> dict[str, Any]:
    with_ids = is_instructor(membership)
    has_ids = any(row.external_id for row in board.rows)
    asked = Asked.of(request.GET, with_ids=with_ids, has_ids=has_ids)
    found = listed(board, asked, with_ids=with_ids)
    page: Page[LearnerRow] = Paginator(found, PAGE_SIZE).get_page(asked.page)
    rows = list(page)
    outline = board.plan.outline
    lines = (
        heatmap_lines(
            rows,
            outline=outline,
            shown=rings_of(rows=rows),
            now=board.as_of,
        )
        if asked.shows_videos
        else [Line(row, (), is_cut=False) for row in rows]
    )
    address = asked.address
    return {
        "asked": asked,
        "page": page,
        "lines": lines,
        "words_columns": [(column, asked.sorted_by(column.key)) for column in asked.words],
        "number_columns": [(column, asked.sorted_by(column.key)) for column in asked.numbers],
        "by_name": asked.sorted_by("name"),
        "sprite": glyphs_of(lines) | {glyph for glyph, _label in LEGEND},
        "legend": LEGEND if asked.shows_videos else (),
        "views": views,
        "is_saved": any(view.query == address for view in views),
        "address": address,
    }


def choices(names: Mapping[Any, str | Promise], chosen: str) -> list[Choice]:
    return [Choice(str(value), label, value == chosen) for value, label in names.items()]
