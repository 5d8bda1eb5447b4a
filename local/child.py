"""One process of the stack: it dies with its parent, stops by its own signal, and tells why it died."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)
LAST_LINES = 15
Command = Sequence[str | Path]


def say(*words: object) -> None:
    """Print; the terminal may already be gone."""
    with contextlib.suppress(OSError, ValueError):
        print(*words, flush=True)


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """What a new process does first, so that the kernel sends it `number` when its parent dies.

    It must be started from the parent's main thread: the end of the starting thread counts.
    """
    parent = os.getpid()

    def before_exec() -> None:
        # Runs after a change of user, which would clear the death signal again.
        LIBC.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])

    return before_exec


@dataclass
class Identity:
    """The user a child runs as, where that is not the caller."""

    uid: int
    gid: int


@dataclass
class Child:
    """A started process.

    `stop` is the signal which ends it in order, `death` the one the kernel sends it when the
    supervisor itself dies, `grace` the seconds it has before it is killed with its whole session.
    """

    name: str
    command: Command
    log: Path
    stop: signal.Signals = signal.SIGTERM
    death: signal.Signals | None = None
    grace: float = 10
    env: Mapping[str, str] | None = None
    cwd: Path = Path("/")
    identity: Identity | None = None
    pass_fds: Sequence[int] = ()
    restarts: bool = False
    process: subprocess.Popen[bytes] = field(init=False)
    started: float = field(init=False)

    def start(self) -> "Child":
        """Start it in a session of its own, or the terminal's Ctrl-C would hit all at once."""
        who = self.identity
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(self.env) if self.env is not None else None,
                cwd=self.cwd,
                start_new_session=True,
                preexec_fn=die_with_parent(self.death or self.stop),
                pass_fds=self.pass_fds,
                user=who.uid if who else None,
                group=who.gid if who else None,
                extra_groups=[] if who else None,
            )
        self.started = time.monotonic()
        return self

    @property
    def pid(self) -> int:
        return self.process.pid

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def obituary(self) -> str:
        """How it ended and the last lines it wrote."""
        code = self.process.returncode
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        said = "\n".join(f"    {line}" for line in lines) or "    (it wrote nothing)"
        return f"{self.name} {how}. The last lines of {self.log}:\n{said}"

    def ask_to_stop(self) -> None:
        if not self.has_ended():
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(self.stop)

    def wait_stopped(self) -> None:
        """Wait for its end; after the grace period the whole session is killed."""
        try:
            self.process.wait(self.grace)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop in {self.grace:.0f} s and is killed.")
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()


def wait_until(ready: Callable[[], bool], *, what: str, child: Child, limit: float = 30) -> None:
    """Wait until `ready` answers true; a child that ended meanwhile ends the waiting with its log."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if child.has_ended():
            raise SystemExit(child.obituary())
        if ready():
            return
        time.sleep(0.03)
    raise SystemExit(f"{what} was not ready within {limit:.0f} s; its log is {child.log}")


def process_state(pid: int) -> str:
    """The kernel's letter for a process, empty when there is none. `Z` is dead and unburied."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def is_alive(pid: int) -> bool:
    return process_state(pid) not in ("", "Z", "X")


def require_linux() -> None:
    """The supervisor leans on the kernel's death signal and on /proc."""
    if sys.platform != "linux":
        raise SystemExit("The embedded servers need Linux. Elsewhere use docker-compose.yml.")
