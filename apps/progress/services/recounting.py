"""Counting stored figures anew where what they were counted by has changed: a video's length, a cohort's zone
or revision.

The change itself writes down what was, and a worker looks for what differs: a hint that is lost costs a minute.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from apps.cohorts.models import Cohort, Membership
from apps.curriculum import services as curricula
from apps.curriculum.models import Video
from apps.progress.models import Basis, Summary, Viewing
from apps.progress.recording import record_change
from apps.progress.services.counting import rebuild_summary

AT_ONCE: Final = 50
RETRIED_AFTER: Final = timedelta(hours=1)
# The database is away or somebody stood in our way: no fault of the row, and the next minute goes on from here.
LOST: Final = (OperationalError, InterfaceError)
# So long a click waits for it; the rest is a worker's.
CLICK_SECONDS: Final = 1.0
logger = logging.getLogger(__name__)


def correct_duration(*, video: Video, seconds: int, by: Membership, now: datetime) -> Video:
    """Take the length that YouTube's own player told a learner, and count the stored figures by it.

    Every learner's player may tell it; how far it is believed says `curriculum.services.correct_duration`,
    which raises DurationNotCorrectable.
    """
    with transaction.atomic():
        # Before the length changes: somebody may ask for the first time.
        Basis.objects.get_or_create(
            video=video, defaults={"counted_by": str(video.duration_seconds)}
        )
        corrected = curricula.correct_duration(video=video, seconds=seconds)
    logger.info("video %s: corrected by the player of membership %s", corrected.slug, by.pk)
    recount_changed(now=now, seconds=CLICK_SECONDS, video=corrected)
    return corrected


def publish_draft(
    *, slug: str, version: int, newest: int, by: Any, now: datetime
) -> curricula.ImportedCurriculum:
    """Publish the draft of a curriculum, and count what was counted by lengths that it changes.

    The plan reaches a cohort by its instructor's word; a video's length is the same for all. Raises
    what `curriculum.services.publish_draft` raises.
    """
    with transaction.atomic():
        # Before lengths change.
        _note_new_videos()
        published = curricula.publish_draft(
            slug=slug, version=version, newest=newest, by=by, now=now
        )
    recount_changed(now=now, seconds=CLICK_SECONDS)
    return published


def note_plan(*, was: Cohort) -> None:
    """Write down, in the transaction of the change, by which zone and revision a cohort was counted so far."""
    Basis.objects.get_or_create(
        cohort=was, defaults={"counted_by": f"{was.time_zone} {was.revision_id}"}
    )


def is_recounting(*, cohort: Cohort) -> bool:
    """Whether some figures of this cohort are still those of the zone or the revision it had."""
    return _changed().filter(cohort=cohort).exists()


def recount_changed(
    *, now: datetime, seconds: float, video: Video | None = None, cohort: Cohort | None = None
) -> bool:
    """Count anew what was counted by another length or zone than is true now; whether all of it is done.

    Stops after so many seconds; whoever calls next goes on from there. Each viewing and each summary is
    changed in a transaction of its own, and counting one twice changes nothing. A row that cannot be counted is logged,
    harms nobody else and is tried again in an hour.
    """
    deadline = time.monotonic() + seconds
    _note_new_videos()
    chosen = Q()
    if video is not None:
        chosen = Q(video=video)
    if cohort is not None:
        chosen = Q(cohort=cohort)
    broken: list[int] = []
    while (
        basis := _to_do(now).filter(chosen).exclude(pk__in=broken).order_by("id").first()
    ) is not None:
        if not _gone_on(basis, now):
            broken.append(basis.pk)
        if time.monotonic() >= deadline:
            break
    return not _changed().filter(chosen).exists()


def _changed() -> QuerySet[Basis]:
    """What is still counted by something else, in part or as a whole."""
    length = Cast(F("video__duration_seconds"), CharField())
    revision = Cast(F("cohort__revision_id"), CharField())
    plan = Concat(F("cohort__time_zone"), Value(" "), revision)
    return (
        Basis.objects.select_related("video", "cohort")
        .annotate(true_now=Coalesce(length, plan))
        .exclude(counted_by=F("true_now"), left=[])
    )


def _to_do(now: datetime) -> QuerySet[Basis]:
    return _changed().exclude(counted_by=F("true_now"), retry_at__gt=now)


def _note_new_videos() -> None:
    known = Basis.objects.filter(video__isnull=False).values("video")
    Basis.objects.bulk_create(
        [
            Basis(video_id=pk, counted_by=str(length))
            for pk, length in Video.objects.exclude(pk__in=known).values_list(
                "pk", "duration_seconds"
            )
        ],
        ignore_conflicts=True,
    )


def _gone_on(basis: Basis, now: datetime) -> bool:
    """One batch, if that could be done at all; whatever is wrong with this one, the others get their turn."""
    try:
        _go_on(basis, now)
    except LOST:
        raise
    except Exception:
        logger.exception("basis %s could not be counted anew; it is tried again later", basis.pk)
        return False
    return True


def _go_on(basis: Basis, now: datetime) -> None:
    """One batch. Another worker may be at the same one: who is slower has only repeated what was done."""
    towards: str = basis.true_now  # type: ignore[attr-defined]  # annotated by _changed
    begins_anew = basis.counted_by != towards and basis.towards != towards
    done_to = 0 if begins_anew else basis.done_to
    left = [] if begins_anew else basis.left
    if basis.counted_by == towards:
        batch, left, is_last = left, [], True
    else:
        batch = _after(basis, done_to)
        is_last = len(batch) < AT_ONCE
    left = [*left, *(pk for pk in batch if not _recounted(basis, pk, now))]
    rows = Basis.objects.filter(pk=basis.pk, towards=basis.towards, done_to=basis.done_to)
    if is_last:
        retry_at = now + RETRIED_AFTER if left else None
        rows.update(counted_by=towards, towards="", done_to=0, left=left, retry_at=retry_at)
    else:
        rows.update(towards=towards, done_to=batch[-1], left=left)


def _after(basis: Basis, done_to: int) -> list[int]:
    if basis.video_id is not None:
        of_it = Viewing.objects.filter(video=basis.video_id, pk__gt=done_to)
        return list(of_it.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    members = Summary.objects.filter(membership__cohort=basis.cohort_id, membership_id__gt=done_to)
    ids = members.order_by("membership_id").values_list("membership_id", flat=True)
    return list(ids[:AT_ONCE])


def _recounted(basis: Basis, pk: int, now: datetime) -> bool:
    """Whether this row could be counted; one that cannot is logged and kept for later."""
    try:
        if basis.video_id is not None:
            _recount_viewing(pk, now)
        else:
            _recount_membership(pk, now)
    except LOST:
        raise
    except Exception:
        what = "viewing" if basis.video_id is not None else "membership"
        logger.exception("%s %s could not be counted anew; it is tried again later", what, pk)
        return False
    return True


def _recount_viewing(pk: int, now: datetime) -> None:
    with transaction.atomic():
        viewing = (
            Viewing.objects.select_for_update(of=("self",), no_key=True)
            .select_related("video", "membership__cohort")
            .filter(pk=pk)
            .first()
        )
        if viewing is not None:
            record_change(
                viewing=viewing,
                membership=viewing.membership,
                video=viewing.video,
                now=now,
                update_fields=[],
            )


def _recount_membership(pk: int, now: datetime) -> None:
    membership = Membership.objects.select_related("cohort").filter(pk=pk).first()
    if membership is not None:
        rebuild_summary(membership=membership, now=now)
