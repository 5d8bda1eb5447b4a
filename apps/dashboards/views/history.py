"""Who changed or saw what in the cohort: for its instructors."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import selectors
from apps.cohorts.models import Event
from apps.dashboards.history import entries_of
from apps.dashboards.views.board import choices

PAGE_SIZE = 50


@login_required
@require_safe
def history(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """The audit trail, newest first; the address may narrow it to one kind."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    kind = request.GET.get("kind", "")
    kind = kind if kind in set(Event.Kind) else ""
    events = selectors.events_of(cohort=membership.cohort)
    if kind:
        events = events.filter(kind=kind)
    page = Paginator(events, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "membership": membership,
        "cohort": membership.cohort,
        "kinds": choices(dict(Event.Kind.choices), kind),
        "kind": kind,
        "page": page,
        "entries": list(entries_of(page)),
        "nav_current": "people",
    }
    return render(request, "dashboards/history.html", context)
