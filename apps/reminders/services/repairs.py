"""What a crash or a forgotten call left out, found again by its traces.

Each repair is small and may run at any time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from apps.cohorts.models import Membership
from apps.progress.models import FIRST_PASS, SECOND_PASS, Summary, Viewing
from apps.progress.services import touch_summary
from apps.reminders import waking
from apps.reminders.models import Rewatch, StopReason, Wake
from apps.reminders.services.passes import keep_rewatch, locked_rewatch, make_rewatch
from apps.reminders.services.rewatches import stop_rewatches

AT_MOST = 500


@dataclass(frozen=True, slots=True)
class RepairReport:
    made: int
    kept: int
    stopped: int
    woken: int


def repair_rewatches(*, now: datetime, since: timedelta | None = None) -> RepairReport:
    """Make rewatches of completed first passes, keep those of completed second ones, stop those of ended memberships,
    and wake learners who are owed a moment. `since` looks only at memberships that changed lately."""
    return RepairReport(
        made=_settle_passes(FIRST_PASS, now, since),
        kept=_settle_passes(SECOND_PASS, now, since),
        stopped=_stop_ended(now),
        woken=_wake_forgotten(now),
    )


def _settle_passes(number: int, now: datetime, since: timedelta | None) -> int:
    rewatches = Rewatch.objects.filter(membership=OuterRef("membership"), video=OuterRef("video"))
    completed = Viewing.objects.completed().filter(
        number=number,
        membership__ended_at__isnull=True,
        membership__cohort__archived_at__isnull=True,
    )
    if number == FIRST_PASS:
        completed = completed.filter(~Exists(rewatches)).filter(
            Q(membership__cohort__ends_on__isnull=True)
            # Its last day ends at another moment in every zone; `make_rewatch` asks the cohort's own.
            | Q(completed_at__lt=F("membership__cohort__ends_on") + timedelta(days=2))
        )
    else:
        completed = completed.filter(Exists(rewatches.open()))
    if since is not None:
        lately = Summary.objects.filter(updated_at__gte=now - since).values("membership_id")
        completed = completed.filter(membership_id__in=lately)
    repaired = 0
    rows = completed.select_related("membership__cohort", "membership__user").order_by("id")
    for viewing in rows.iterator(AT_MOST):
        if repaired == AT_MOST:
            break
        with transaction.atomic():
            wake = waking.lock_wake(user_id=viewing.membership.user_id)
            rewatch = locked_rewatch(membership_id=viewing.membership_id, video_id=viewing.video_id)
            if number == SECOND_PASS:
                keep_rewatch(rewatch, viewing=viewing)
                repaired += 1
            elif rewatch is None and make_rewatch(
                viewing=viewing, membership=viewing.membership, now=now
            ):
                repaired += 1
            touch_summary(membership_id=viewing.membership_id, now=now)
            waking.reslot_wake(wake, now=now)
    return repaired


def _stop_ended(now: datetime) -> int:
    ended = (
        Membership.objects.filter(Q(ended_at__isnull=False) | Q(cohort__archived_at__isnull=False))
        .filter(Exists(Rewatch.objects.open().filter(membership=OuterRef("pk"))))
        .select_related("cohort")
    )
    stopped = 0
    for membership in ended[:AT_MOST]:
        has_left = membership.ended_at is not None
        reason = StopReason.LEFT if has_left else StopReason.ARCHIVED
        stopped += stop_rewatches(membership=membership, reason=reason, now=now)
    return stopped


def _wake_forgotten(now: datetime) -> int:
    """Learners with something to be reminded of and no moment to wake for (this must find nobody)."""
    owed = Rewatch.objects.filter(membership__user_id=OuterRef("user_id"), remind_on__isnull=False)
    forgotten = (
        Wake.objects.filter(next_at__isnull=True)
        .exclude(paused=True, paused_until__isnull=True)
        .exclude(channels=[])
        .exclude(unsubscribed_at__isnull=False, channels=["email"])
        .filter(Exists(owed))
    )
    woken = 0
    for user_id in forgotten.values_list("user_id", flat=True)[:AT_MOST]:
        with transaction.atomic():
            wake = waking.lock_wake(user_id=user_id)
            waking.reslot_wake(wake, now=now)
        woken += wake.next_at is not None
    return woken
