"""`/healthz` and `/readyz` on real servers, each part broken in turn."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django.fixtures import Settings

from apps.core import health, parts, readiness
from apps.core.pulse import forget_pulse, last_pulse_at, record_pulse
from apps.core.readiness import NotReady, register_part

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
DEAD_REDIS = "redis://127.0.0.1:1/0"
TLS_HANDSHAKE = b"\x16"


def queue() -> Any:
    with current_app.connection_for_write() as link:
        channel: Any = link.default_channel
        return channel.client


@pytest.fixture
def empty_queue() -> Iterator[None]:
    queue().delete("default")
    forget_pulse()
    yield
    queue().delete("default")
    forget_pulse()


@pytest.fixture
def broker_away() -> Iterator[None]:
    real = current_app.connection_for_write
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current_app, "connection_for_write", lambda: real(DEAD_REDIS))
        yield


@pytest.fixture
def only_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts of core alone, whatever other apps have registered."""
    monkeypatch.setattr(readiness, "_checks", {})
    parts.register_parts()


@pytest.fixture(autouse=True)
def asked_anew() -> None:
    health.watch.forget()


def states(client: Client) -> tuple[int, dict[str, str]]:
    health.watch.forget()
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["parts"]


def test_a_running_process_says_that_it_is_up_without_asking_any_server(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "up"})


@pytest.mark.django_db
@pytest.mark.usefixtures("empty_queue", "only_core")
def test_the_site_is_ready_when_every_part_is_up(client: Client) -> None:
    record_pulse(now=datetime.now(UTC))

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "parts": dict.fromkeys(("database", "cache", "broker", "beat", "worker", "mail"), "up"),
    }
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.usefixtures("empty_queue", "only_core")
def test_a_missing_migration_is_named(client: Client) -> None:
    record_pulse(now=datetime.now(UTC))
    MigrationRecorder(connection).record_unapplied("core", "0001_initial")

    status, found = states(client)

    assert (status, found["database"]) == (503, "1 migrations are not applied")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("empty_queue", "only_core")
def test_a_database_that_is_away_is_named_and_found_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_pulse(now=datetime.now(UTC))
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    status, found = states(client)
    monkeypatch.undo()
    parts.register_parts()

    assert (status, found["database"]) == (503, "cannot be reached")
    assert found["cache"] == "up"
    assert states(client)[1]["database"] == "up"


@pytest.mark.django_db
@pytest.mark.usefixtures("empty_queue", "only_core")
def test_a_cache_that_is_away_is_named(client: Client, settings: Settings) -> None:
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": DEAD_REDIS}}

    status, found = states(client)

    assert (status, found["cache"]) == (503, "cannot be reached")


@pytest.mark.django_db
@pytest.mark.usefixtures("empty_queue", "only_core", "broker_away")
def test_a_broker_that_is_away_is_named(client: Client) -> None:
    record_pulse(now=datetime.now(UTC))

    status, found = states(client)

    assert (status, found["broker"]) == (503, "the broker cannot be reached")
    assert found["database"] == "up"


@pytest.mark.usefixtures("empty_queue")
def test_beat_is_down_when_the_pulse_is_old_and_none_is_asked_for() -> None:
    record_pulse(now=NOW - timedelta(seconds=61))

    with pytest.raises(NotReady, match="no pulse for 61 s and none is queued"):
        parts.check_beat(NOW)
    parts.check_worker(NOW)


@pytest.mark.usefixtures("empty_queue")
def test_the_worker_is_down_when_the_pulse_is_old_although_asked_for() -> None:
    record_pulse(now=NOW - timedelta(seconds=61))
    current_app.send_task("core.record_pulse")

    with pytest.raises(NotReady, match="no pulse for 61 s although messages wait"):
        parts.check_worker(NOW)
    parts.check_beat(NOW)


@pytest.mark.usefixtures("empty_queue")
def test_a_pulse_of_sixty_seconds_ago_is_young_enough() -> None:
    record_pulse(now=NOW - timedelta(seconds=60))

    parts.check_beat(NOW)
    parts.check_worker(NOW)


