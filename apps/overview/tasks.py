"""Celery's door to what spans apps. A task only says "go and look": losing or repeating one costs time."""

from math import ceil

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.cohorts.services import post_letters
from apps.overview.services import fill_all_places
from apps.overview.token_ends import warn_of_token_ends
from apps.reminders.guard import standing
from apps.reminders.waking import suppressed_among

# Beat asks four times a minute; a quarter of the minute's letters each time.
TICKS_A_MINUTE = 4
SOFT_LIMIT, LIMIT = 240, 270


@shared_task(name="overview.post_letters", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def post_letters_now() -> None:
    """Nothing from a copy of the site, nor while an operator has closed sending."""
    if standing().delivery_closed:
        return
    rate = settings.LETTERS_PER_MINUTE
    post_letters(
        now=timezone.now(),
        rate=rate,
        most=ceil(rate / TICKS_A_MINUTE),
        refused=suppressed_among,
    )


@shared_task(name="overview.warn_of_token_ends", soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def warn_of_token_ends_now() -> None:
    if not standing().delivery_closed:
        warn_of_token_ends(now=timezone.now())


@shared_task(name="overview.fill_places", soft_time_limit=60, time_limit=90)
def fill_places_now() -> None:
    fill_all_places(now=timezone.now())
