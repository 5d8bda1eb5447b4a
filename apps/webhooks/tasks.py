"""Celery's door to webhooks. A task only says "go and look"."""

import logging

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from apps.webhooks.delivery import deliver_messages, forget_messages

# A tick works 20 seconds, and the tries under way may last 10 more.
SOFT_LIMIT, LIMIT = 60, 90
RUNNING = "webhooks-deliver"

logger = logging.getLogger(__name__)


@shared_task(name="webhooks.deliver_messages", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def deliver_messages_now() -> None:
    """One tick at a time: servers that never answer hold one process of the workers, not all of them.

    A tick that dies is in nobody's way once its time limit is over. Without a cache ticks may overlap.
    """
    try:
        is_first = cache.add(RUNNING, True, timeout=LIMIT)
    except (RedisError, OSError) as error:
        logger.warning("ticks of webhooks may overlap: %s", error)
        deliver_messages()
        return
    if is_first:
        try:
            deliver_messages()
        finally:
            cache.delete(RUNNING)


@shared_task(name="webhooks.forget_messages", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def forget_messages_now() -> None:
    forget_messages(now=timezone.now())
