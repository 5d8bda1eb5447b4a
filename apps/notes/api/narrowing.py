"""The filters of a query as the arguments of the selectors of notes."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cohorts.selectors import all_memberships_of
from apps.core.errors import InvalidValue
from apps.curriculum.selectors import revision_outline


def narrowing(user: User, query: Mapping[str, Any]) -> dict[str, Any]:
    """Raises InvalidValue for a phase without its cohort."""
    return {
        "user": user,
        "cohort_slug": query.get("cohort"),
        "video_slug": query.get("video"),
        "video_ids": _videos_of_phase(user, query),
        "kind": query.get("kind"),
        "q": query.get("q"),
        "since": query.get("created_since"),
        "before": query.get("created_before"),
        "updated_since": query.get("updated_since"),
    }


def _videos_of_phase(user: User, query: Mapping[str, Any]) -> frozenset[int] | None:
    """None where no phase is asked for; nothing where the cohort is not theirs or has no such phase."""
    if "phase" not in query:
        return None
    if "cohort" not in query:
        raise InvalidValue(_("Phases are numbered in a cohort: name it, too."), field="phase")
    membership = all_memberships_of(user=user).filter(cohort__slug=query["cohort"]).first()
    if membership is None:
        return frozenset()
    outline = revision_outline(revision_id=membership.cohort.revision_id)
    return frozenset(
        video.id
        for phase in outline.phases
        if phase.number == query["phase"]
        for video in phase.videos
    )
