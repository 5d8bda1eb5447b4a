"""Importing a document as the next revision, and a player's correction of a duration."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.curriculum.document import CurriculumDocument, VideoEntry, document_digest, plain_document
from apps.curriculum.document.differences import Difference, differences
from apps.curriculum.document.stored import document_of_plain
from apps.curriculum.models import Curriculum, Outcome, Phase, Placement, Revision, Source, Video
from apps.curriculum.selectors import forget_outlines
from apps.curriculum.texts import Hours

logger = logging.getLogger(__name__)

# A player may correct an approximate duration by at most this share of it (model.md).
LARGEST_CORRECTION = 0.2


class DurationNotCorrectable(DomainError):
    """The duration is exact already, or the correction is too large to be one."""

    code = "duration_not_correctable"
    title: str | Promise = _("This duration can’t be corrected")


class EditingNotAllowed(DomainError):
    """Curricula are changed by people with the right to, given in the admin."""

    code = "curriculum_editing_not_allowed"
    title: str | Promise = _("You may not edit curricula")
    status = 403


@dataclass(frozen=True, slots=True)
class ImportedCurriculum:
    """`is_new_revision` is false when the document said nothing new."""

    revision: Revision
    is_new_revision: bool
    differences: tuple[Difference, ...]

    @property
    def is_new_curriculum(self) -> bool:
        return self.is_new_revision and self.revision.number == 1


def check_may_edit(*, user: Any) -> None:
    """Raise EditingNotAllowed unless the user has the right to edit curricula."""
    if not getattr(user, "may_edit_curricula", False):
        raise EditingNotAllowed


@transaction.atomic
def import_curriculum(
    *,
    document: CurriculumDocument,
    now: datetime,
    by: Any = None,
    keeps_measured: bool = True,
) -> ImportedCurriculum:
    """Make the document the current revision of its curriculum, or find that it is so already.

    Videos are found again by (curriculum, slug) and changed in place; one that the document no
    longer names stays, without a place in the new revision. `by` is the user whose word it is.
    `keeps_measured`: an approximate length does not take back one that a player has measured.
    Raises nothing of its own: whoever has a CurriculumDocument has a valid one.
    """
    Curriculum.objects.get_or_create(slug=document.slug, defaults={"created_at": now})
    # Two imports at once: the second one waits here and then compares with what the first made.
    curriculum = Curriculum.objects.select_for_update(no_key=True).get(slug=document.slug)
    current = curriculum.revisions.order_by("-number").first()
    digest = document_digest(document)
    if current is not None and current.digest == digest:
        return ImportedCurriculum(current, is_new_revision=False, differences=())
    before = (
        document_of_plain(current.document) if current is not None and current.document else None
    )
    changes = () if before is None else differences(before, document)
    revision = _write_revision(
        curriculum, document, digest, now, by=by, keeps_measured=keeps_measured
    )
    return ImportedCurriculum(revision, is_new_revision=True, differences=changes)


@transaction.atomic
def correct_duration(*, video: Video, seconds: int) -> Video:
    """Take the length that YouTube's own player reports for a video of approximate length.

    Accepted once, and only within 20 %; raises DurationNotCorrectable otherwise.
    """
    locked = Video.objects.select_for_update(no_key=True).get(pk=video.pk)
    allowed = locked.duration_seconds * LARGEST_CORRECTION
    if locked.provider != Video.Provider.YOUTUBE or not locked.duration_is_approximate:
        raise DurationNotCorrectable(_("The length of this video is known exactly."))
    if seconds <= 0 or abs(seconds - locked.duration_seconds) > allowed:
        raise DurationNotCorrectable(
            _("The reported length is too far from the one that is known.")
        )
    logger.info(
        "video %s: duration corrected from %d to %d s",
        locked.slug,
        locked.duration_seconds,
        seconds,
    )
    locked.duration_seconds, locked.duration_is_approximate = seconds, False
    locked.save(update_fields=["duration_seconds", "duration_is_approximate"])
    _outdate_outlines(curriculum_id=locked.curriculum_id)
    return locked


def _write_revision(
    curriculum: Curriculum,
    document: CurriculumDocument,
    digest: str,
    now: datetime,
    *,
    by: Any,
    keeps_measured: bool,
) -> Revision:
    number = curriculum.revisions.aggregate(last=Max("number"))["last"] or 0
    low, high = _ends(document.hours)
    revision = Revision.objects.create(
        curriculum=curriculum,
        number=number + 1,
        title=dict(document.title),
        summary=dict(document.summary),
        role=dict(document.role),
        result=dict(document.result),
        prerequisites=dict(document.prerequisites),
        estimate_min_hours=low,
        estimate_max_hours=high,
        credits=plain_document(document).get("credits", []),
        document=plain_document(document),
        digest=digest,
        created_at=now,
        made_by=by,
    )
    outcomes = {
        outcome.slug: outcome
        for outcome in Outcome.objects.bulk_create(
            Outcome(
                revision=revision,
                slug=entry.code,
                kind=entry.kind,
                position=position,
                text=dict(entry.text),
                instead=dict(entry.instead),
            )
            for position, entry in enumerate(document.outcomes, 1)
        )
    }
    videos = _write_videos(curriculum, document, keeps_measured=keeps_measured)
    placements: list[tuple[Placement, VideoEntry]] = []
    for phase_number, entry in enumerate(document.phases, 1):
        low, high = _ends(entry.hours)
        phase = Phase.objects.create(
            revision=revision,
            position=phase_number,
            title=dict(entry.title),
            goal=dict(entry.goal),
            prerequisites=dict(entry.prerequisites),
            estimate_min_hours=low,
            estimate_max_hours=high,
        )
        for video in entry.videos:
            placement = Placement(
                revision=revision,
                phase=phase,
                video=videos[video.slug],
                position=len(placements) + 1,
                is_bonus=video.is_bonus,
            )
            placements.append((placement, video))
    Placement.objects.bulk_create(placement for placement, _video in placements)
    Placement.outcomes.through.objects.bulk_create(
        Placement.outcomes.through(placement_id=placement.pk, outcome_id=outcomes[code].pk)
        for placement, video in placements
        for code in video.outcomes
    )
    return revision


def _write_videos(
    curriculum: Curriculum, document: CurriculumDocument, *, keeps_measured: bool
) -> dict[str, Video]:
    known = {video.slug: video for video in curriculum.videos.select_for_update(no_key=True)}
    made, changed = [], []
    for entry in document.videos:
        video = known.get(entry.slug)
        facts = _facts(entry)
        if video is None:
            made.append(Video(curriculum=curriculum, slug=entry.slug, **facts))
            continue
        if keeps_measured and _was_corrected(video, entry):
            del facts["duration_seconds"], facts["duration_is_approximate"]
        if any(getattr(video, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(video, name, value)
            changed.append(video)
    if changed:
        Video.objects.bulk_update(changed, fields=list(_facts(document.videos[0])))
    videos = known | {video.slug: video for video in Video.objects.bulk_create(made)}
    if _write_sources(videos, document) or changed:
        _outdate_outlines(curriculum_id=curriculum.pk)
    return videos


def _write_sources(videos: dict[str, Video], document: CurriculumDocument) -> bool:
    """Make the further sources those of the document; whether anything changed."""
    wanted = {
        (videos[entry.slug].pk, position, source.provider, source.address, source.language)
        for entry in document.videos
        for position, source in enumerate(entry.sources, 2)
    }
    of_these = Source.objects.filter(video__in=[videos[entry.slug] for entry in document.videos])
    fields = ("video_id", "position", "provider", "address", "language")
    if set(of_these.values_list(*fields)) == wanted:
        return False
    of_these.delete()
    Source.objects.bulk_create(
        Source(**dict(zip(fields, values, strict=True))) for values in sorted(wanted)
    )
    return True


def _facts(entry: VideoEntry) -> dict[str, object]:
    return {
        "provider": entry.provider,
        "address": entry.address,
        "title": dict(entry.title),
        "topics": dict(entry.topics),
        "description": dict(entry.description),
        "hint": dict(entry.hint),
        "author": entry.author,
        "credits": [
            {"name": credit.name} | ({"for": dict(credit.reason)} if credit.reason else {})
            for credit in entry.credits
        ],
        "duration_seconds": entry.duration_seconds,
        "duration_is_approximate": entry.duration_is_approximate,
        "is_coding": entry.is_coding,
        "needs_torch": entry.needs_torch,
        "is_guest": entry.is_guest,
        "spoken_language": entry.spoken_language,
        "captions": [
            {"language": caption.language, "address": caption.address} for caption in entry.captions
        ],
    }


def _was_corrected(video: Video, entry: VideoEntry) -> bool:
    """An approximate figure does not take back what a player measured."""
    return (
        entry.duration_is_approximate
        and not video.duration_is_approximate
        and video.address == entry.address
        and abs(video.duration_seconds - entry.duration_seconds)
        <= entry.duration_seconds * LARGEST_CORRECTION
    )


def _ends(hours: Hours | None) -> tuple[int | None, int | None]:
    return (None, None) if hours is None else (hours.low, hours.high)


def _outdate_outlines(*, curriculum_id: int) -> None:
    """Other processes find out by the version; this one forgets now and once it is committed."""
    Revision.objects.filter(curriculum_id=curriculum_id).update(
        videos_version=F("videos_version") + 1
    )
    forget_outlines()
    transaction.on_commit(forget_outlines)
