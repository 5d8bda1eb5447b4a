"""`manage.py prepare`: bring database, translations, static files and curricula up to this code.

Everything in one process, because importing Django costs more than most of the steps. Safe to run
again and again; run it before each start and at each upgrade.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from apps.core.pulse import forget_pulse

LOCK_LIMIT_SECONDS = 60.0


class Command(BaseCommand):
    help = "Migrate, compile translations, collect static files, import the curricula."
    # Run where there is no secret yet, too; the steps that need checks run their own.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="make the demo if it is not there")
        parser.add_argument(
            "--only",
            choices=["files", "database"],
            help="files needs no server and no secret; database writes no file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["only"] != "database":
            self._step("translations", lambda: call_command("compile_catalogues"))
            self._step("static files", collect_static_files)
        if options["only"] != "files":
            with patience_for_locks():
                self._step(
                    "migrate", lambda: call_command("migrate", interactive=False, verbosity=1)
                )
                self._step("curricula", lambda: call_command("import_curricula"))
                if options["demo"]:
                    self._step("demo", lambda: call_command("demo", "--once"))
            self._step("first pulse", ask_for_first_pulse)

    def _step(self, name: str, work: Callable[[], object]) -> None:
        began = time.monotonic()
        work()
        self.stdout.write(f"{name}: {time.monotonic() - began:.2f} s")


@contextmanager
def patience_for_locks() -> Iterator[None]:
    """Let no statement wait for ever for what another process keeps locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_LIMIT_SECONDS * 1000:.0f}ms"]
        )
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise CommandError(
            f"Another process has kept a table locked for {LOCK_LIMIT_SECONDS:.0f} s: an older version at work, "
            "a backup, or a session left open (pg_stat_activity names it). End it and start again."
        ) from error
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


def ask_for_first_pulse() -> None:
    """Let the first pulse wait in the queue, so that readiness need not wait for beat's first tick."""
    forget_pulse()
    current_app.send_task("core.record_pulse")


def collect_static_files() -> None:
    """Collect when any source has changed since the last time: hashing and compressing is slow."""
    target = Path(settings.STATIC_ROOT)
    stamp = target / ".sources"
    wanted = hashlib.sha256("\n".join(sorted(_static_sources())).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    target.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def _static_sources() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            yield f"{path} {facts.st_size} {facts.st_mtime_ns}"
