"""Taking a message back that never left."""

from datetime import datetime

from apps.reminders import slots, spacing, waking
from apps.reminders.models import Channel, Delivery, OutboxMessage, Rewatch, Wake


def _give_back(message: OutboxMessage, wake: Wake, stands: list[int], now: datetime) -> None:
    """Undo the step of rewatches whose message never left: they come in the next one.

    One that was snoozed since has its own day already.
    """
    was_told_in_app = Delivery.objects.filter(
        user_id=message.user_id, channel=Channel.INBOX, slot_on=message.slot_on
    ).exists()
    rewatches = Rewatch.objects.select_for_update().filter(
        pk__in=stands, due_on__lte=message.slot_on, rung__gt=0
    )
    for rewatch in rewatches.order_by("id"):
        rewatch.rung -= 1
        rewatch.remind_on = spacing.tomorrow(message.slot_on)
        if not was_told_in_app:
            rewatch.reminders_sent = max(0, rewatch.reminders_sent - 1)
        rewatch.save(update_fields=["rung", "remind_on", "reminders_sent"])
    if wake.week_on == slots.monday_of(message.slot_on):
        wake.week_used = max(0, wake.week_used - 1)
    waking.reslot_wake(wake, now=now)
