"""Who planned when: beat's tasks and the second heartbeat each leave a trace after a committed run."""

from datetime import datetime

from apps.reminders.models import Heartbeat

BEAT, LOOP, SENDER = "beat", "loop", "sender"


def record_heartbeat(*, name: str, now: datetime) -> None:
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=now)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )
