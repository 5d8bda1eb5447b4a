"""The readiness of the second heartbeat: whether the loop beside beat still plans."""

from datetime import datetime, timedelta

from apps.core.readiness import NotReady
from apps.reminders.models import Heartbeat
from apps.reminders.services.heartbeats import LOOP

MAX_AGE = timedelta(seconds=60)


def check_second_heartbeat(now: datetime) -> None:
    """Raise NotReady when `reminders_loop` has not planned within the last minute."""
    at = Heartbeat.objects.filter(name=LOOP).values_list("at", flat=True).first()
    if at is None:
        raise NotReady("it has not run yet")
    if now - at > MAX_AGE:
        raise NotReady(f"silent for {(now - at).total_seconds():.0f} s")
