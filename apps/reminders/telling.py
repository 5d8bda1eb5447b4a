"""What webhooks are told of passes and rewatches.

A completed pass and a kept rewatch are written in their own transaction. That a rewatch is due has none: the day
comes by itself. So a tick looks for rewatches whose day has begun where their learner is, and the key of the
message, which names the rewatch and its day, lets each be told once.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat

from apps.cohorts.models import Membership
from apps.progress.models import Viewing
from apps.reminders.models import Rewatch
from apps.reminders.slots import local_date
from apps.webhooks.models import Kind, Message, Webhook
from apps.webhooks.outbox import about, is_told, moment_text, tell, write

# What was not told by then, after a standstill of the workers, is told by the lists of REST.
LATE = timedelta(days=14)


def tell_of_pass(
    viewing: Viewing, *, membership: Membership, rewatch: Rewatch | None, now: datetime
) -> None:
    """Of a pass that was completed just now, and of the rewatch that it kept."""
    if not is_told(cohort_id=membership.cohort_id):
        return
    tell(
        membership=membership,
        kind=Kind.VIEWING_COMPLETED,
        key=f"{Kind.VIEWING_COMPLETED}:{viewing.pk}",
        now=now,
        video=viewing.video.slug,
        viewing={
            "id": str(viewing.pk),
            "number": viewing.number,
            "opened_at": moment_text(viewing.opened_at),
            "completed_at": moment_text(now),
            "evidence": viewing.evidence,
            "active_seconds": viewing.active_seconds,
        },
    )
    if rewatch is not None and rewatch.kept_at == now:
        tell(
            membership=membership,
            kind=Kind.REWATCH_KEPT,
            key=f"{Kind.REWATCH_KEPT}:{rewatch.pk}",
            now=now,
            video=viewing.video.slug,
            rewatch=_rewatch_json(rewatch),
        )


def tell_of_due(*, now: datetime) -> int:
    """Tell of rewatches whose day has begun since their webhook was made; how many messages. Two statements while
    nobody wants to know."""
    told = 0
    hooks = Webhook.objects.enabled().filter(kinds__contains=[Kind.REWATCH_DUE])
    by_cohort: dict[int, list[Webhook]] = defaultdict(list)
    for hook in hooks.order_by("pk"):
        by_cohort[hook.cohort_id].append(hook)
    for cohort_id, asked in by_cohort.items():
        for hook in asked:
            told += sum(_tell_due(hook, rewatch, now) for rewatch in _untold(hook, cohort_id, now))
    return told


def _untold(hook: Webhook, cohort_id: int, now: datetime) -> list[Rewatch]:
    key = Concat(
        Value(f"{Kind.REWATCH_DUE}:"),
        Cast(OuterRef("pk"), TextField()),
        Value(":"),
        Cast(OuterRef("due_on"), TextField()),
        output_field=TextField(),
    )
    told = Message.objects.filter(webhook=hook, key=key)
    # A day begins at most 14 hours before it does in UTC, and at most 12 hours after.
    rows = Rewatch.objects.open().filter(
        ~Exists(told),
        membership__cohort=cohort_id,
        membership__ended_at__isnull=True,
        due_on__lte=(now + timedelta(hours=14)).date(),
        due_on__gte=max(now - LATE, hook.made_at - timedelta(days=1)).date(),
    )
    rows = rows.select_related("membership__cohort", "membership__user", "video").order_by("pk")
    return [each for each in rows if _has_begun(each, since=hook.made_at, now=now)]


def _has_begun(rewatch: Rewatch, *, since: datetime, now: datetime) -> bool:
    zone = rewatch.membership.user.zone
    return local_date(since, zone) < rewatch.due_on <= local_date(now, zone)


def _tell_due(hook: Webhook, rewatch: Rewatch, now: datetime) -> int:
    return write(
        hooks=[hook],
        kind=Kind.REWATCH_DUE,
        key=f"{Kind.REWATCH_DUE}:{rewatch.pk}:{rewatch.due_on}",
        now=now,
        data=about(rewatch.membership)
        | {"video": rewatch.video.slug, "rewatch": _rewatch_json(rewatch)},
    )


def _rewatch_json(rewatch: Rewatch) -> dict[str, object]:
    return {
        "id": str(rewatch.pk),
        "due_on": rewatch.due_on.isoformat(),
        "first_due_on": rewatch.first_due_on.isoformat(),
        "kept_at": rewatch.kept_at and moment_text(rewatch.kept_at),
    }
