"""Finishing a pass, and what it does to the rewatch: a first pass makes the promise, a second pass keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.cohorts.models import Membership
from apps.progress import selectors as progress
from apps.progress import services as watching
from apps.progress.models import FIRST_PASS, SECOND_PASS, Viewing
from apps.reminders import promises, slots, spacing, telling, waking
from apps.reminders.models import Rewatch


@dataclass(frozen=True, slots=True)
class FinishedPass:
    """The completed viewing, and the rewatch that it made or kept (None: an extra pass, or nothing is owed)."""

    viewing: Viewing
    rewatch: Rewatch | None


def finish_pass(*, viewing: Viewing, now: datetime, self_reported: bool = False) -> FinishedPass:
    """Complete a pass; the one way, for every door. Completing it again changes nothing.

    Raises what `progress.services.finish_viewing` raises: CoverageMissing, NoteMissing.
    """
    membership = viewing.membership
    with transaction.atomic():
        wake = waking.lock_wake(user_id=membership.user_id)
        rewatch = locked_rewatch(membership_id=membership.pk, video_id=viewing.video_id)
        finished = watching.finish_viewing(viewing=viewing, now=now, self_reported=self_reported)
        if finished.number == FIRST_PASS:
            rewatch = rewatch or make_rewatch(viewing=finished, membership=membership, now=now)
        elif finished.number == SECOND_PASS:
            keep_rewatch(rewatch, viewing=finished)
        else:
            rewatch = None
        waking.reslot_wake(wake, now=now)
        # Completed a second time nothing is new.
        if finished.completed_at == now:
            telling.tell_of_pass(finished, membership=membership, rewatch=rewatch, now=now)
    return FinishedPass(viewing=finished, rewatch=rewatch)


def write_scaffold(
    *, viewing: Viewing, concepts: Sequence[str], links: str, rating: str, now: datetime
) -> Rewatch | None:
    """Keep the scaffold and the self-rating; the rating moves the promise while no reminder was sent."""
    with transaction.atomic():
        wake = waking.lock_wake(user_id=viewing.membership.user_id)
        rewatch = locked_rewatch(membership_id=viewing.membership_id, video_id=viewing.video_id)
        watching.write_scaffold(
            viewing=viewing, concepts=concepts, links=links, rating=rating, now=now
        )
        if rewatch is not None and rewatch.is_open and rewatch.reminders_sent == 0:
            _relay_ladder(rewatch, membership=viewing.membership, rating=rating, now=now)
            waking.reslot_wake(wake, now=now)
    return rewatch


def locked_rewatch(*, membership_id: int, video_id: int) -> Rewatch | None:
    return (
        Rewatch.objects.select_for_update()
        .filter(membership_id=membership_id, video_id=video_id)
        .first()
    )


def make_rewatch(*, viewing: Viewing, membership: Membership, now: datetime) -> Rewatch | None:
    """The promise of a completed first pass; None where none starts any more.

    A bonus video's rewatch is offered, not owed, unless the cohort says otherwise: it has a day and no reminders.
    """
    cohort = membership.cohort
    assert viewing.completed_at is not None  # noqa: S101  (finished by the caller)
    is_over = (
        cohort.ends_on is not None and cohort.local_date(viewing.completed_at) > cohort.ends_on
    )
    if membership.ended_at is not None or cohort.archived_at is not None or is_over:
        return None
    ladder = spacing.ladder_for(viewing.rating or None, offsets=cohort.ladder)
    anchor_on = slots.local_date(viewing.completed_at, membership.user.zone)
    today = slots.local_date(now, membership.user.zone)
    due_on = max(spacing.first_due_on(anchor_on=anchor_on, ladder=ladder), spacing.tomorrow(today))
    is_owed = cohort.bonus_is_owed or viewing.video_id not in progress.bonus_videos(cohort=cohort)
    return Rewatch.objects.create(
        membership=membership,
        video_id=viewing.video_id,
        is_owed=is_owed,
        anchor_at=viewing.completed_at,
        anchor_on=anchor_on,
        due_on=due_on,
        first_due_on=due_on,
        remind_on=due_on if is_owed else None,
        ladder=list(ladder),
    )


def keep_rewatch(rewatch: Rewatch | None, *, viewing: Viewing) -> None:
    """The second pass is done: the promise is kept, and nothing is said about it any more."""
    if rewatch is None or rewatch.kept_at is not None:
        return
    rewatch.kept_at = viewing.completed_at
    rewatch.remind_on = None
    rewatch.save(update_fields=["kept_at", "remind_on"])


def _relay_ladder(rewatch: Rewatch, *, membership: Membership, rating: str, now: datetime) -> None:
    ladder = spacing.ladder_for(rating, offsets=membership.cohort.ladder)
    rewatch.ladder = list(ladder)
    was = promises.owed_on(rewatch)
    # A day that the learner chose themselves stays.
    if rewatch.snoozes == 0:
        rewatch.due_on = spacing.due_on_after_rating(
            anchor_on=rewatch.anchor_on,
            ladder=ladder,
            due_on=rewatch.due_on,
            today=slots.local_date(now, membership.user.zone),
        )
        rewatch.first_due_on = rewatch.due_on
        rewatch.remind_on = rewatch.due_on if rewatch.is_owed else None
    rewatch.save(update_fields=["ladder", "due_on", "first_due_on", "remind_on"])
    promises.note_change(rewatch, was=was, now=now)
