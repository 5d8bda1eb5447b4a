"""Switch a webhook off by ourselves, with a word to the people who can do something about it."""

from datetime import datetime

from django.db import transaction

from apps.cohorts.models import Event, Letter, Membership
from apps.cohorts.services import record
from apps.cohorts.services.writing import write_letter
from apps.webhooks.models import Webhook


def switch_off(*, webhook: Webhook, reason: str, now: datetime) -> None:
    """No more is sent there; the cohort's instructors get one mail. Twice is once."""
    with transaction.atomic():
        switched = Webhook.objects.enabled().filter(pk=webhook.pk)
        if not switched.update(disabled_at=now, disabled_for=reason):
            return
        cohort = webhook.cohort
        record(cohort=cohort, kind=Event.Kind.WEBHOOK_CHANGED, now=now, is_on=False, reason=reason)
        teaching = cohort.memberships.active().people().filter(role=Membership.Role.INSTRUCTOR)
        for each in teaching.select_related("user").order_by("pk"):
            write_letter(kind=Letter.Kind.WEBHOOK_OFF, cohort=cohort, user=each.user, now=now)
