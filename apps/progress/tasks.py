"""Celery's door to watching. A task only says "go and look": losing, repeating or reordering one costs time."""

from celery import shared_task
from django.utils import timezone

from apps.progress.services import recount_changed

BUDGET_SECONDS = 20.0


@shared_task(name="progress.recount_changed", soft_time_limit=60, time_limit=90)
def recount_changed_now() -> None:
    recount_changed(now=timezone.now(), seconds=BUDGET_SECONDS)
