"""Rewatches, wishes and sent reminders as JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.reminders.api.serializers import WEEKDAYS
from apps.reminders.models import Channel, Delivery, Rewatch, Wake
from apps.reminders.previews import Preview
from apps.reminders.selectors import rewatch_state


def rewatch_json(rewatch: Rewatch, *, today: date) -> dict[str, Any]:
    """The document of `RewatchAnswer`; cohort and video are loaded with the rewatch."""
    return {
        "id": str(rewatch.pk),
        "cohort": rewatch.membership.cohort.slug,
        "video": rewatch.video.slug,
        "state": rewatch_state(rewatch, today),
        "is_owed": rewatch.is_owed,
        "due_on": rewatch.due_on,
        "first_due_on": rewatch.first_due_on,
        "snoozes": rewatch.snoozes,
        "reminders_sent": rewatch.reminders_sent,
        "recall_answer": rewatch.recall_answer or None,
        "first_pass_at": rewatch.anchor_at,
        "kept_at": rewatch.kept_at,
    }


def settings_json(wake: Wake, *, user: User, preview: Preview) -> dict[str, Any]:
    """The document of `ReminderSettingsAnswer`."""
    is_mail_on = Channel.EMAIL.value in wake.channels and wake.unsubscribed_at is None
    return {
        "hour": wake.hour,
        "quiet_weekdays": [
            name for weekday, name in enumerate(WEEKDAYS) if wake.quiet_days >> weekday & 1
        ],
        "channels": {"email": is_mail_on, "inbox": Channel.INBOX.value in wake.channels},
        "paused": wake.paused,
        "paused_until": wake.paused_until,
        "time_zone": user.time_zone,
        "rewatches_a_message": wake.rewatches_a_message,
        "messages_a_week": wake.messages_a_week,
        "next_message_on": preview.next.slot.on if preview.next else None,
    }


def reminder_json(delivery: Delivery, *, rewatches: Mapping[int, Rewatch]) -> dict[str, Any]:
    """The document of `ReminderAnswer`."""
    return {
        "id": str(delivery.pk),
        "channel": delivery.channel,
        "day": delivery.slot_on,
        "sent_at": delivery.settled_at,
        "subject": delivery.subject,
        "rewatches": [
            {
                "id": str(rewatch_id),
                "cohort": rewatches[rewatch_id].membership.cohort.slug,
                "video": rewatches[rewatch_id].video.slug,
            }
            for rewatch_id in delivery.rewatches
            if rewatch_id in rewatches
        ],
    }
