"""After a cohort's breaks were changed: look at its learners anew, since another day may be theirs now."""

from datetime import datetime

from django.db import transaction

from apps.cohorts.models import Cohort
from apps.reminders.models import Wake


def follow_breaks(*, cohort: Cohort, now: datetime) -> int:
    """Let the planner find the next moment of each learner of this cohort at its next tick; how many.

    Whoever's hour has come already is about to be planned, by the breaks as they are now.
    """
    learners = cohort.memberships.active().learners().values("user_id")
    with transaction.atomic():
        waiting = Wake.objects.filter(user_id__in=learners, next_at__gt=now)
        ids = list(waiting.select_for_update().order_by("id").values_list("id", flat=True))
        Wake.objects.filter(id__in=ids).update(next_at=now, slot_on=None)
    return len(ids)
