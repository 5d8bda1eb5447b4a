"""Celery's door to the engine. A task only says "go and look": losing, repeating or reordering one costs time."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from apps.reminders.services import (
    deliver_messages,
    follow_bonus_rule,
    plan_digests,
    plan_rewatches,
    repair_rewatches,
)
from apps.reminders.services.heartbeats import BEAT, SENDER, record_heartbeat
from apps.reminders.telling import tell_of_due

REPAIR_WINDOW = timedelta(days=1)
# A tick has a budget of seconds; whatever lasts a minute hangs.
SOFT_LIMIT, LIMIT = 60, 90
# A batch of mails to a slow server stops by itself after a minute and the mail under way; one that
# was cut off in the middle of a mail would send it twice.
SENDER_SOFT_LIMIT, SENDER_LIMIT = 240, 270


@shared_task(name="reminders.plan_rewatches", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def plan_rewatches_now() -> None:
    now = timezone.now()
    plan_rewatches(now=now)
    record_heartbeat(name=BEAT, now=now)


@shared_task(
    name="reminders.deliver_messages", soft_time_limit=SENDER_SOFT_LIMIT, time_limit=SENDER_LIMIT
)
def deliver_messages_now() -> None:
    now = timezone.now()
    deliver_messages(now=now)
    record_heartbeat(name=SENDER, now=now)


@shared_task(name="reminders.repair_rewatches", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def repair_rewatches_now() -> None:
    repair_rewatches(now=timezone.now(), since=REPAIR_WINDOW)


@shared_task(name="reminders.plan_digests", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def plan_digests_now() -> None:
    """The weekly mails to instructors."""
    plan_digests(now=timezone.now())


@shared_task(name="reminders.tell_of_due_rewatches", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def tell_of_due_rewatches_now() -> None:
    tell_of_due(now=timezone.now())


@shared_task(name="reminders.follow_bonus_rules", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def follow_bonus_rules_now() -> None:
    """What a change of a large cohort's rule has left to do."""
    follow_bonus_rule(now=timezone.now(), seconds=SOFT_LIMIT / 2)
