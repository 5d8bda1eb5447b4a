"""Rewatches of bonus videos, after a cohort has changed its mind whether they are owed."""

import logging
import time
from datetime import date, datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Placement
from apps.reminders import promises, slots, spacing, waking
from apps.reminders.models import Rewatch

logger = logging.getLogger(__name__)


def follow_bonus_rule(*, now: datetime, seconds: float, cohort: Cohort | None = None) -> bool:
    """Make open rewatches of bonus videos owed, or merely offered, as their cohort says; whether all are.

    What becomes owed is due on the day that was promised, with its reminders from tomorrow on; what is
    offered keeps its day and is silent. Stops after so many seconds and finds the rest when called again.
    """
    deadline = time.monotonic() + seconds
    different = _different()
    if cohort is not None:
        different = different.filter(membership__cohort=cohort)
    members = different.order_by("membership_id").values_list("membership_id", flat=True)
    for membership_id in members.distinct():
        try:
            _follow(membership_id, now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # one broken row must not keep the others
            logger.exception("rewatches of membership %s do not follow yet", membership_id)
        if time.monotonic() >= deadline:
            return not different.exists()
    return True


def is_following(*, cohort: Cohort) -> bool:
    """Whether some rewatches are still as the cohort wanted them before."""
    return _different().filter(membership__cohort=cohort).exists()


def _different() -> QuerySet[Rewatch]:
    placed = Placement.objects.filter(
        revision=OuterRef("membership__cohort__revision"), video=OuterRef("video")
    )
    changed = ~Exists(
        Cohort.objects.filter(pk=OuterRef("membership__cohort"), bonus_is_owed=OuterRef("is_owed"))
    )
    # In a newer revision a video may have stopped being a bonus.
    counts_now = Q(Exists(placed.filter(is_bonus=False)), is_owed=False)
    return Rewatch.objects.open().filter(
        Q(Exists(placed.filter(is_bonus=True)), changed) | counts_now
    )


def _follow(membership_id: int, now: datetime) -> None:
    membership = Membership.objects.select_related("user").get(pk=membership_id)
    tomorrow = spacing.tomorrow(slots.local_date(now, membership.user.zone))
    with transaction.atomic():
        wake = waking.lock_wake(user_id=membership.user_id)
        found = _different().filter(membership=membership).select_for_update(of=("self",))
        for rewatch in found.order_by("id"):
            was = promises.owed_on(rewatch)
            rewatch.is_owed = not rewatch.is_owed
            rewatch.remind_on = _reminded_on(rewatch, tomorrow=tomorrow)
            rewatch.save(update_fields=["is_owed", "remind_on"])
            promises.note_change(rewatch, was=was, now=now)
        waking.reslot_wake(wake, now=now)


def _reminded_on(rewatch: Rewatch, *, tomorrow: date) -> date | None:
    if not rewatch.is_owed or rewatch.rung >= len(rewatch.ladder):
        return None
    walked = timedelta(days=rewatch.ladder[rewatch.rung] - rewatch.ladder[0])
    return max(rewatch.due_on + walked, tomorrow)
