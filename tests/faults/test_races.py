"""A second pass, a pause and an unsubscription against the fence: whichever commits first is obeyed."""

import random
import threading
import time
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connections

from apps.progress.models import Viewing
from apps.reminders import services, steps
from apps.reminders.models import Delivery, OutboxMessage, Rewatch, Wake
from apps.reminders.steps import Step
from apps.reminders.tests.conftest import MailServer, second_pass
from tests.faults.conftest import REPEATS

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8 * REPEATS
Act = Callable[[Rewatch, datetime], None]


def keep(rewatch: Rewatch, now: datetime) -> None:
    viewing = Viewing.objects.get(membership=rewatch.membership, video=rewatch.video, number=2)
    services.finish_pass(viewing=viewing, now=now, self_reported=True)


def pause(rewatch: Rewatch, now: datetime) -> None:
    services.pause_reminders(user=rewatch.membership.user, until=date(2026, 12, 1), now=now)


def unsubscribe(rewatch: Rewatch, now: datetime) -> None:
    services.unsubscribe(user=rewatch.membership.user, now=now)


class Rival(threading.Thread):
    """Does something in a connection of its own, and remembers when its commit was through."""

    def __init__(self, act: Act, rewatch: Rewatch, now: datetime, *, after: float = 0.0) -> None:
        super().__init__()
        self.work: Callable[[], None] = lambda: act(rewatch, now)
        self.after = after
        self.done_at = float("inf")

    def run(self) -> None:
        time.sleep(self.after)
        self.work()
        self.done_at = time.monotonic()
        connections.close_all()


@pytest.mark.parametrize("act", [keep, pause, unsubscribe])
def test_what_comes_after_the_gate_was_locked_waits_for_the_fence(
    rewatch: Rewatch, mail_server: MailServer, evening: datetime, act: Act
) -> None:
    second_pass(rewatch.membership, rewatch.video, evening)
    services.plan_rewatches(now=evening)
    rival = Rival(act, rewatch, evening)
    waited = []

    def watcher(at: Step) -> None:
        if at is Step.FENCE_LOCKED:
            rival.start()
            rival.join(0.3)
            waited.append(rival.is_alive())

    steps.watch(watcher)
    try:
        services.deliver_messages(now=evening)
    finally:
        steps.watch(None)
    rival.join(10)

    assert waited == [True]
    assert len(mail_server.received) == 1


@pytest.mark.parametrize("act", [keep, pause, unsubscribe])
def test_nothing_is_fenced_after_it_was_said_no(
    rewatch: Rewatch, mail_server: MailServer, evening: datetime, act: Act
) -> None:
    chance = random.Random(4)  # noqa: S311 - chance, not secrecy
    second_pass(rewatch.membership, rewatch.video, evening)
    services.plan_rewatches(now=evening)
    planned = OutboxMessage.objects.get()
    before = (Wake.objects.get(), Rewatch.objects.get())
    viewing = Viewing.objects.get(number=2)
    for _ in range(ROUNDS):
        Delivery.objects.all().delete()
        planned.save(force_insert=not OutboxMessage.objects.exists())
        for row in (*before, viewing):
            row.save()
        mail_server.received.clear()
        locked_at: list[float] = []

        def watcher(at: Step, seen: list[float] = locked_at) -> None:
            if at is Step.DATA:
                seen.append(time.monotonic())

        rival = Rival(act, rewatch, evening, after=chance.uniform(0, 0.03))
        steps.watch(watcher)
        try:
            rival.start()
            services.deliver_messages(now=evening)
        finally:
            steps.watch(None)
        rival.join(10)

        if mail_server.received:
            assert rival.done_at > locked_at[-1]
