"""The progress document as JSON.

Plain dictionaries, since one document has hundreds of values; a test holds them against the schema.
"""

from typing import Any

from django.urls import reverse
from rest_framework.request import Request

from apps.overview.documents import ProgressDocument, Totals, VideoProgress
from apps.overview.next_step import FIRST_PASS, SCAFFOLD, SECOND_PASS, NextStep
from apps.progress.models import Viewing
from apps.reminders.models import Rewatch

RATIO_DIGITS = 3


def progress_json(document: ProgressDocument, request: Request) -> dict[str, Any]:
    """The whole document."""
    videos = [video_json(each) for each in document.videos]
    return progress_row_json(document, request) | {"videos": videos}


def progress_row_json(document: ProgressDocument, request: Request) -> dict[str, Any]:
    """The document without its videos."""
    membership = document.membership
    cohort = membership.cohort
    return {
        "membership": str(membership.pk),
        "cohort": cohort.slug,
        "curriculum": cohort.revision.curriculum.slug,
        "learner": {"id": str(membership.user_id), "name": membership.user.display_name},
        "as_of": document.as_of,
        "totals": totals_json(document.totals),
        "next_step": _next_step_json(document, request),
    }


def totals_json(totals: Totals) -> dict[str, Any]:
    return {
        "videos": totals.videos,
        "first_passes": totals.first_passes,
        "second_passes": totals.second_passes,
        "rewatch_debt": {"count": totals.debt_count, "seconds": totals.debt_seconds},
        "active_seconds": totals.active_seconds,
        "planned_seconds": totals.planned_seconds,
        "pace": ratio(totals.pace),
        "effort_ratio": ratio(totals.effort_ratio),
    }


def step_path(step: NextStep, *, cohort: str, video: str | None, is_open: bool) -> str:
    """The page where the step is done; `is_open` is that of the video's second pass."""
    pages = {
        FIRST_PASS: "first",
        SCAFFOLD: "scaffold",
        SECOND_PASS: "second" if is_open else "recall",
    }
    page = pages.get(step.kind)
    if page is None or video is None:
        return reverse("classroom:home", kwargs={"cohort": cohort})
    return reverse(f"classroom:{page}", kwargs={"cohort": cohort, "video": video})


def _next_step_json(document: ProgressDocument, request: Request) -> dict[str, Any]:
    step, about = document.next_step, document.next_video
    video = about.placement.video.slug if about else None
    path = step_path(
        step,
        cohort=document.membership.cohort.slug,
        video=video,
        is_open=about is not None and about.second is not None,
    )
    return {
        "kind": step.kind,
        "reason": step.reason or None,
        "video": video,
        "url": request.build_absolute_uri(path),
    }


def video_json(video: VideoProgress) -> dict[str, Any]:
    placement = video.placement
    return {
        "video": placement.video.slug,
        "phase": placement.phase.position,
        "position": placement.position,
        "is_bonus": placement.is_bonus,
        "duration_seconds": placement.video.duration_seconds,
        "first_pass": _first_pass_json(video),
        "second_pass": _second_pass_json(video),
        "rewatch": rewatch_json(video.rewatch, video.rewatch_state),
    }


def pass_state(viewing: Viewing | None) -> str:
    """`untouched`, `open` or `completed`."""
    if viewing is None:
        return "untouched"
    return "completed" if viewing.is_completed else "open"


def _first_pass_json(video: VideoProgress) -> dict[str, Any]:
    viewing = video.first or Viewing()
    return {
        "state": pass_state(video.first),
        "coverage": ratio(video.coverage(video.first)),
        "completed_at": viewing.completed_at,
        "evidence": viewing.evidence or None,
        "rating": viewing.rating or None,
        "active_seconds": viewing.active_seconds,
        "pauses": viewing.pauses,
        "max_rate": viewing.max_rate,
        "flags": viewing.flags,
    }


def _second_pass_json(video: VideoProgress) -> dict[str, Any]:
    viewing = video.second or Viewing()
    return {
        "state": pass_state(video.second),
        "coverage": ratio(video.coverage(video.second)),
        "completed_at": viewing.completed_at,
        "evidence": viewing.evidence or None,
        "active_seconds": viewing.active_seconds,
        "elsewhere_seconds": viewing.elsewhere_seconds,
        "effort_ratio": ratio(video.effort_ratio),
        "notes": viewing.note_count,
        "experiments": viewing.experiment_count,
        "typed_share": ratio(viewing.typed_share),
        "flags": viewing.flags,
    }


def rewatch_json(rewatch: Rewatch | None, state: str) -> dict[str, Any] | None:
    if rewatch is None:
        return None
    return {
        "state": state,
        "due_on": rewatch.due_on,
        "first_due_on": rewatch.first_due_on,
        "snoozes": rewatch.snoozes,
        "reminders_sent": rewatch.reminders_sent,
    }


def ratio(value: float | None) -> float | None:
    """As ratios are sent: rounded."""
    return None if value is None else round(value, RATIO_DIGITS)
