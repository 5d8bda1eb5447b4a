"""Days that pass in a moment: the stored dates of one learner are moved back, everything else is left to the clock."""

import json
from datetime import datetime

from local.site import Site

# Every date of the learner's watching and rewatches, by the same number of days; the summaries follow from them.
MOVE = """
from datetime import timedelta
from django.db import transaction
from django.db.models import F
from apps.cohorts.models import Membership
from apps.progress.models import Viewing
from apps.progress.services import rebuild_summary
from apps.reminders.models import Engine, Rewatch, Wake
from django.utils import timezone
days = timedelta(days={days})
def back(*names):
    return {{name: F(name) - days for name in names}}
with transaction.atomic():
    Wake.objects.select_for_update().get(user__email={email!r})
    for membership in Membership.objects.filter(user__email={email!r}):
        viewings = Viewing.objects.filter(membership=membership, completed_at__isnull=False)
        Rewatch.objects.filter(membership=membership).update(
            **back("anchor_at", "anchor_on", "due_on", "first_due_on", "remind_on")
        )
        for viewing in viewings:
            viewing.active = [(begin - days, end - days) for begin, end in viewing.active]
            viewing.save(update_fields=["active"])
        viewings.update(**back("opened_at", "completed_at", "scaffold_at", "last_heartbeat_at"))
        Membership.objects.filter(pk=membership.pk).update(**back("joined_at"))
        rebuild_summary(membership=membership, now=timezone.now())
    Wake.objects.filter(user__email={email!r}).update(**back("next_at", "slot_on"))
    # The planner has looked at that past already: let it sweep.
    Engine.objects.update(swept_at=None)
"""

NEXT = """
import json
from apps.reminders.models import Wake
print(json.dumps(Wake.objects.get(user__email={email!r}).next_at.isoformat()))
"""


def let_days_pass(site: Site, email: str, *, days: int) -> None:
    """Whatever this learner has completed so far was so many days earlier."""
    site.python(MOVE.format(email=email, days=days))


def next_moment(site: Site, email: str) -> datetime:
    """When the planner looks at this learner next."""
    said = site.python(NEXT.format(email=email))
    return datetime.fromisoformat(json.loads(said.strip().splitlines()[-1]))


def planned(site: Site, now: datetime) -> str:
    """What `manage.py reminders_plan` would plan at this moment: a line for each message."""
    return site.manage("reminders_plan", "--dry-run", "--now", now.isoformat())