@pytest.mark.usefixtures("empty_queue")
def test_before_the_first_pulse_nothing_counts_as_running() -> None:
    with pytest.raises(NotReady, match="no pulse yet"):
        parts.check_beat(NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("empty_queue")
def test_a_real_worker_answers_the_pulse_that_beat_sends() -> None:
    current_app.send_task("core.record_pulse")

    with start_worker(current_app, pool="solo", perform_ping_check=False):
        end = time.monotonic() + 30
        while last_pulse_at() is None and time.monotonic() < end:
            time.sleep(0.05)

    at = last_pulse_at()
    assert at is not None
    assert datetime.now(UTC) - at < timedelta(seconds=30)


def test_an_smtp_server_that_is_away_is_named(settings: Settings) -> None:
    settings.EMAIL_BACKEND = parts.SMTP_BACKEND
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = unused.getsockname()[1]

        with pytest.raises(NotReady, match="the SMTP server cannot be reached"):
            parts.check_mail(NOW)


def test_an_smtp_server_that_answers_is_up(settings: Settings) -> None:
    settings.EMAIL_BACKEND = parts.SMTP_BACKEND
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
    server = Controller(Sink(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    try:
        parts.check_mail(NOW)
    finally:
        server.stop()


@pytest.mark.django_db
@pytest.mark.usefixtures("only_core")
def test_a_check_that_breaks_counts_as_down_and_hides_its_reason(client: Client) -> None:
    def broken(now: datetime) -> None:
        raise ZeroDivisionError("a secret")

    register_part("oddity", broken)

    status, found = states(client)

    assert (status, found["oddity"]) == (503, "its check failed")


def test_many_who_ask_within_two_seconds_cost_one_look(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[datetime] = []
    monkeypatch.setattr(readiness, "_checks", {"a part": looks.append})

    assert [client.get("/readyz").status_code for _ in range(5)] == [200] * 5
    assert len(looks) == 1

    health.watch.forget()
    client.get("/readyz")
    assert len(looks) == 2


def test_that_a_part_is_down_is_not_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_down(now: datetime) -> None:
        raise NotReady("not yet")

    monkeypatch.setattr(readiness, "_checks", {"a part": is_down})
    assert client.get("/readyz").status_code == 503

    monkeypatch.setattr(readiness, "_checks", {"a part": lambda now: None})
    assert client.get("/readyz").status_code == 200


def test_a_part_that_hangs_makes_no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []
    began, may_end = Event(), Event()

    def hangs(now: datetime) -> None:
        asked.append(now)
        began.set()
        assert may_end.wait(10)
        raise NotReady("it hangs")

    monkeypatch.setattr(readiness, "_checks", {"a part": hangs})
    watch = readiness.Watch(seconds=2)
    with ThreadPoolExecutor(6) as people:
        first = people.submit(watch.look, now=NOW)
        assert began.wait(10)
        others = [people.submit(watch.look, now=NOW) for _ in range(5)]
        # Time to come and wait; one that came too late would ask once more.
        time.sleep(0.1)
        may_end.set()
        said = [each.result(10).parts for each in (first, *others)]

    assert said == [{"a part": "it hangs"}] * 6
    assert len(asked) == 2


def test_a_mail_server_that_wants_tls_first_is_spoken_to_in_tls(settings: Settings) -> None:
    settings.EMAIL_BACKEND = parts.SMTP_BACKEND
    settings.EMAIL_USE_SSL = True
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as other:
        settings.EMAIL_PORT = server.getsockname()[1]
        heard = other.submit(_first_byte, server)

        with pytest.raises(NotReady, match="cannot be reached"):
            parts.check_mail(NOW)

    assert heard.result(10) == TLS_HANDSHAKE


def _first_byte(server: socket.socket) -> bytes:
    caller, _ = server.accept()
    with caller:
        caller.settimeout(10)
        return caller.recv(1)
