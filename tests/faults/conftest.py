"""A crowd of learners with a rewatch due, a mail server that keeps a list, and processes killed at a step."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, datetime

import pytest
from django.db import connections
from pytest_django import Settings

from apps.cohorts.models import Cohort
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.reminders import steps
from apps.reminders.models import Delivery, OutboxMessage, Rewatch
from apps.reminders.steps import Step
from apps.reminders.tests.conftest import *  # noqa: F403 - pytest finds fixtures by their names here
from apps.reminders.tests.conftest import Finish, MailServer
from apps.reminders.transports.policies import EvidenceTransport

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# `make faults` asks for more.
REPEATS = int(os.environ.get("FAULTS_REPEATS") or 2)


class Remembers:
    """Evidence out of the list of the test's own mail server."""

    server: MailServer

    def seen(self, message_ids: Collection[str], *, since: datetime) -> dict[str, bool | None]:
        known = Counter(mail["Message-ID"] for mail in self.server.received)
        return {each: each in known for each in message_ids}


class Known(EvidenceTransport):
    # So that the crowd of six needs two fences.
    fenced_together = 4

    def __init__(self) -> None:
        super().__init__(Remembers())


@pytest.fixture
def ledger(mail_server: MailServer, settings: Settings) -> MailServer:
    """The mail server, and a transport that asks it what it took."""
    Remembers.server = mail_server
    settings.REMINDER_TRANSPORT = f"{Known.__module__}.{Known.__qualname__}"
    return mail_server


@pytest.fixture
def crowd(cohort: Cohort, join: Join, video: Video, finish: Finish) -> list[Rewatch]:
    """Six learners, each with one rewatch due on Friday."""
    return [finish(join(make_user(f"Learner {n}"), cohort), video) for n in range(6)]


def die_at(step: Step, work: Callable[[], object], *, time_of: int = 1) -> bool:
    """Fork a process that does the work, and is killed outright when it reaches the step for that time.

    False when it never got there.
    """
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        left = time_of

        def kill(at: Step) -> None:
            nonlocal left
            left -= at is step
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        steps.watch(kill)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def let_time_pass() -> None:
    """Leases, fences and graces of the dead are over."""
    OutboxMessage.objects.filter(lease_until__isnull=False).update(lease_until=LONG_AGO)
    OutboxMessage.objects.filter(fenced_at__isnull=False).update(fenced_at=LONG_AGO)


def wait_until_quiet(server: MailServer) -> None:
    """What a dead sender had said already has arrived by now."""
    count, since = len(server.received), time.monotonic()
    while time.monotonic() - since < 0.15:
        time.sleep(0.01)
        if len(server.received) != count:
            count, since = len(server.received), time.monotonic()


def arrived(server: MailServer) -> Counter[str]:
    """How often each learner's mail came."""
    return Counter(str(mail["To"]) for mail in server.received)


def mails_logged() -> Counter[str]:
    return Counter(Delivery.objects.filter(channel="email").values_list("outcome", flat=True))
