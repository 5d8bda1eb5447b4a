"""/notes/: all notes of one person, and what others shared with them; the address holds what was asked."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.classroom.note_search import (
    MINE,
    MOMENT,
    ORDERS,
    SHARED,
    Asked,
    PartGroup,
    asked_of,
    part_groups,
)
from apps.cohorts.models import Membership
from apps.cohorts.selectors import all_memberships_of
from apps.curriculum.models import Video
from apps.notes.exporting import FORMATS, export_name, exported
from apps.notes.highlights import show_hits, with_hits
from apps.notes.models import Note
from apps.notes.selectors import by_video, my_notes, notes_shared_with

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class KindChoice:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class VideoNotes:
    """The notes of one video on this page, in the page's order.

    The desk can be opened from one's own where one has not left the cohort.
    """

    video: Video
    cohort_slug: str
    is_mine: bool
    has_left: bool
    notes: list[Note]


@login_required
@require_safe
def notes(request: AuthenticatedRequest) -> HttpResponse:
    memberships = list(all_memberships_of(user=request.user))
    groups = part_groups(memberships)
    asked = asked_of(request.GET, groups)
    found = _found(request, asked)
    counts = dict(found.order_by().values_list("kind").annotate(Count("id")))
    if asked.kinds:
        found = found.filter(kind__in=asked.kinds)
    if asked.order == MOMENT:
        found = by_video(found)
    page = _page(
        found,
        asked,
        number=request.GET.get("page"),
        count=sum(counts.get(kind, 0) for kind in asked.kinds or Note.Kind.values),
    )
    context = _form_context(request, asked, memberships, groups) | {
        "kinds": [
            KindChoice(
                kind.value, str(kind.label), counts.get(kind.value, 0), kind.value in asked.kinds
            )
            for kind in Note.Kind
        ],
        "page": page,
        "groups": grouped(page, request),
        "nav_current": "notes",
    }
    return render(request, "classroom/notes.html", context)


@login_required
@never_cache
@require_safe
def export(request: AuthenticatedRequest) -> HttpResponse | StreamingHttpResponse:
    """One's own notes as a file, narrowed as the page is."""
    groups = part_groups(list(all_memberships_of(user=request.user)))
    asked = asked_of(request.GET, groups)
    found = my_notes(**asked.narrowing(request.user))
    if asked.kinds:
        found = found.filter(kind__in=asked.kinds)
    chosen = FORMATS.get(request.GET.get("format", ""), FORMATS["markdown"])
    now = timezone.now()
    response = StreamingHttpResponse(
        exported(found, chosen, now=now), content_type=chosen.content_type
    )
    name = export_name(chosen, now=now, zone=request.user.zone)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _found(request: AuthenticatedRequest, asked: Asked) -> QuerySet[Note]:
    narrowing = asked.narrowing(request.user)
    return my_notes(**narrowing) if asked.where == MINE else notes_shared_with(**narrowing)


def _page(found: QuerySet[Note], asked: Asked, *, number: str | None, count: int) -> Page[Note]:
    """Leafing is done in numbers alone; texts, and the hits in them, are read of what is shown."""
    numbers, pages = (
        Paginator(found.values_list("pk", flat=True), PAGE_SIZE),
        Paginator(found, PAGE_SIZE),
    )
    numbers.count = pages.count = count
    chosen = numbers.get_page(number)
    ids = list(chosen.object_list)
    notes = {note.pk: note for note in with_hits(found.filter(pk__in=ids), asked.query)}
    return Page([notes[pk] for pk in ids if pk in notes], chosen.number, pages)


def _form_context(
    request: AuthenticatedRequest,
    asked: Asked,
    memberships: list[Membership],
    groups: list[PartGroup],
) -> dict[str, object]:
    """What the form of the question needs, with the address for the links between pages and for the export."""
    address = request.GET.copy()
    address.pop("page", None)
    exports = address.copy()
    for name in ("where", "order", "format"):
        exports.pop(name, None)
    running = [each for each in memberships if each.ended_at is None]
    return {
        "question": asked,
        "orders": ORDERS,
        "part_groups": groups,
        "memberships": memberships,
        "membership": running[0] if len(running) == 1 else None,
        "is_shared_view": asked.where == SHARED,
        "asked": address.urlencode(),
        "export_asked": exports.urlencode(),
    }


def grouped(page: Page[Note], request: AuthenticatedRequest) -> list[VideoNotes]:
    """Neighbouring notes of one video under one heading, in the page's order."""
    return [
        VideoNotes(
            video=found[0].viewing.video,
            cohort_slug=cohort_slug,
            is_mine=is_mine,
            has_left=found[0].viewing.membership.ended_at is not None,
            notes=[show_hits(note) for note in found],
        )
        for (_, cohort_slug, is_mine), found in (
            (key, list(each))
            for key, each in groupby(
                page.object_list,
                lambda note: (
                    note.viewing.video_id,
                    note.viewing.membership.cohort.slug,
                    note.viewing.membership.user_id == request.user.pk,
                ),
            )
        )
    ]
