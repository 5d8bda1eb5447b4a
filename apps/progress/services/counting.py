"""Figures that are stored beside the facts: taken over from the notes, and counted anew."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.cohorts.models import Membership
from apps.progress import selectors
from apps.progress import summary as summaries
from apps.progress.models import Summary, Viewing
from apps.progress.recording import locked_summary, record_change


@dataclass(frozen=True, slots=True)
class NoteCounts:
    """What `notes` counts for a viewing; `typed_share` is None where no code says it."""

    notes: int
    code: int
    experiments: int
    questions: int
    typed_share: float | None


def recount_notes(*, viewing: Viewing, counts: NoteCounts, now: datetime) -> None:
    """Take over the counts of a viewing's notes; called by `notes.services` in its transaction."""
    with transaction.atomic():
        locked = Viewing.objects.select_for_update(of=("self",), no_key=True).get(pk=viewing.pk)
        locked.note_count, locked.code_count = counts.notes, counts.code
        locked.experiment_count, locked.question_count = counts.experiments, counts.questions
        locked.typed_share = counts.typed_share
        record_change(
            viewing=locked,
            membership=viewing.membership,
            video=viewing.video,
            now=now,
            update_fields=[
                "note_count", "code_count", "experiment_count", "question_count", "typed_share",
            ],
        )  # fmt: skip


def touch_summary(*, membership_id: int, now: datetime) -> None:
    """Say that something changed of which this learner's figures are made, in the transaction that changed it."""
    kept = Summary.objects.filter(membership_id=membership_id, updated_at__lt=now)
    kept.update(updated_at=now)


def rebuild_summary(*, membership: Membership, now: datetime) -> Summary:
    """Recompute one summary from its facts; equal to the kept one unless something went wrong."""
    with transaction.atomic():
        kept = locked_summary(membership=membership, now=now)
        viewings = list(selectors.viewings_of(membership=membership).select_related("video"))
        rebuilt = summaries.rebuilt(
            kept,
            [(viewing, viewing.video.duration_seconds) for viewing in viewings],
            bonus=selectors.bonus_videos(cohort=membership.cohort),
            zone=membership.cohort.zone,
        )
        rebuilt.updated_at = now
        rebuilt.save()
    return rebuilt
