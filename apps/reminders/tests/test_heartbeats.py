"""Both heartbeats for real: a Celery worker on the broker, and `reminders_loop` as a process of its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import connection

from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.progress.models import Viewing
from apps.reminders import services
from apps.reminders.management.commands import reminders_loop
from apps.reminders.models import Delivery, Heartbeat, OutboxMessage, Rewatch, Wake
from apps.reminders.tests.conftest import MailServer

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 30.0


def until(is_so: Callable[[], bool]) -> bool:
    """Wait for another process, up to half a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.1)
    return is_so()


@pytest.fixture
def due_now(cohort: Cohort, join: Join, video: Video) -> Membership:
    """A learner whose moment is this very one: it is noon where they are."""
    now = datetime.now(UTC)
    # POSIX spells these zones the other way round: Etc/GMT-3 is three hours east.
    person = make_user("Noon Learner", time_zone=f"Etc/GMT{now.hour - 12:+d}")
    membership = join(person, cohort)
    began = now - timedelta(days=10)
    viewing = Viewing.objects.create(membership=membership, video=video, number=1, opened_at=began)
    services.finish_pass(viewing=viewing, now=began, self_reported=True)
    Wake.objects.update(next_at=now, slot_on=now.astimezone(person.zone).date())
    return membership


@pytest.mark.django_db
def test_every_tick_of_beat_names_a_task_and_expires_before_the_next() -> None:
    current_app.loader.import_default_modules()
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in current_app.tasks, name
        if name.startswith("reminders."):
            assert entry["options"]["expires"] < entry["schedule"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_plans_and_sends_what_beat_asks_for(
    due_now: Membership, mail_server: MailServer
) -> None:
    current_app.loader.import_default_modules()
    with start_worker(
        current_app,
        pool="solo",
        perform_ping_check=False,
        queues=["reminders", "deliver"],
    ):
        current_app.send_task("reminders.plan_rewatches", queue="reminders")
        assert until(lambda: OutboxMessage.objects.exists())
        current_app.send_task("reminders.deliver_messages", queue="deliver")
        assert until(lambda: Heartbeat.objects.filter(name="sender").exists())
        current_app.send_task("reminders.repair_rewatches", queue="reminders")

    assert len(mail_server.received) == 1
    assert mail_server.received[0]["To"] == due_now.user.email
    assert Heartbeat.objects.filter(name="beat").exists()


@pytest.mark.django_db(transaction=True)
def test_the_second_heartbeat_plans_sends_and_ends_when_asked(
    due_now: Membership, mail_server: MailServer
) -> None:
    """Without broker and beat: the port given for the broker is nobody's."""
    database = connection.settings_dict
    url = f"postgres://{database['USER']}:{database['PASSWORD']}@{{}}/{database['NAME']}"
    host, port = database["HOST"], database["PORT"]
    place = f":{port or 5432}/{host}" if host.startswith("/") else f"{host}:{port or 5432}"
    loop = subprocess.Popen(
        [sys.executable, "manage.py", "reminders_loop", "--every", "0.2"],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DATABASE_URL": url.format(place),
            "BROKER_URL": "redis://127.0.0.1:9/0",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mail_server.port),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert until(lambda: Delivery.objects.filter(channel="email").exists())
        assert until(lambda: Heartbeat.objects.filter(name="loop").exists())
    finally:
        loop.send_signal(signal.SIGTERM)
        out, _err = loop.communicate(timeout=PATIENCE_SECONDS)

    assert loop.returncode == 0
    assert out.splitlines()[-1] == "second heartbeat: stopped"
    assert len(mail_server.received) == 1
    assert Rewatch.objects.get().rung == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_hangs_does_not_stop_the_planning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release, runs = threading.Event(), []

    def hang(*, now: datetime) -> None:
        runs.append(now)
        release.wait(PATIENCE_SECONDS)

    monkeypatch.setattr(reminders_loop, "deliver_messages", hang)
    mails = reminders_loop.MailRun()
    try:
        assert mails.begin()
        assert not mails.begin()
        assert reminders_loop._tick(repair=False)
        assert Heartbeat.objects.filter(name="loop").exists()
    finally:
        release.set()
    mails.wait(PATIENCE_SECONDS)

    assert mails.begin()
    mails.wait(PATIENCE_SECONDS)
    assert len(runs) == 2
