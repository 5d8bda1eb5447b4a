"""/notes/: all notes of one person, to search and to filter; the address holds what was asked."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.selectors import memberships_of
from apps.curriculum.models import Video
from apps.notes.models import Note
from apps.notes.selectors import my_notes

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class KindChoice:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class VideoNotes:
    """The notes of one video on this page, newest first."""

    video: Video
    cohort_slug: str
    notes: list[Note]


@login_required
@require_safe
def notes(request: AuthenticatedRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    chosen = [kind for kind in request.GET.getlist("kind") if kind in Note.Kind.values]
    found = my_notes(user=request.user, q=query)
    counts = dict(found.order_by().values_list("kind").annotate(Count("id")))
    if chosen:
        found = found.filter(kind__in=chosen)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    memberships = list(memberships_of(user=request.user))
    context = {
        "query": query,
        "kinds": [
            KindChoice(kind.value, str(kind.label), counts.get(kind.value, 0), kind.value in chosen)
            for kind in Note.Kind
        ],
        "page": page,
        "asked": asked.urlencode(),
        "is_narrowed": bool(query or chosen),
        "groups": grouped(page),
        "memberships": memberships,
        "membership": memberships[0] if len(memberships) == 1 else None,
        "nav_current": "notes",
    }
    return render(request, "classroom/notes.html", context)


def grouped(page: Page[Note]) -> list[VideoNotes]:
    """Neighbouring notes of one video under one heading, in the page's order."""
    return [
        VideoNotes(video=found[0].viewing.video, cohort_slug=cohort_slug, notes=found)
        for (_, cohort_slug), found in (
            (key, list(each))
            for key, each in groupby(
                page.object_list,
                lambda note: (note.viewing.video_id, note.viewing.membership.cohort.slug),
            )
        )
    ]
