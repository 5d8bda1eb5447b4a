"""One supervisor per folder: a kernel lock that dies with its holder, and the list of its processes."""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from local.child import is_alive, say

STOPPING = "stopping"
# A supervisor whose parent was killed needs a moment to notice it.
PATIENCE = 2.0
PATIENCE_WITH_ONE_THAT_STOPS = 30.0
CHILDREN_GRACE = 15.0


class Claim:
    """The right to run in a folder, held until the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"
        self.children = folder / "children"
        # Opened once and never inherited: the lock goes with this process.
        self.file = self.path.open("a+")

    def take(self) -> None:
        """Take the lock or say who has it; then wait until the last holder's processes are gone."""
        began = time.monotonic()
        told = False
        while not self._try():
            holder = self._read()
            stops = holder.endswith(STOPPING)
            if stops and not told:
                say("Another copy here is just stopping; waiting for it.")
                told = True
            limit = PATIENCE_WITH_ONE_THAT_STOPS if stops else PATIENCE
            if time.monotonic() - began > limit:
                pid = holder.split()[0] if holder else "?"
                raise SystemExit(
                    f"Second Pass is already running in this folder (process {pid}). "
                    "Stop it first, or choose another folder with VAR=..."
                )
            time.sleep(0.1)
        self._write(str(os.getpid()))
        self._bury_the_last_ones()

    def announce_stopping(self) -> None:
        self._write(f"{os.getpid()} {STOPPING}")

    def record(self, pids: Iterable[int]) -> None:
        """Remember the running processes, each with its start time: a number alone is reused."""
        self.children.write_text("".join(f"{pid} {_started(pid)}\n" for pid in pids))

    def _try(self) -> bool:
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _read(self) -> str:
        self.file.seek(0)
        return self.file.read().strip()

    def _write(self, text: str) -> None:
        self.file.seek(0)
        self.file.truncate()
        self.file.write(text)
        self.file.flush()

    def _bury_the_last_ones(self) -> None:
        if not self.children.exists():
            return
        pairs = [line.split() for line in self.children.read_text().splitlines()]
        left = [int(pair[0]) for pair in pairs if len(pair) == 2 and _is_same(*pair)]
        end = time.monotonic() + CHILDREN_GRACE
        while left and time.monotonic() < end:
            left = [pid for pid in left if is_alive(pid)]
            time.sleep(0.05)
        for pid in left:
            say(f"Process {pid} of the last run does not stop and is killed.")
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        self.children.unlink()


def _started(pid: int) -> str:
    """The process's start in clock ticks since boot, which with its number names it for good."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "0"


def _is_same(pid: str, started: str) -> bool:
    return is_alive(int(pid)) and _started(int(pid)) == started
