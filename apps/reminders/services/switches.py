"""An operator's hand on the engine: planning and sending on or off, and saying that a copy is the real one now."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.reminders import guard, slots, waking
from apps.reminders.models import Engine, OutboxMessage, Wake
from apps.reminders.services.endings import take_back
from apps.reminders.services.weekly import skip_digests
from apps.reminders.statements import sending

AT_A_TIME = 500
WAS_LEAVING = "about to leave in the copy"


def switch_reminders(*, planning: bool | None = None, delivery: bool | None = None) -> None:
    """Let the engine plan or send, or not; what is given changes, from the next batch on."""
    guard.standing()
    changed = {"plans": planning, "delivers": delivery}
    with transaction.atomic():
        row = Engine.objects.select_for_update().get()
        for field, value in changed.items():
            if value is not None:
                setattr(row, field, value)
        row.save(update_fields=list(changed))


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was put off to a later day, and what may have been out already when the copy was made."""

    learners: int
    messages: int
    assumed: int


def confirm_instance(*, now: datetime) -> Confirmed:
    """Take this database for the real one from now on.

    The original may have said since whatever this copy believes to be due. So everything whose hour has come moves to
    each learner's next day, and what was about to leave counts as sent; nothing is sent a second time.
    """
    messages = assumed = 0
    for message in OutboxMessage.objects.order_by("id").iterator(AT_A_TIME):
        if message.state in (OutboxMessage.State.FENCED, OutboxMessage.State.UNKNOWN):
            assumed += sending.mark_sent(
                message.pk, now=now, settled_by="assumed", detail=WAS_LEAVING
            )
        else:
            messages += take_back(message_id=message.pk, why="taken back in a copy", now=now)
    learners = 0
    due = Wake.objects.filter(next_at__lte=now).order_by("id")
    for user_id in due.values_list("user_id", flat=True).iterator(AT_A_TIME):
        learners += _skip_today(user_id, now)
    skip_digests(now=now)
    guard.standing()
    Engine.objects.update(instance=guard.signs(), watermark=None, swept_at=None)
    return Confirmed(learners=learners, messages=messages, assumed=assumed)


def _skip_today(user_id: int, now: datetime) -> bool:
    with transaction.atomic():
        wake = waking.lock_wake(user_id=user_id)
        if wake.next_at is None or wake.next_at > now:
            return False
        today = slots.local_date(now, wake.user.zone)
        wake.last_slot_on = max(today, wake.last_slot_on or today)
        waking.reslot_wake(wake, now=now)
    return True
