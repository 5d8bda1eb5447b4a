"""The servers and processes of a run, started again as often as they are killed."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import psycopg

from local.child import Child, wait_until
from local.listening import listen, port_of
from local.place import ROOT, Place
from local.servers import Servers

DATABASES = ("postgres", "valkey")
RESTART_PAUSE = 0.2


class Stage:
    """Real PostgreSQL, Valkey, a Celery worker, two beats, the second heartbeat, and a mail server of our own."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.servers = Servers(place)
        self.deaths: list[tuple[str, int]] = []
        self._ended_at: dict[str, float] = {}

    def __enter__(self) -> Self:
        self.servers.__enter__()
        self.servers.start_databases()
        self.env = self.servers.env | {"DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
        self.env["PYTHONPATH"] = str(ROOT)
        self.manage("migrate", "--verbosity=0")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.servers.__exit__(kind, error, at)

    def child(self, name: str) -> Child:
        return next(child for child in self.servers.children if child.name == name)

    def manage(self, *words: str) -> None:
        self.run("manage.py", *words)

    def run(self, *words: str) -> None:
        subprocess.run([sys.executable, *words], cwd=ROOT, env=self.env, check=True)

    def read(self, *words: str) -> str:
        """What a process of ours prints."""
        command = [sys.executable, *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def database(self) -> "psycopg.Connection[Any]":
        """A short connection of our own; raises psycopg.Error while the server recovers."""
        host = self.env["DATABASE_URL"].partition(":5432/")[2].rpartition("/")[0]
        return psycopg.connect(
            host=unquote(host),
            port=5432,
            user="secondpass",
            dbname="secondpass",
            connect_timeout=2,
            autocommit=True,
        )

    def start_players(
        self,
        ledger: Path,
        *,
        beats: int,
        sink: list[str],
        settings: dict[str, str],
        loop_every: float = 2.0,
    ) -> None:
        """The sink, a worker with its senders, beat and the second heartbeat, in a scenario's settings."""
        # The socket outlives the sink: who dials while it is down waits.
        self.listening: socket.socket = listen(0)
        env = self.env | settings | {"FAULTS_PORT": str(port_of(self.listening))}
        fd = self.listening.fileno()
        python = sys.executable
        celery = (python, "-m", "celery", "-A", "config")
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        queues = "--queues=reminders,deliver"
        server = (python, "-m", "tests.faults.sink", f"--fd={fd}", f"--ledger={ledger}", *sink)
        self._start("sink", server, env, fds=[fd])
        self._start("worker", (*celery, "worker", queues, "--loglevel=CRITICAL", *quiet), env)
        for name in ("beat", "other beat")[:beats]:
            schedule = f"--schedule={self.place.run / name}"
            beat = (*celery, "beat", "--loglevel=CRITICAL", "--pidfile=", schedule)
            self._start(name, beat, env)
        self._start(
            "heartbeat", (python, "manage.py", "reminders_loop", f"--every={loop_every}"), env
        )

    def stop_players(self) -> None:
        players = [child for child in self.servers.children if child.name not in DATABASES]
        for child in reversed(players):
            child.process.kill()
            child.wait_stopped()
            self.servers.dismiss(child)
        self.listening.close()

    def start_again(self) -> None:
        """Whoever has died is started again, after a moment."""
        now = time.monotonic()
        for child in self.servers.children:
            if not child.has_ended():
                continue
            if child.name not in self._ended_at:
                self._ended_at[child.name] = now
                self.deaths.append((child.name, child.process.returncode))
            if now - self._ended_at[child.name] >= RESTART_PAUSE:
                del self._ended_at[child.name]
                child.start()

    def wait_for_databases(self) -> None:
        """Until both answer again after their last death."""

        def is_up() -> bool:
            self.start_again()
            with suppress(psycopg.Error), self.database() as connection:
                return connection.execute("SELECT 1").fetchone() is not None
            return False

        wait_until(is_up, what="PostgreSQL", child=_Never(), limit=60)

    def _start(
        self, name: str, command: Sequence[str], env: dict[str, str], fds: Sequence[int] = ()
    ) -> None:
        child = Child(
            name,
            command,
            log=self.place.logs / f"{name}.log",
            env=env,
            cwd=ROOT,
            grace=5,
            pass_fds=fds,
        )
        self.servers.adopt(child.start())


class _Never(Child):
    """Stands for a child that may die: its death is no end of the waiting."""

    def __init__(self) -> None:
        super().__init__("nobody", [], log=Path(os.devnull))

    def has_ended(self) -> bool:
        return False
