"""Celery's door to webhooks. A task only says "go and look"."""

from celery import shared_task
from django.utils import timezone

from apps.webhooks.delivery import deliver_messages, forget_messages

# A tick works 20 seconds, and the tries under way may last 10 more.
SOFT_LIMIT, LIMIT = 60, 90


@shared_task(name="webhooks.deliver_messages", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def deliver_messages_now() -> None:
    deliver_messages()


@shared_task(name="webhooks.forget_messages", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def forget_messages_now() -> None:
    forget_messages(now=timezone.now())
