"""Watching: the first pass in its dark room, and extra passes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest, is_of_another_person
from apps.classroom.players import handed_out_at, heartbeat_address, player_setup
from apps.classroom.seats import Seat, learner_seat
from apps.classroom.sources import ways_out, wish_of
from apps.core.errors import DomainError
from apps.curriculum.services import DurationNotCorrectable
from apps.progress.completion import is_covered
from apps.progress.models import FIRST_PASS, Evidence, Viewing
from apps.progress.services import (
    correct_duration,
    open_extra_pass,
    open_viewing,
    refusal_to_open,
)
from apps.reminders.services import finish_pass


def youtube_allowed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """The only pages that may load anything of another host: YouTube's player, nothing else of it."""
    scripts = csp_update({"script-src": ["https://www.youtube.com"]})
    # Replaced, since 'none' beside an address would be no rule at all.
    frames = csp_replace({"frame-src": ["https://www.youtube-nocookie.com"]})
    return scripts(frames(view))


@login_required
@never_cache
@youtube_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: AuthenticatedRequest, cohort: str, video: str) -> HttpResponse:
    """The first pass: the doorstep where something stands before it, the cinema, or its end."""
    if request.method == "POST" and is_of_another_person(request):
        return HttpResponse(status=401)
    now = timezone.now()
    seat = learner_seat(user=request.user, cohort=cohort, video=video)
    if request.method == "POST":
        return _first_action(request, seat, now)
    context = page_context(seat, now)
    if (
        seat.first is not None
        and seat.first.is_completed
        and not _is_watched_after_all(request, seat)
    ):
        return render(request, "classroom/first_done.html", context)
    doorstep = _doorstep(seat, now)
    context |= doorstep
    refusal = doorstep.get("refusal")
    if "elsewhere" in request.GET and (refusal is None or refusal.extra.get("may_override")):
        return render(request, "classroom/elsewhere.html", context)
    if doorstep:
        return render(request, "classroom/doorstep.html", context)
    context["player"] = player_setup(
        seat=seat,
        viewing=seat.first,
        number=FIRST_PASS,
        page="first",
        now=now,
        wish=wish_of(request),
    )
    context["is_enough"] = is_enough(seat, seat.first)
    return render(request, "classroom/first.html", context)


@login_required
@never_cache
@youtube_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: AuthenticatedRequest, cohort: str, video: str) -> HttpResponse:
    """An extra pass: welcome at any time after the first one, and disturbing no record."""
    if request.method == "POST" and is_of_another_person(request):
        return HttpResponse(status=401)
    now = timezone.now()
    seat = learner_seat(user=request.user, cohort=cohort, video=video)
    extra = next((viewing for viewing in seat.extras if not viewing.is_completed), None)
    if request.method == "POST":
        return _extra_action(request, seat, extra, now)
    context = page_context(seat, now)
    number = extra.number if extra else seat.next_extra_number
    refusal = refusal_to_open(membership=seat.membership, video=seat.video, number=number, now=now)
    if refusal is not None:
        return render(request, "classroom/doorstep.html", context | {"refusal": refusal})
    context["player"] = player_setup(
        seat=seat, viewing=extra, number=number, page="again", now=now, wish=wish_of(request)
    )
    context["is_enough"] = is_enough(seat, extra)
    return render(request, "classroom/again.html", context)


def page_context(seat: Seat, now: datetime) -> dict[str, Any]:
    """What the template of every page about watching needs."""
    outline = seat.outline
    return {
        "membership": seat.membership,
        "seat": seat,
        "video": seat.video,
        "outline": outline,
        "glyph_state": seat.glyph(now),
        "glyph_words": seat.glyph_words(now),
        "now": now,
        "today": seat.today(now),
        "ways_out": ways_out(outline),
    }


def is_enough(seat: Seat, viewing: Viewing | None) -> bool:
    """Whether so much was played that the pass can be finished."""
    return viewing is not None and is_covered(
        number=viewing.number,
        covered_ms=viewing.covered_ms,
        duration_seconds=seat.video.duration_seconds,
    )


