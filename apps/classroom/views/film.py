"""The film itself: its bytes, its captions, and the choice of where it comes from."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.classroom.seats import learner_seat
from apps.classroom.sources import remember
from apps.cohorts.selectors import membership_in
from apps.core.media import media_response
from apps.curriculum.models import Provider, Video
from apps.progress import selectors as progress


@login_required
@require_safe
def media(request: AuthenticatedRequest, cohort: str, video: str) -> HttpResponseBase:
    """The film of the `file` provider, in parts as the player asks; for the cohort's members."""
    found = _cohort_video(request, cohort, video)
    return media_response(request=request, name=_file_name(found, request.GET.get("source", "1")))


@login_required
@require_POST
def source(request: AuthenticatedRequest, cohort: str, video: str) -> HttpResponse:
    """Play from another place from now on, on this device; then back to the page of the pass."""
    seat = learner_seat(user=request.user, cohort=cohort, video=video)
    page, wanted = request.POST.get("page", ""), request.POST.get("source", "")
    chosen = next((each for each in seat.outline.sources if str(each.position) == wanted), None)
    if chosen is None or page not in ("first", "second", "again"):
        raise Http404
    back = redirect(seat.address(page))
    remember(back, chosen, is_secure=request.is_secure())
    return back


@login_required
@require_safe
def captions(
    request: AuthenticatedRequest, cohort: str, video: str, language: str
) -> HttpResponseBase:
    """The captions of a film in one language."""
    found = _cohort_video(request, cohort, video)
    for track in found.captions:
        if track["language"] == language:
            return media_response(request=request, name=track["address"])
    raise Http404


def _file_name(video: Video, position: str) -> str:
    """The file of the video's own source (1), or of a further one; Http404 where it has none."""
    if position == "1":
        if video.provider != Provider.FILE:
            raise Http404
        return video.address
    if not (position.isascii() and position.isdigit() and len(position) < 4):
        raise Http404
    further = video.sources.filter(position=int(position), provider=Provider.FILE).first()
    if further is None:
        raise Http404
    return further.address


def _cohort_video(request: AuthenticatedRequest, cohort: str, video: str) -> Video:
    membership = membership_in(user=request.user, cohort_slug=cohort)
    return progress.placed_video(membership=membership, video_slug=video).video
