"""Questions about webhooks, for the instructors of their cohort."""

import uuid

from django.db.models import Prefetch, QuerySet

from apps.cohorts.models import Cohort
from apps.core.errors import NotFound
from apps.webhooks.models import Attempt, Message, Webhook


def webhooks_of(*, cohort: Cohort) -> QuerySet[Webhook]:
    """The cohort's webhooks, newest first."""
    return (
        Webhook.objects.filter(cohort=cohort).select_related("cohort").order_by("-made_at", "-id")
    )


def webhook_of(*, cohort: Cohort, webhook_id: str | uuid.UUID) -> Webhook:
    """One of the cohort's webhooks by its public id; NotFound."""
    try:
        public_id = uuid.UUID(str(webhook_id))
    except ValueError:
        raise NotFound from None
    found = webhooks_of(cohort=cohort).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def messages_of(*, webhook: Webhook) -> QuerySet[Message]:
    """The webhook's log, newest first, each message with its tries."""
    tries = Prefetch("attempts", queryset=Attempt.objects.order_by("-at", "-id"))
    return webhook.messages.prefetch_related(tries).order_by("-made_at", "-id")


def message_of(*, webhook: Webhook, message_id: int) -> Message:
    """One message of the webhook's log; NotFound."""
    found = webhook.messages.filter(pk=message_id).first() if message_id < 2**63 else None
    if found is None:
        raise NotFound
    found.webhook = webhook
    return found
