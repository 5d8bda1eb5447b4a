"""What an operator watches of webhooks."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from apps.webhooks.models import Message, Webhook


@dataclass(frozen=True, slots=True)
class Figures:
    waiting: int
    oldest_due_seconds: float
    failing: int
    switched_off: int


def figures(*, now: datetime) -> Figures:
    """Counts of what waits at webhooks that are on, and of webhooks that fail or were switched off by us."""
    waiting = Message.objects.filter(
        state=Message.State.WAITING, webhook__disabled_at__isnull=True
    ).aggregate(count=Count("pk"), oldest=Min("next_at", filter=Q(tries=0, next_at__lte=now)))
    by_us = [Webhook.Reason.FAILING, Webhook.Reason.GONE]
    hooks = Webhook.objects.aggregate(
        failing=Count("pk", filter=Q(failing_since__isnull=False, disabled_at__isnull=True)),
        switched_off=Count("pk", filter=Q(disabled_for__in=by_us)),
    )
    oldest = waiting["oldest"]
    return Figures(
        waiting=waiting["count"],
        oldest_due_seconds=(now - oldest).total_seconds() if oldest else 0.0,
        failing=hooks["failing"],
        switched_off=hooks["switched_off"],
    )
