"""Who is killed, and how. Every victim was started by this run, or by a server that it started."""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import redis

from local.child import Child
from tests.faults.stage import Stage

FROZEN_SECONDS = (1.0, 8.0)
# Of a hundred kills. A killed backend makes PostgreSQL recover from a crash as a whole.
WEIGHTS = {
    "sender": 44,
    "mail server": 14,
    "connection": 14,
    "sender frozen": 8,
    "database backend": 7,
    "heartbeat": 4,
    "Redis emptied": 3,
    "Redis": 2,
    "beat": 2,
    "all senders": 1,
    "database": 1,
}


class Killer:
    """Kills by chance, weighed; counts what it killed."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage = stage
        self.chance = chance
        self.killed: Counter[str] = Counter()
        self._frozen: list[tuple[float, int]] = []

    def kill(self, now: float) -> None:
        """One victim; somebody who is down just now is passed over."""
        (name,) = self.chance.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))
        acts: dict[str, Callable[[], bool]] = {
            "sender": lambda: bool(self._signal_sender(signal.SIGKILL)),
            "sender frozen": lambda: self._freeze(now),
            "mail server": lambda: self._kill_child("sink"),
            "heartbeat": lambda: self._kill_child("heartbeat"),
            "beat": lambda: self._kill_child("beat"),
            "all senders": lambda: self._kill_session("worker"),
            "Redis": lambda: self._kill_child("valkey"),
            "Redis emptied": self._empty_redis,
            "connection": lambda: self._kill_backend(gently=True),
            "database backend": lambda: self._kill_backend(gently=False),
            "database": lambda: self._kill_child("postgres"),
        }
        if acts[name]():
            self.killed[name] += 1

    def thaw(self, now: float) -> None:
        """Let those go on whose time has come."""
        for until, pid in self._frozen:
            if until <= now:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
        self._frozen = [each for each in self._frozen if each[0] > now]

    def _signal_sender(self, number: signal.Signals) -> int:
        senders = children_of(self.stage.child("worker"))
        if not senders:
            return 0
        pid = self.chance.choice(senders)
        with suppress(ProcessLookupError):
            os.kill(pid, number)
            return pid
        return 0

    def _freeze(self, now: float) -> bool:
        pid = self._signal_sender(signal.SIGSTOP)
        if pid:
            self._frozen.append((now + self.chance.uniform(*FROZEN_SECONDS), pid))
        return bool(pid)

    def _kill_child(self, name: str) -> bool:
        child = self.stage.child(name)
        if child.has_ended():
            return False
        child.process.kill()
        return True

    def _kill_session(self, name: str) -> bool:
        child = self.stage.child(name)
        if child.has_ended():
            return False
        # Each child leads a session of its own.
        os.killpg(child.pid, signal.SIGKILL)
        return True

    def _empty_redis(self) -> bool:
        with suppress(redis.RedisError):
            redis.Redis.from_url(self.stage.env["CACHE_URL"]).flushall()
            return True
        return False

    def _kill_backend(self, *, gently: bool) -> bool:
        with suppress(psycopg.Error), self.stage.database() as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
                " AND datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
            if not rows:
                return False
            pid = self.chance.choice(rows)[0]
            if gently:
                connection.execute("SELECT pg_terminate_backend(%s)", [pid])
            else:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return True
        return False


def children_of(child: Child) -> list[int]:
    """The processes that this one forked and that still run."""
    if child.has_ended():
        return []
    with suppress(OSError):
        text = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text()
        return [int(pid) for pid in text.split()]
    return []
