"""`manage.py reminders_loop`: the second heartbeat. It needs PostgreSQL and the mail server, no broker and no beat.

Beat is known to wedge in silence for days; the engine is level-triggered, so a second caller is harmless.
Mails go out in a thread of their own: a mail server that hangs must not stop the planning.
"""

import logging
import signal
import threading
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, connection
from django.utils import timezone

from apps.reminders.services import (
    deliver_messages,
    plan_digests,
    plan_rewatches,
    repair_rewatches,
)
from apps.reminders.services.heartbeats import LOOP, record_heartbeat
from apps.reminders.tasks import REPAIR_WINDOW

REPAIR_EVERY_SECONDS = 300.0
# What a run of mails may still take when everything is to stop; its leases cover what it leaves.
LAST_MAILS_SECONDS = 8.0
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Plan and send reminders every few seconds, beside beat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=15.0, help="seconds between two ticks")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        self.stdout.write("second heartbeat: running")
        repaired_at = float("-inf")
        mails = MailRun()
        while not stop.is_set():
            is_repair_due = time.monotonic() - repaired_at > REPAIR_EVERY_SECONDS
            if _tick(repair=is_repair_due) and is_repair_due:
                repaired_at = time.monotonic()
            mails.begin()
            stop.wait(options["every"])
        mails.wait(LAST_MAILS_SECONDS)
        connection.close()
        self.stdout.write("second heartbeat: stopped")


class MailRun:
    """The one delivery under way, if any, beside the planner."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    def begin(self) -> bool:
        """Start a run unless the last one still goes on; whether it did."""
        if self._thread and self._thread.is_alive():
            return False
        self._thread = threading.Thread(target=_deliver, name="mails", daemon=True)
        self._thread.start()
        return True

    def wait(self, seconds: float) -> None:
        if self._thread:
            self._thread.join(seconds)


def _deliver() -> None:
    try:
        deliver_messages(now=timezone.now())
    except Exception:
        logger.exception("a delivery of the second heartbeat failed")
    finally:
        connection.close()


def _tick(*, repair: bool) -> bool:
    """One round of planning; whatever breaks it is logged and left to the next one."""
    close_old_connections()
    now = timezone.now()
    try:
        if repair:
            repair_rewatches(now=now, since=REPAIR_WINDOW)
            plan_digests(now=now)
        plan_rewatches(now=now)
        record_heartbeat(name=LOOP, now=timezone.now())
    except Exception:
        logger.exception("a tick of the second heartbeat failed")
        return False
    return True
