"""Questions about curricula. Outlines are frozen and kept in memory: a revision never changes.

The videos placed in it may (a corrected duration, a better title). A kept outline is believed for
five seconds and then compared with its revision's `videos_version`, which costs one small query.
"""

import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock

from django.db.models import OuterRef, QuerySet, Subquery

from apps.core.errors import NotFound
from apps.curriculum.document import CurriculumDocument, document_digest, plain_document
from apps.curriculum.document.stored import document_of_plain
from apps.curriculum.draft.outlines import document_of_outline
from apps.curriculum.draft.plan import Plan, with_keys
from apps.curriculum.models import Curriculum, Draft, Outcome, Placement, Revision, Video
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


@dataclass(frozen=True, slots=True)
class DraftState:
    """The next revision as it stands: a draft, or the newest revision where none is begun."""

    slug: str
    plan: Plan
    newest: Outline | None
    draft: Draft | None

    @property
    def version(self) -> int:
        return self.draft.version if self.draft else 0

    @property
    def newest_number(self) -> int:
        return self.newest.number if self.newest else 0

    @property
    def is_outdated(self) -> bool:
        """Whether a newer revision has come since the draft was begun."""
        return (
            self.draft is not None
            and self.newest is not None
            and self.draft.base_id != self.newest.revision_id
        )

    @property
    def title(self) -> dict[str, str]:
        return dict(self.plan.document.get("title", {}))


def draft_state(*, slug: str) -> DraftState:
    """What editors of the curriculum see; raises NotFound where there is neither it nor a draft of it."""
    draft = Draft.objects.filter(slug=slug).select_related("changed_by").first()
    revision = current_revisions().filter(curriculum__slug=slug).first()
    newest = revision_outline(revision_id=revision.pk) if revision else None
    if draft is not None:
        return DraftState(slug, Plan(draft.document, draft.aside), newest, draft)
    if newest is None:
        raise NotFound
    plain = with_keys(plain_document(document_of_outline(newest)))
    return DraftState(slug, Plan(plain, []), newest, None)


def drafts() -> QuerySet[Draft]:
    return Draft.objects.select_related("changed_by").order_by("slug")


def archived_videos(*, slug: str, without: Collection[str]) -> list[Video]:
    """Videos of the curriculum that were published once and are not among `without`, by title."""
    videos = Video.objects.filter(curriculum__slug=slug).exclude(slug__in=without)
    return list(videos.prefetch_related("sources").order_by("title__en", "slug"))


def revisions_of(*, slug: str) -> list[Revision]:
    """Every revision of the curriculum, the newest first, with who made it."""
    return list(
        Revision.objects.filter(curriculum__slug=slug)
        .select_related("curriculum", "made_by")
        .order_by("-number")
    )
