"""Checks and tests as named steps, run against embedded servers of their own in `$VAR/test`.

`check` and `test` are what `make` calls; `run COMMAND ...` gives any command the servers.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import FrameType

from local.child import die_with_parent, say
from local.place import ROOT, Place
from local.servers import ParentWatch, Servers

PYTHON = sys.executable
MANAGE = (PYTHON, "manage.py")
PYTEST = (PYTHON, "-m", "pytest")
CODE = ("apps", "bench", "config", "local", "tests")
OUR_TABLES = ("accounts", "cohorts", "core", "curriculum", "notes", "progress", "reminders")


@dataclass(frozen=True)
class Step:
    """A command with a name. Quiet ones print only when they fail."""

    name: str
    command: tuple[str, ...]
    quiet: bool = True


def check_steps() -> list[Step]:
    """What can be judged without running the product."""
    code = [name for name in CODE if any((ROOT / name).glob("**/*.py"))]
    templates = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("templates/**/*.html"))
    return [
        Step("lint", (PYTHON, "-m", "ruff", "check", ".")),
        Step("format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
        Step("types", (PYTHON, "-m", "mypy", *code)),
        Step("layers", (_tool("lint-imports"),)),
        Step("template format", (_tool("djade"), "--check", "--target-version", "5.2", *templates)),
        Step("template lint", (PYTHON, "-m", "local.template_lint")),
        Step("OpenAPI snapshot", (*MANAGE, "openapi_snapshot", "--check")),
        Step("OpenAPI validity", (_tool("openapi-spec-validator"), "docs/openapi.yaml")),
        Step("system check", (*MANAGE, "check", "--fail-level", "WARNING")),
        Step("pending migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
        Step(
            "migration safety",
            (*MANAGE, "lintmigrations", "--no-cache", "--include-apps", *OUR_TABLES),
        ),
    ]


def fast_steps(words: Iterable[str] = ()) -> list[Step]:
    """Everything but the whole stack and the browser; `words` go to pytest instead of `-n 2`."""
    chosen = tuple(words) or ("-n", "2", "apps", "tests")
    whole_stack = ("--ignore=tests/browser", "--ignore=tests/local")
    return [
        Step("tests", (*PYTEST, "-q", *whole_stack, *chosen), quiet=False),
        Step("JavaScript tests", (_tool("node"), "--test", "tests/js/*.test.mjs")),
    ]


def whole_steps() -> list[Step]:
    """The supervisor and the journeys, each on a whole stack of its own."""
    return [Step("whole stack", (*PYTEST, "-q", "tests/local", "tests/browser"), quiet=False)]


def _tool(name: str) -> str:
    return str(ROOT / ".venv" / "bin" / name)


def run_steps(steps: Iterable[Step], env: dict[str, str]) -> list[str]:
    """Run all of them, whatever the earlier ones said; answer the names of those that failed."""
    failed = []
    for step in steps:
        began = time.monotonic()
        code, output = run_command(step.command, env, quiet=step.quiet)
        if code:
            failed.append(step.name)
            say(output)
        verdict = "FAILED" if code else "ok"
        say(f"{step.name}: {verdict} ({time.monotonic() - began:.1f} s)")
    return failed


def run_command(
    command: Sequence[str], env: dict[str, str], *, quiet: bool = False
) -> tuple[int, str]:
    """Its exit code and, when quiet, its output. Ends with us, and when our own parent is gone."""
    parent = ParentWatch(os.getppid())
    with (
        tempfile.TemporaryFile() as kept,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdout=kept if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            preexec_fn=die_with_parent(signal.SIGTERM),
        ) as process,
    ):
        try:
            while process.poll() is None:
                if parent.has_gone():
                    raise SystemExit("The process that started this one has gone.")
                time.sleep(0.05)
        finally:
            if process.poll() is None:
                process.terminate()
        kept.seek(0)
        return process.returncode, kept.read().decode(errors="replace")


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main() -> None:
    what, *words = sys.argv[1:] or ["help"]
    if what not in ("check", "fast", "test", "run"):
        raise SystemExit(__doc__)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    began = time.monotonic()
    with Servers(Place.from_environment().below("test"), fast=True) as servers:
        servers.start_databases()
        env = servers.env | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
        if what == "run":
            raise SystemExit(run_command(words, env)[0])
        steps = [*check_steps()] if what in ("check", "test") else []
        steps += fast_steps(words) if what in ("fast", "test") else []
        steps += whole_steps() if what == "test" else []
        failed = run_steps(steps, env)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    if failed:
        raise SystemExit(f"FAILED after {minutes}:{seconds:02d}: {', '.join(failed)}")
    say(f"All {len(steps)} steps passed in {minutes}:{seconds:02d}.")


if __name__ == "__main__":
    main()
