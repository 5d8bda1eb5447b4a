"""The whole stack as somebody else's child: what browser tests, screenshots and benchmarks stand on.

`python -m local.site COMMAND ...` starts one in `$VAR/site` for all processes of the command, and stops it after them.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from local.child import die_with_parent, is_alive
from local.clerk import Clerk
from local.place import ROOT, Place

START_LIMIT = 150.0
# The folder of the site that several processes share.
SHARED = "SITE_VAR"


@dataclass(frozen=True)
class Site:
    """A running stack: its address, its folder, and the environment that `manage.py` needs for it."""

    url: str
    place: Place
    env: dict[str, str]

    @cached_property
    def clerk(self) -> Clerk:
        return Clerk(self.env)

    def python(self, code: str) -> str:
        """Run code with Django beside this stack and answer what it printed; quick from the second time on."""
        return self.clerk.run(code)

    def manage(self, *words: str) -> str:
        """Run `manage.py` against this stack and answer what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(words)}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def close(self) -> None:
        self.clerk.dismiss()

    def letters(self) -> list[Path]:
        """Every message that was sent so far, oldest first."""
        return sorted(self.place.mail.glob("*.eml"))


@contextlib.contextmanager
def running_site(place: Place, *, fresh: bool = True, demo: bool = True) -> Iterator[Site]:
    """Start the stack in `place` on a free port, and stop it in order at the end.

    `fresh` begins with no data at all.
    """
    if fresh:
        shutil.rmtree(place.var, ignore_errors=True)
    process = start_stack(place, demo=demo)
    try:
        url = wait_ready(place, process)
        with contextlib.closing(Site(url, place, environment(place))) as site:
            yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@contextlib.contextmanager
def the_site(place: Place) -> Iterator[Site]:
    """The one that `python -m local.site` has started around us, else one of our own in `place`."""
    if SHARED not in os.environ:
        with running_site(place) as site:
            yield site
        return
    shared = Place(Path(os.environ[SHARED]))
    _pid, url = shared.ready_file.read_text().split()
    with contextlib.closing(Site(url, shared, environment(shared))) as site:
        yield site


def environment(place: Place) -> dict[str, str]:
    """The caller's environment without addresses of servers other than this place's."""
    foreign = ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "SITE_URL", "PORT", "PYTEST_XDIST_WORKER")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    return kept | {"VAR": str(place.var), "DJANGO_SETTINGS_MODULE": "config.settings.local"}


def start_stack(place: Place, *, port: int = 0, demo: bool = True) -> subprocess.Popen[bytes]:
    """Start the supervisor and do not wait; what it says goes to `log/stack.txt`."""
    place.make()
    words = [*(["--port", str(port)]), *([] if demo else ["--no-demo"])]
    with (place.logs / "stack.txt").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "local.stack", "--with-parent", *words],
            cwd=ROOT,
            env=environment(place),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def wait_ready(place: Place, process: subprocess.Popen[bytes]) -> str:
    """The site's address once it is ready; raise RuntimeError with what the supervisor said."""
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            pid, url = place.ready_file.read_text().split()
            # One that was killed outright has left its file behind.
            if is_alive(int(pid)):
                return url
        time.sleep(0.05)
    said = (place.logs / "stack.txt").read_text(errors="replace")
    raise RuntimeError(f"The stack did not become ready:\n{said[-4000:]}")


def main() -> None:
    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    with running_site(Place.from_environment().below("site")) as site:
        command = subprocess.Popen(
            sys.argv[1:],
            cwd=ROOT,
            env=os.environ | {SHARED: str(site.place.var)},
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        try:
            code = command.wait()
        finally:
            command.terminate()
            command.wait()
    raise SystemExit(code)


if __name__ == "__main__":
    main()
