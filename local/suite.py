"""Checks and tests as named steps, run against embedded servers of their own in `$VAR/test`.

`check` and `test` are what `make` calls; `run COMMAND ...` gives any command the servers.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
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
    """A command with a name. Quiet ones print only when they fail.

    Those with a lane run side by side, each in a folder below `VAR` named so.
    """

    name: str
    command: tuple[str, ...]
    quiet: bool = True
    lane: str = ""

    def environment(self, env: dict[str, str]) -> dict[str, str]:
        return env | {"VAR": str(Path(env["VAR"]) / self.lane)} if self.lane else env


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
    """The supervisor, the journeys and the chaos, in lanes that wait more than they work.

    Each lane starts stacks of its own in a folder of its own. A new journey goes into the lane of the others.
    """
    story = "tests/browser/test_story.py"
    with_films = [f"tests/browser/test_{name}.py" for name in ("cinema", "desk", "reports")]
    every_page = "tests/browser/test_accessibility.py"
    rest = ("tests/browser", *(f"--ignore={path}" for path in (story, every_page, *with_films)))
    return [
        Step("supervisor and story", (*PYTEST, "-q", "tests/local", story), lane="first"),
        Step("journeys", (*PYTEST, "-q", *rest), lane="second"),
        Step("journeys with films", (*PYTEST, "-q", *with_films), lane="third"),
        Step("every page by axe", (*PYTEST, "-q", every_page), lane="fifth"),
        Step("chaos", (PYTHON, "-m", "tests.faults", "--short"), lane="fourth"),
    ]


def _tool(name: str) -> str:
    return str(ROOT / ".venv" / "bin" / name)


def run_steps(steps: Iterable[Step], env: dict[str, str]) -> list[str]:
    """Run all of them, whatever the earlier ones said; answer the names of those that failed."""
    failed = []
    for _, group in groupby(steps, key=lambda step: bool(step.lane) or step.name):
        with ExitStack() as stack:
            running = [stack.enter_context(Running(step, env)) for step in group]
            for step, code, output, seconds in wait_for(running):
                if code:
                    failed.append(step.name)
                if code or step.lane:
                    say(output)
                say(f"{step.name}: {'FAILED' if code else 'ok'} ({seconds:.1f} s)")
    return failed


class Running:
    """A step under way. It ends with us, and when our own parent is gone."""

    def __init__(self, step: Step, env: dict[str, str]) -> None:
        self.step = step
        self.env = step.environment(env)

    def __enter__(self) -> "Running":
        kept = tempfile.TemporaryFile() if self.step.quiet else None
        self.kept = kept
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            self.step.command,
            cwd=ROOT,
            env=self.env,
            stdout=kept,
            stderr=subprocess.STDOUT if kept else None,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        if self.kept:
            self.kept.close()

    def output(self) -> str:
        if self.kept is None:
            return ""
        self.kept.seek(0)
        return self.kept.read().decode(errors="replace")


def wait_for(running: list[Running]) -> Iterator[tuple[Step, int, str, float]]:
    """Each one's step, exit code, output (when kept) and seconds, as they end."""
    parent = ParentWatch(os.getppid())
    open_ones = list(running)
    while open_ones:
        if parent.has_gone():
            raise SystemExit("The process that started this one has gone.")
        for each in [one for one in open_ones if one.process.poll() is not None]:
            open_ones.remove(each)
            yield each.step, each.process.returncode, each.output(), time.monotonic() - each.began
        time.sleep(0.05)


def run_command(command: Sequence[str], env: dict[str, str]) -> int:
    """Its exit code, with its output as it comes."""
    with Running(Step("command", tuple(command), quiet=False), env) as running:
        [(_, code, _, _)] = wait_for([running])
    return code


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
            raise SystemExit(run_command(words, env))
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
