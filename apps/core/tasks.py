"""Core's door for Celery."""

from celery import shared_task
from django.utils import timezone

from apps.core.idempotency import forget_expired_keys
from apps.core.pulse import record_pulse


@shared_task(name="core.record_pulse")
def record_pulse_now() -> None:
    """Answer beat's question whether a worker is there."""
    record_pulse(now=timezone.now())


@shared_task(name="core.forget_idempotency_keys")
def forget_idempotency_keys() -> None:
    """Drop answers that nobody may ask for again."""
    forget_expired_keys(now=timezone.now())
