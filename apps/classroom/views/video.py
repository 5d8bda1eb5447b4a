"""About one video: what it is for, and one's own history with it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.classroom.seats import learner_seat
from apps.classroom.views.others import shared_part
from apps.classroom.views.watching import page_context
from apps.notes.selectors import my_notes, notes_shared_with
from apps.progress.built import built_of
from apps.progress.completion import effort_ratio
from apps.reminders.selectors import rewatch_state


@login_required
@require_safe
def video(request: AuthenticatedRequest, cohort: str, video: str) -> HttpResponse:
    """The video's facts, both passes with their figures, and the next step with it."""
    now = timezone.now()
    seat = learner_seat(user=request.user, cohort=cohort, video=video)
    second = seat.second
    context = page_context(seat, now) | {
        "phase": seat.placement.phase,
        "first_percent": seat.percent(seat.first),
        "second_percent": seat.percent(second),
        "second_ratio": second
        and effort_ratio(
            second.active_seconds + second.elsewhere_seconds, seat.video.duration_seconds
        ),
        "built": built_of(viewings=[second]).get(seat.video.pk) if second is not None else None,
        "rewatch_state": rewatch_state(seat.rewatch, seat.today(now)) if seat.rewatch else "",
        "shared_count": notes_shared_with(
            user=request.user, cohort_slug=cohort, video_slug=video
        ).count(),
        "shared_part": shared_part(seat),
        "note_count": my_notes(user=request.user, cohort_slug=cohort, video_slug=video).count(),
    }
    return render(request, "classroom/video.html", context)
