"""`docker-compose.yml`, read and run without containers.

Each of our services is started with its own command and environment against the embedded servers,
and its own health check must pass. What needs Docker itself (images, networks) is not proved here.
"""

import os
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from django.conf import settings

from local.place import ROOT

pytestmark = pytest.mark.whole_stack
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
LONG_RUNNING = [name for name in OURS if name != "prepare"]
DATABASE = "compose"
# Numbers that no xdist worker uses.
BROKER, CACHE = 60, 61
FILLED_IN = {
    "POSTGRES_PASSWORD": "secret",
    "SECRET_KEY": "kT9mXw2qZ" * 6,
    "REMINDER_KEYS": "vB4" * 12,
    "SITE_URL": "https://learn.example.org",
    "ALLOWED_HOSTS": "learn.example.org",
    "EMAIL_HOST": "mail",
    "DEFAULT_FROM_EMAIL": "Second Pass <hello@learn.example.org>",
}


def interpolate(text: str) -> str:
    """`${NAME:-default}` and `${NAME:?error}` as compose reads them; `$$` is one dollar."""
    pattern = r"\$\{(\w+)(?::([-?])([^}]*))?\}"

    def value(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        if FILLED_IN.get(name):
            return FILLED_IN[name]
        assert kind == "-", f"{name} is required and not filled in"
        return str(rest)

    return re.sub(pattern, value, text).replace("$$", "$")


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, str]]:
    """A fresh database and two Redis numbers under the addresses that compose gives its services."""
    url = os.environ["DATABASE_URL"]
    base = settings.DATABASES["default"]
    host, port, user = base["HOST"], base["PORT"] or None, base["USER"]
    with psycopg.connect(
        host=host, port=port, user=user, dbname="postgres", autocommit=True
    ) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {DATABASE}")
        yield {
            "postgres://secondpass:secret@database:5432/secondpass": re.sub(
                r"[^/]+$", DATABASE, url
            ),
            "redis://redis:6379/0": re.sub(r"\d+$", str(BROKER), os.environ["BROKER_URL"]),
            "redis://redis:6379/1": re.sub(r"\d+$", str(CACHE), os.environ["CACHE_URL"]),
        }
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def environment(name: str, servers: dict[str, str]) -> dict[str, str]:
    """What compose would give the service, with our servers' addresses."""
    given = {key: interpolate(str(value)) for key, value in SERVICES[name]["environment"].items()}
    moved = {key: servers.get(value, value) for key, value in given.items()}
    path = f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    return {"PATH": path, "HOSTNAME": name} | moved


def command(name: str, port: int, folder: Path) -> list[str]:
    words = [interpolate(str(word)) for word in SERVICES[name]["command"]]
    tmp = "/tmp/"  # noqa: S108 - a container's own
    words = [word.replace(":8000", f":{port}").replace(tmp, f"{folder}/") for word in words]
    # A container's host name is its own; on this one machine Celery must be told.
    return [*words, f"--hostname=celery@{name}"] if "worker" in words else words


def health_command(name: str, port: int) -> list[str]:
    kind, *words = SERVICES[name]["healthcheck"]["test"]
    words = [interpolate(word).replace(":8000", f":{port}") for word in words]
    return words if kind == "CMD" else ["/bin/sh", "-c", words[0]]


def is_healthy(name: str, port: int, env: dict[str, str]) -> bool:
    done = subprocess.run(
        health_command(name, port), cwd=ROOT, env=env, capture_output=True, check=False
    )
    return done.returncode == 0


def start(name: str, port: int, env: dict[str, str], folder: Path) -> "subprocess.Popen[bytes]":
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            command(name, port, folder), cwd=ROOT, env=env, stdout=log, stderr=log
        )


def test_compose_has_every_part_of_the_product() -> None:
    assert set(SERVICES) == {
        "database",
        "redis",
        "prepare",
        "web",
        "worker",
        "planner",
        "sender",
        "beat",
        "heartbeat",
        "mail",
    }
    assert SERVICES["database"]["image"] == "postgres:18"
    assert SERVICES["database"]["volumes"] == ["database:/var/lib/postgresql"]
    assert shlex.join(SERVICES["redis"]["command"]) == (
        "redis-server --appendonly yes --maxmemory-policy noeviction"
    )
    assert SERVICES["mail"]["profiles"] == ["trial"]


def test_every_service_that_stays_has_a_health_check_and_is_started_again() -> None:
    for name in [*LONG_RUNNING, "database", "redis"]:
        assert SERVICES[name]["healthcheck"]["test"]
        assert SERVICES[name]["restart"] == "unless-stopped"


def test_the_workers_together_take_every_queue_that_anything_is_sent_to() -> None:
    words = [word for name in ("worker", "planner", "sender") for word in SERVICES[name]["command"]]
    queues = ",".join(word.partition("=")[2] for word in words if word.startswith("--queues="))
    used = {
        entry.get("options", {}).get("queue", settings.CELERY_TASK_DEFAULT_QUEUE)
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
    }

    assert set(queues.split(",")) == used | {settings.CELERY_TASK_DEFAULT_QUEUE}


def test_prepare_then_every_service_runs_with_its_own_command_and_proves_healthy(
    servers: dict[str, str], port: int, tmp_path: Path
) -> None:
    prepared = subprocess.run(
        command("prepare", port, tmp_path),
        cwd=ROOT,
        env=environment("prepare", servers),
        capture_output=True,
        text=True,
        check=False,
    )
    assert prepared.returncode == 0, prepared.stderr
    running = {}
    try:
        for name in LONG_RUNNING:
            running[name] = start(name, port, environment(name, servers), tmp_path)
        for name in LONG_RUNNING:
            wait_healthy(name, running[name], port, environment(name, servers), tmp_path)
    finally:
        for process in running.values():
            process.send_signal(signal.SIGTERM)
        for name, process in running.items():
            assert process.wait(60) == 0, name


def wait_healthy(
    name: str,
    process: "subprocess.Popen[bytes]",
    port: int,
    env: dict[str, str],
    folder: Path,
) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and process.poll() is None:
        if is_healthy(name, port, env):
            return
        time.sleep(0.3)
    log = (folder / f"{name}.log").read_text(errors="replace")
    raise AssertionError(f"{name} did not become healthy:\n{log[-3000:]}")


def test_a_health_check_fails_when_its_service_is_not_there(
    servers: dict[str, str], port: int
) -> None:
    for name in ("web", "worker"):
        assert not is_healthy(name, port, environment(name, servers))
