"""Write down what is to be told, in the transaction of what it tells of: neither is without the other."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from apps.cohorts.models import Membership
from apps.webhooks.models import Message, Webhook


def tell(*, membership: Membership, kind: str, key: str, now: datetime, **more: Any) -> int:
    """Tell the enabled webhooks of the membership's cohort; to how many. One statement where there is none.

    `key` names the event: it is told once, however often this is called. `more` is what the payload says
    beside cohort, membership and person. Cohort and user should be loaded with the membership.
    """
    hooks = list(_hooks(membership.cohort_id, kind))
    if not hooks:
        return 0
    return write(hooks=hooks, kind=kind, key=key, now=now, data=about(membership) | more)


def is_told(*, cohort_id: int, kind: str = "") -> bool:
    """Whether anybody wants to know; without a kind: anything at all."""
    return _hooks(cohort_id, kind).exists()


def _hooks(cohort_id: int, kind: str) -> QuerySet[Webhook]:
    hooks = Webhook.objects.enabled().filter(cohort=cohort_id)
    return hooks.filter(kinds__contains=[kind]) if kind else hooks


def write(
    *, hooks: Iterable[Webhook], kind: str, key: str, now: datetime, data: Mapping[str, Any]
) -> int:
    """The same for these webhooks, whatever they want to be told of."""
    body = json.dumps(
        {"type": kind, "timestamp": moment_text(now), "data": _fit(data)}, ensure_ascii=False
    )
    made = Message.objects.bulk_create(
        [
            Message(webhook=hook, kind=kind, key=key, body=body, made_at=now, next_at=now)
            for hook in hooks
        ],
        ignore_conflicts=True,
    )
    return len(made)


def about(membership: Membership) -> dict[str, Any]:
    """Whom it is about, as every payload says it."""
    user = membership.user
    return {
        "cohort": membership.cohort.slug,
        "membership": str(membership.pk),
        "role": str(membership.role),
        "person": {"id": str(user.pk), "name": user.display_name},
    }


def _fit(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: moment_text(value) if isinstance(value, datetime) else value
        for name, value in data.items()
    }


def moment_text(moment: datetime) -> str:
    """In UTC, as everywhere in REST."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
