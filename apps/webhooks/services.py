"""Make, switch and delete webhooks; try them, and send again what did not arrive."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cohorts.errors import CohortArchived
from apps.cohorts.models import Cohort, Event
from apps.cohorts.services import record
from apps.cohorts.services.making import locked_cohort
from apps.core.errors import DomainError, InvalidValue
from apps.webhooks.addresses import allowed_networks, checked_url
from apps.webhooks.models import TEST, Kind, Message, Webhook
from apps.webhooks.outbox import write

MOST_WEBHOOKS = 10


class TooManyWebhooks(DomainError):
    code = "too_many_webhooks"
    title = _("This cohort has too many webhooks; delete some first")


class WebhookIsOff(DomainError):
    code = "webhook_off"
    title = _("This webhook is switched off; switch it on first")


def make_webhook(
    *, cohort: Cohort, url: str, kinds: Sequence[str], by: User, now: datetime
) -> Webhook:
    """A webhook with a new secret. Raises CohortArchived, InvalidValue, TooManyWebhooks."""
    url = checked_url(
        url,
        may_be_plain=settings.WEBHOOKS_ALLOW_HTTP,
        allowed=allowed_networks(settings.WEBHOOKS_ALLOWED_NETWORKS),
    )
    if not kinds or not set(kinds) <= set(Kind.values):
        raise InvalidValue(_("Choose at least one of the events there are."), field="events")
    with transaction.atomic():
        cohort = locked_cohort(cohort.pk)
        if cohort.archived_at is not None:
            raise CohortArchived(_("This cohort is archived; nothing in it changes any more."))
        if cohort.webhooks.count() >= MOST_WEBHOOKS:
            raise TooManyWebhooks
        webhook = Webhook.objects.create(
            cohort=cohort,
            url=url,
            kinds=[kind for kind in Kind.values if kind in kinds],
            made_at=now,
            made_by=by,
        )
        record(cohort=cohort, kind=Event.Kind.WEBHOOK_MADE, actor=by, now=now, kinds=webhook.kinds)
    return webhook


def delete_webhook(*, webhook: Webhook, by: User, now: datetime) -> None:
    """Nothing more is sent there, and what was sent is forgotten."""
    with transaction.atomic():
        webhook.delete()
        record(cohort=webhook.cohort, kind=Event.Kind.WEBHOOK_ENDED, actor=by, now=now)


def switch_webhook(*, webhook: Webhook, is_on: bool, by: User, now: datetime) -> None:
    """On: what still waits is sent, and the days of failing are forgotten. Off: nothing is told meanwhile."""
    with transaction.atomic():
        locked = Webhook.objects.select_for_update().get(pk=webhook.pk)
        if is_on == (locked.disabled_at is None):
            return
        locked.disabled_at = None if is_on else now
        locked.disabled_for = "" if is_on else Webhook.Reason.BY_HAND
        locked.failing_since = None
        locked.save(update_fields=["disabled_at", "disabled_for", "failing_since"])
        record(
            cohort=webhook.cohort, kind=Event.Kind.WEBHOOK_CHANGED, actor=by, now=now, is_on=is_on
        )


def send_test(*, webhook: Webhook, now: datetime) -> None:
    """A message that tells of nothing, sent within seconds. Raises WebhookIsOff."""
    if webhook.disabled_at is not None:
        raise WebhookIsOff
    write(
        hooks=[webhook],
        kind=TEST,
        key=f"test:{uuid.uuid4().hex}",
        now=now,
        data={"cohort": webhook.cohort.slug},
    )


def send_again(*, message: Message, now: datetime) -> None:
    """The same bytes under the same id, whatever came of it before. Raises WebhookIsOff."""
    if message.webhook.disabled_at is not None:
        raise WebhookIsOff
    Message.objects.filter(pk=message.pk).update(
        state=Message.State.WAITING, tries=0, next_at=now, is_again=True
    )
