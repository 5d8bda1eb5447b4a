"""Questions about curricula. Outlines are frozen and kept in memory: a revision never changes.

The videos placed in it may (a corrected duration, a better title). A kept outline is believed for
five seconds and then compared with its revision's `videos_version`, which costs one small query.
"""

import time
from collections import OrderedDict
from threading import Lock

from django.db.models import OuterRef, QuerySet, Subquery

from apps.core.errors import NotFound
from apps.curriculum.document import CurriculumDocument, document_digest
from apps.curriculum.document.stored import document_of_plain
from apps.curriculum.models import Curriculum, Outcome, Placement, Revision
from apps.curriculum.outline import Outline, outline_of

BELIEVED_SECONDS = 5.0
KEPT_OUTLINES = 64

_kept: OrderedDict[int, tuple[Outline, float]] = OrderedDict()
_lock = Lock()


def current_revision(*, slug: str) -> Revision:
    """The newest revision of the curriculum, which is selected with it; raises NotFound."""
    revision = current_revisions().filter(curriculum__slug=slug).first()
    if revision is None:
        raise NotFound
    return revision


def current_revisions() -> QuerySet[Revision]:
    """The newest revision of each curriculum, in the order of slugs."""
    newest = (
        Revision.objects.filter(curriculum=OuterRef("curriculum")).order_by("-number").values("pk")
    )
    return (
        Revision.objects.filter(pk=Subquery(newest[:1]))
        .select_related("curriculum")
        .order_by("curriculum__slug")
    )


def revision_outline(*, revision_id: int) -> Outline:
    """Phases, videos and outcomes of the revision as frozen values; raises NotFound.

    At most six queries whatever its size, one when it is kept, none within five seconds.
    """
    kept, checked_at = _kept.get(revision_id, (None, 0.0))
    if kept is not None and time.monotonic() - checked_at < BELIEVED_SECONDS:
        return kept
    revision = Revision.objects.filter(pk=revision_id).select_related("curriculum").first()
    if revision is None:
        raise NotFound
    if kept is None or kept.videos_version != revision.videos_version:
        kept = _read_outline(revision)
    with _lock:
        _kept[revision_id] = (kept, time.monotonic())
        _kept.move_to_end(revision_id)
        while len(_kept) > KEPT_OUTLINES:
            _kept.popitem(last=False)
    return kept


def forget_outlines() -> None:
    """Drop what this process keeps, at once."""
    with _lock:
        _kept.clear()


def superseded_revision(*, document: CurriculumDocument) -> Revision | None:
    """The revision that says the same already, where a newer one has taken its place; else None."""
    revisions = Revision.objects.filter(curriculum__slug=document.slug).order_by("-number")
    same = revisions.filter(digest=document_digest(document)).first()
    current = revisions.first()
    return same if same is not None and same != current else None


def stored_document(*, revision: Revision) -> CurriculumDocument:
    """The document the revision was made from; raises NotFound where it was made without one."""
    if not revision.document:
        raise NotFound
    return document_of_plain(revision.document)


def _read_outline(revision: Revision) -> Outline:
    served: dict[int, list[int]] = {}
    through = Placement.outcomes.through.objects.filter(placement__revision=revision)
    for placement_id, outcome_id in through.values_list("placement_id", "outcome_id"):
        served.setdefault(placement_id, []).append(outcome_id)
    return outline_of(
        revision=revision,
        phases=list(revision.phases.order_by("position")),
        placements=list(
            revision.placements.select_related("video")
            .prefetch_related("video__sources")
            .order_by("position")
        ),
        outcomes=list(Outcome.objects.filter(revision=revision).order_by("position")),
        served=served,
    )


def curricula() -> QuerySet[Curriculum]:
    return Curriculum.objects.order_by("slug")
