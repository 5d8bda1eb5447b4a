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
from pathlib import Path
from types import FrameType

from local.child import die_with_parent, say
from local.place import ROOT, Place
from local.servers import ParentWatch, Servers

PYTHON = sys.executable
MANAGE = (PYTHON, "manage.py")
PYTEST = (PYTHON, "-m", "pytest")
CODE = ("apps", "bench", "config", "local", "tests")
OUR_TABLES = (
    "accounts",
    "cohorts",
    "core",
    "curriculum",
    "notes",
    "progress",
    "reminders",
    "webhooks",
)


@dataclass(frozen=True)
class Step:
    """A command with a name, and with a folder of its own below `VAR` where one is named.

    Its output comes at once, or (`quiet`) when it has ended: if it failed or is `told` anyway.
    """

    name: str
    command: tuple[str, ...]
    quiet: bool = True
    told: bool = False
    folder: str = ""

    def environment(self, env: dict[str, str]) -> dict[str, str]:
        return env | {"VAR": str(Path(env["VAR"]) / self.folder)} if self.folder else env


# Steps of one lane run one after another, the lanes of a round side by side, rounds one after another.
Lane = Sequence[Step]
Round = Sequence[Lane]


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


def fast_steps(words: Iterable[str] = (), *, quiet: bool = False) -> list[Step]:
    """Everything but the whole stack and the browser; `words` go to pytest instead of `-n 2`."""
    chosen = tuple(words) or ("-n", "2", "apps", "tests")
    whole_stack = ("--ignore=tests/browser", "--ignore=tests/local")
    return [
        Step("tests", (*PYTEST, "-q", *whole_stack, *chosen), quiet=quiet, told=quiet),
        Step("JavaScript tests", (_tool("node"), "--test", "tests/js/*.test.mjs")),
    ]


def whole_round() -> Round:
    """The supervisor, the journeys and the chaos side by side: they wait more than they work.

    Each has a folder and stacks of its own. The journeys share one site; whichever of their three browsers is free
    takes the next one.
    """
    shared = (PYTHON, "-m", "local.site")
    dealt = ("-n", "3", "--maxschedchunk=1")
    commands = {
        "journeys": (*shared, *PYTEST, "-q", *dealt, "tests/browser"),
        "supervisor": (*PYTEST, "-q", "tests/local"),
        "chaos": (PYTHON, "-m", "tests.faults", "--short"),
    }
    return [[Step(name, words, told=True, folder=name)] for name, words in commands.items()]


def all_rounds(what: str, words: Sequence[str]) -> list[Round]:
    """What `make check`, `make test-fast` and `make test` do."""
    if what == "check":
        return [[check_steps()]]
    if what == "fast":
        return [[fast_steps(words)]]
    return [[fast_steps(quiet=True), check_steps()], whole_round()]


def _tool(name: str) -> str:
    return str(ROOT / ".venv" / "bin" / name)


def run_rounds(rounds: Iterable[Round], env: dict[str, str]) -> list[str]:
    """Run all of them, whatever the earlier ones said; answer the names of those that failed."""
    failed = []
    for lanes in rounds:
        with ExitStack() as stack:
            waiting = [list(lane) for lane in lanes]
            running = [stack.enter_context(Running(lane.pop(0), env)) for lane in waiting]
            for number, step, code, output, seconds in wait_for(running):
                if code:
                    failed.append(step.name)
                if code or step.told:
                    say(output)
                say(f"{step.name}: {'FAILED' if code else 'ok'} ({seconds:.1f} s)")
                if waiting[number]:
                    running[number] = stack.enter_context(Running(waiting[number].pop(0), env))
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


def wait_for(running: list[Running]) -> Iterator[tuple[int, Step, int, str, float]]:
    """The lane, step, exit code, output (when kept) and seconds of each, as they end.

    Who puts another one into its place in the list is told of that one's end, too.
    """
    parent = ParentWatch(os.getppid())
    ended: set[Running] = set()
    while len(ended) < len({*running, *ended}):
        if parent.has_gone():
            raise SystemExit("The process that started this one has gone.")
        for number, each in enumerate(running):
            if each not in ended and (code := each.process.poll()) is not None:
                ended.add(each)
                yield number, each.step, code, each.output(), time.monotonic() - each.began
        time.sleep(0.05)


def run_command(command: Sequence[str], env: dict[str, str]) -> int:
    """Its exit code, with its output as it comes."""
    with Running(Step("command", tuple(command), quiet=False), env) as running:
        [(_, _, code, _, _)] = wait_for([running])
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
        rounds = all_rounds(what, words)
        failed = run_rounds(rounds, env)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    if failed:
        raise SystemExit(f"FAILED after {minutes}:{seconds:02d}: {', '.join(failed)}")
    count = sum(len(lane) for lanes in rounds for lane in lanes)
    say(f"All {count} steps passed in {minutes}:{seconds:02d}.")


if __name__ == "__main__":
    main()
