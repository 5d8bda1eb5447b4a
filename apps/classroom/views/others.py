"""What others of the cohort shared about the film on the desk: a part of it, asked for when it is opened."""

from django.http import HttpResponse
from django.shortcuts import render

from apps.accounts.requests import AuthenticatedRequest
from apps.classroom.seats import Seat
from apps.notes.selectors import notes_shared_with

# The newest; all of them are a link away.
MOST_OF_OTHERS = 200


def others_notes(request: AuthenticatedRequest, seat: Seat) -> HttpResponse:
    """The notes that others shared with this learner, the latest moment of the film first."""
    found = notes_shared_with(
        user=request.user, cohort_slug=seat.membership.cohort.slug, video_slug=seat.video.slug
    )
    newest = list(found[: MOST_OF_OTHERS + 1])
    context = {
        "notes": sorted(
            newest[:MOST_OF_OTHERS], key=lambda note: (note.at_ms, note.pk), reverse=True
        ),
        "are_there_more": len(newest) > MOST_OF_OTHERS,
        "here": seat.address("second"),
        "shared_part": shared_part(seat),
    }
    return render(request, "classroom/others.html", context)


def shared_part(seat: Seat) -> str:
    """This film as the page of all notes names it."""
    return f"{seat.membership.cohort.revision.curriculum.slug}/{seat.video.slug}"