def _is_watched_after_all(request: AuthenticatedRequest, seat: Seat) -> bool:
    """Whether a self-reported first pass is played here too; with its coverage it becomes tracked."""
    first = seat.first
    is_self_reported = first is not None and first.evidence == Evidence.SELF_REPORTED
    return is_self_reported and "watch" in request.GET


def _doorstep(seat: Seat, now: datetime) -> dict[str, Any]:
    """What is said before a first pass begins: another video comes first, or rewatches pile up."""
    if seat.first is not None:
        return {}
    refusal = refusal_to_open(
        membership=seat.membership, video=seat.video, number=FIRST_PASS, now=now
    )
    return {} if refusal is None else {"refusal": refusal}


def _first_action(request: AuthenticatedRequest, seat: Seat, now: datetime) -> HttpResponse:
    action = request.POST.get("action", "")
    here = redirect(seat.address("first"))
    try:
        if action == "duration":
            return duration_corrected(request, seat)
        if action not in ("open", "finish", "self_report"):
            raise Http404
        if action == "finish" and seat.first is None:
            raise Http404
        viewing = open_viewing(
            membership=seat.membership,
            video=seat.video,
            number=FIRST_PASS,
            now=now,
            override=bool(request.POST.get("override")),
            since=_since(request, seat, "first"),
        )
        if action == "open":
            return _opened(request, viewing, here)
        finish_pass(viewing=viewing, now=now, self_reported=action == "self_report")
    except DomainError as refusal:
        return _refused(request, refusal, here)
    return _done(request, here)


def _extra_action(
    request: AuthenticatedRequest, seat: Seat, extra: Viewing | None, now: datetime
) -> HttpResponse:
    action = request.POST.get("action", "")
    here = redirect(seat.address("again"))
    try:
        if action == "duration":
            return duration_corrected(request, seat)
        if action == "open":
            opened = extra or open_extra_pass(
                membership=seat.membership,
                video=seat.video,
                now=now,
                since=_since(request, seat, "again"),
            )
            return _opened(request, opened, here)
        if action != "finish" or extra is None:
            raise Http404
        finish_pass(viewing=extra, now=now)
    except DomainError as refusal:
        return _refused(request, refusal, here)
    return _done(request, redirect(seat.address("video")))


def _since(request: AuthenticatedRequest, seat: Seat, page: str) -> datetime | None:
    return handed_out_at(seat=seat, page=page, token=request.POST.get("handed_out", ""))


def wants_json(request: AuthenticatedRequest) -> bool:
    """Whether a module of the page asks, rather than a form."""
    return request.accepts("application/json") and not request.accepts("text/html")


def _opened(request: AuthenticatedRequest, viewing: Viewing, here: HttpResponse) -> HttpResponse:
    if not wants_json(request):
        return here
    return _vary(JsonResponse({"heartbeats": heartbeat_address(viewing)}))


def _done(request: AuthenticatedRequest, there: HttpResponse) -> HttpResponse:
    return _vary(JsonResponse({"done": True})) if wants_json(request) else there


def _refused(
    request: AuthenticatedRequest, refusal: DomainError, here: HttpResponse
) -> HttpResponse:
    if wants_json(request):
        problem = {"code": refusal.code, "detail": str(refusal.detail)}
        return _vary(JsonResponse(problem, status=refusal.status))
    messages.error(request, str(refusal.detail))
    return here


def duration_corrected(request: AuthenticatedRequest, seat: Seat) -> HttpResponse:
    """YouTube's own player says how long an approximately known video is."""
    text = request.POST.get("seconds", "")
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return HttpResponse(status=422)
    try:
        correct_duration(
            video=seat.video, seconds=int(text), by=seat.membership, now=timezone.now()
        )
    except DurationNotCorrectable as refusal:
        return HttpResponse(status=refusal.status)
    return HttpResponse(status=204)


def _vary(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ("Accept",))
    return response
