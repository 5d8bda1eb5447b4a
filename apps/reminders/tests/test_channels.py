"""Each channel is one class that says what a crash may cost, and keeps to it."""

from datetime import datetime

from django.db import transaction

from apps.cohorts.models import Membership
from apps.reminders import services, waking
from apps.reminders.channels import CHANNELS, CrashPolicy
from apps.reminders.models import Channel, Delivery, OutboxMessage, Rewatch
from apps.reminders.tests.conftest import wake_of


def test_every_channel_has_its_class_and_its_crash_policy() -> None:
    assert {name: channel.on_crash for name, channel in CHANNELS.items()} == {
        Channel.EMAIL: CrashPolicy.FENCED,
        Channel.INBOX: CrashPolicy.EXACT,
    }


def test_a_crash_of_the_planner_leaves_nothing_on_any_channel(
    rewatch: Rewatch, evening: datetime
) -> None:
    with transaction.atomic():
        services.plan_rewatches(now=evening)
        written = (Delivery.objects.count(), OutboxMessage.objects.count())
        transaction.set_rollback(True)

    assert written == (1, 1)
    assert (Delivery.objects.count(), OutboxMessage.objects.count()) == (0, 0)
    services.plan_rewatches(now=evening)
    services.plan_rewatches(now=evening)
    assert (Delivery.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_unsubscribing_and_a_bounce_silence_the_mail_and_nothing_else(
    rewatch: Rewatch, membership: Membership, evening: datetime
) -> None:
    wake = wake_of(membership)
    bounced = waking.channels_of(wake, is_suppressed=True)
    wake.unsubscribed_at = evening

    assert bounced == waking.channels_of(wake, is_suppressed=False) == [Channel.INBOX]
