"""What must be up before the site may be called ready. Each app registers its own parts.

Registration happens in `AppConfig.ready`, so that core asks about parts that it does not know.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

UP = "up"
logger = logging.getLogger(__name__)


class NotReady(Exception):
    """A part is not usable; the message says what is wrong, without addresses or secrets."""


Check = Callable[[datetime], None]


@dataclass(frozen=True)
class Readiness:
    """Every part by name: `up`, or the reason why it is not."""

    parts: dict[str, str]

    @property
    def is_ready(self) -> bool:
        return all(state == UP for state in self.parts.values())


_checks: dict[str, Check] = {}


def register_part(name: str, check: Check) -> None:
    """Ask `check(now)` whenever readiness is asked; it raises `NotReady` when the part is down."""
    _checks[name] = check


def part_names() -> list[str]:
    """Every part that is asked, in the order of their registration."""
    return list(_checks)


def readiness(*, now: datetime, only: Collection[str] = ()) -> Readiness:
    """Ask every registered part, or only those named. A check that breaks counts as down."""
    asked = {name: check for name, check in _checks.items() if not only or name in only}
    return Readiness({name: _state(name, check, now) for name, check in asked.items()})


class Watch:
    """The answer "all is up", asked of the parts once in a few seconds, however many ask us.

    It stands for anyone to ask, and each asking costs connections to every part. That something is down is never
    kept: whoever waits for the start, or for the end of a trouble, hears of it at once. Whoever comes while we
    ask waits for the next asking at most, together with all others: a part that hangs must not make a queue.
    """

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._asked_at = float("-inf")
        self._known = Readiness({})

    def look(self, *, now: datetime) -> Readiness:
        came_at = time.monotonic()
        with self._lock:
            is_kept = self._known.is_ready and came_at - self._asked_at < self._seconds
            if self._asked_at < came_at and not is_kept:
                self._asked_at = time.monotonic()
                self._known = readiness(now=now)
            return self._known


def _state(name: str, check: Check, now: datetime) -> str:
    try:
        check(now)
    except NotReady as reason:
        return str(reason)
    except Exception:
        logger.exception("the readiness check of %s failed", name)
        return "its check failed"
    return UP
