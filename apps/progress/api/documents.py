"""A viewing as JSON."""

from typing import Any

from apps.accounts.models import User
from apps.progress.built import built_of
from apps.progress.completion import share_covered
from apps.progress.heartbeats import HeartbeatAnswer
from apps.progress.models import Viewing
from apps.progress.selectors import may_open_built

RATIO_DIGITS = 4


def viewing_json(viewing: Viewing, *, reader: User) -> dict[str, Any]:
    """The document of `ViewingAnswer`; membership, cohort and video are loaded with the viewing."""
    membership = viewing.membership
    is_own = membership.user_id == reader.pk
    share = share_covered(viewing.covered_ms, viewing.video.duration_seconds)
    return {
        "id": str(viewing.pk),
        "cohort": membership.cohort.slug,
        "membership": str(membership.pk),
        "video": viewing.video.slug,
        "number": viewing.number,
        "state": "completed" if viewing.is_completed else "open",
        "opened_at": viewing.opened_at,
        "completed_at": viewing.completed_at,
        "evidence": viewing.evidence or None,
        "covered": round(share, RATIO_DIGITS),
        "coverage": viewing.coverage,
        "position_ms": viewing.position_ms,
        "active_seconds": viewing.active_seconds,
        "elsewhere_seconds": viewing.elsewhere_seconds,
        "pauses": viewing.pauses,
        "max_rate": viewing.max_rate,
        "notes": viewing.note_count,
        "code_notes": viewing.code_count,
        "experiments": viewing.experiment_count,
        "questions": viewing.question_count,
        "typed_share": viewing.typed_share,
        "built": _built_json(viewing, reader) if viewing.video.is_coding else None,
        "rating": viewing.rating or None,
        "flags": viewing.flags,
        "scaffold": viewing.scaffold if is_own else None,
        "recall": (viewing.recall or None) if is_own else None,
    }


def _built_json(viewing: Viewing, reader: User) -> dict[str, Any] | None:
    """What was built, for those who may open it."""
    built = built_of(viewings=[viewing]).get(viewing.video_id)
    if built is None or not may_open_built(user=reader, membership=viewing.membership):
        return None
    return {"link": built.link or None, "file_name": built.file_name or None}


def heartbeat_json(answer: HeartbeatAnswer) -> dict[str, Any]:
    """The document of the REST answer of the same name."""
    return {
        "coverage": answer.coverage,
        "covered": answer.covered,
        "is_covered": answer.is_covered,
        "active_seconds": answer.active_seconds,
        "completed_at": answer.completed_at,
        "was_repeated": answer.was_repeated,
        "refused": answer.refused,
    }
