"""One video in one cohort, for those who read its figures."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import sort_key
from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.models import Membership
from apps.cohorts.selectors import reading_membership
from apps.dashboards import live
from apps.dashboards.bars import Bar, lying_bars
from apps.dashboards.chart_words import PLACES
from apps.dashboards.video_progress import CohortVideo, cohort_video
from apps.notes.models import Note
from apps.notes.selectors import notes_shared_with

PAGE_SIZE = 50
QUESTIONS_SHOWN = 10
CHART_LENGTH, CHART_STEP = 400, 34

EVERYONE = gettext_lazy("Everyone")
# No place of its own: some of those who are through.
LIGHT = "light"
LIGHT_LABEL = pgettext_lazy("place of a learner", "light second pass")


@dataclass(frozen=True, slots=True)
class Choice:
    """One place to narrow the list to."""

    value: str
    label: str | Promise
    count: int
    is_chosen: bool


@login_required
@require_safe
def video(request: AuthenticatedRequest, cohort: str, video: str) -> HttpResponse:
    """How far the cohort is with one video, and who stands where; the address holds the choice."""
    now = timezone.now()
    membership = reading_membership(user=request.user, cohort_slug=cohort)
    tag = live.tag_of(request, reader=membership, now=now)
    if (same := live.unchanged(request, tag)) is not None:
        return same
    progress = cohort_video(cohort=membership.cohort, video_slug=video, now=now)
    chosen = request.GET.get("where", "")
    query = " ".join(request.GET.get("q", "").split())[:100]
    rows = [
        row
        for row in progress.rows
        if (chosen not in PLACES or row.place == chosen)
        and (chosen != LIGHT or row.is_light)
        and (not query or sort_key(query) in row.sort_name)
    ]
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "membership": membership,
        "cohort": membership.cohort,
        "nav_current": "cohort",
        "progress": progress,
        "bars": bars_of(progress),
        "chart_length": CHART_LENGTH,
        "choices": [
            Choice("", EVERYONE, len(progress.rows), chosen not in (*PLACES, LIGHT)),
            *(
                Choice(place.value, label, progress.places[place], chosen == place)
                for place, label in PLACES.items()
            ),
            Choice(LIGHT, LIGHT_LABEL, progress.light, chosen == LIGHT),
        ],
        "questions": _questions(request, membership, video),
        "page": page,
        "rows": [(row, PLACES[row.place]) for row in page],
        "asked": _asked(request),
        "query": query,
        "is_narrowed": bool(query or chosen in (*PLACES, LIGHT)),
        "as_of": now,
    }
    return live.page(request, "dashboards/video.html", context, tag)


def _questions(request: AuthenticatedRequest, reader: Membership, video: str) -> list[Note]:
    """The latest questions about the video that were shared with this instructor; observers read no texts."""
    if reader.role != Membership.Role.INSTRUCTOR:
        return []
    asked = notes_shared_with(
        user=request.user,
        cohort_slug=reader.cohort.slug,
        video_slug=video,
        kind=Note.Kind.QUESTION,
    )
    return list(asked[:QUESTIONS_SHOWN])


def bars_of(progress: CohortVideo) -> list[Bar]:
    """How many came how far, each bar a part of the one above."""
    parts = [
        (_("First pass begun"), progress.begun, "f1 begun"),
        (_("First pass done"), progress.first_done, "f1"),
        (_("Second pass begun"), progress.second_begun, "f2 begun"),
        (_("Second pass done"), progress.second_done, "f2"),
    ]
    return lying_bars(parts, whole=len(progress.rows), length=CHART_LENGTH, step=CHART_STEP)


def _asked(request: AuthenticatedRequest) -> str:
    """The query string without the page, for the links between pages."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()
