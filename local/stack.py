"""The supervisor of `make run`: every part of Second Pass on this machine, until it is told to stop.

It owns its children: they stop in order when it stops and die with it when it is killed. The
worker, beat and the second heartbeat are started again when one dies, once a minute at most; the
end of any other part, or a second death within the minute, stops the whole with the reason.
"""

import argparse
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from local.child import Child, say
from local.demo_stories import STORIES
from local.listening import listen, port_of
from local.place import ROOT, Place
from local.servers import ParentWatch, Servers, write_environment

DEFAULT_PORT = 8000
RESTART_INTERVAL = 60.0
READY_LIMIT = 90.0
PREPARE_LIMIT = 300.0
PUBLISHED = (
    "DATABASE_URL",
    "BROKER_URL",
    "CACHE_URL",
    "EMAIL_PORT",
    "SITE_URL",
    "MEDIA_ROOT",
    "STATIC_ROOT",
    "MAIL_ROOT",
)
ACCOUNTS = ("learner", "instructor", "observer", "admin")


class Stack(Servers):
    """All parts: databases, mail sink, web, worker, beat, second heartbeat."""

    def __init__(self, place: Place, *, port: int, demo: bool, parent: ParentWatch | None) -> None:
        super().__init__(place)
        self.wanted_port = port
        self.demo = demo
        self.parent = parent
        self.env |= {"DJANGO_SETTINGS_MODULE": "config.settings.local", "PYTHONUNBUFFERED": "1"}
        # A caller's prepared test worker or static root is not ours.
        self.env.pop("PYTEST_XDIST_WORKER", None)

    def __exit__(self, *error: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.place.ready_file.unlink(missing_ok=True)
        self.place.env_file.unlink(missing_ok=True)
        say("Stopping ...")
        super().__exit__(*error)
        say("Everything has stopped. `make run` starts it again with its data.")

    def start(self) -> None:
        """Start every part in its order and wait until the site says that it is ready."""
        began = time.monotonic()
        self.place.ready_file.unlink(missing_ok=True)
        self.start_databases()
        web_socket = self._choose_port()
        self._start_mail_sink()
        self.env["SITE_URL"] = f"http://127.0.0.1:{port_of(web_socket)}"
        write_environment(self.place, self.env, PUBLISHED)
        self._prepare()
        self._start_site(web_socket)
        self._wait_ready()
        self.place.ready_file.write_text(f"{os.getpid()} {self.env['SITE_URL']}")
        self._welcome(time.monotonic() - began)

    def watch(self) -> None:
        """Stay until a part ends for good or the process that started us is gone."""
        while True:
            self._heed_parent()
            for child in [each for each in self.children if each.has_ended()]:
                self.bury(child)
            time.sleep(0.2)

    def bury(self, child: Child) -> None:
        """Say how a part ended; start it again where that is allowed, else stop everything."""
        say(child.obituary())
        if not child.restarts or time.monotonic() - child.started < RESTART_INTERVAL:
            raise SystemExit(f"{child.name} is gone, so everything stops.")
        say(f"Starting {child.name} again.")
        self.dismiss(child)
        self.adopt(child.start())

    def _choose_port(self) -> socket.socket:
        listening = listen(self.wanted_port)
        port = port_of(listening)
        if self.wanted_port and port != self.wanted_port:
            say(f"Port {self.wanted_port} is taken by another program; using {port}.")
        return listening

    def _python(
        self,
        name: str,
        *words: str,
        fd: int | None = None,
        restarts: bool = False,
        death: signal.Signals | None = None,
        grace: float = 10,
    ) -> Child:
        return self.adopt(
            Child(
                name,
                [sys.executable, *words],
                log=self.place.logs / f"{name}.log",
                env=self.env,
                cwd=ROOT,
                pass_fds=() if fd is None else (fd,),
                restarts=restarts,
                death=death,
                grace=grace,
            ).start()
        )

    def _start_mail_sink(self) -> None:
        with listen(0) as listening:
            fd = listening.fileno()
            folder = str(self.place.mail)
            self._python("mail", "-m", "local.mail_sink", f"--fd={fd}", "--folder", folder, fd=fd)
            self.env["EMAIL_PORT"] = str(port_of(listening))

    def _prepare(self) -> None:
        """What must be done before the site starts; all that needs Django in one process."""
        say("Preparing the database and the files ...")
        words = ["manage.py", "prepare", *(["--demo"] if self.demo else [])]
        tasks = [self._python("prepare", *words)]
        if self.demo and are_videos_missing(self.place.media):
            tasks.append(self._python("videos", "-m", "local.demo_video", str(self.place.media)))
        end = time.monotonic() + PREPARE_LIMIT
        for child in tasks:
            while not child.has_ended():
                self._heed_parent()
                if time.monotonic() > end:
                    raise SystemExit(
                        f"{child.name} is not done after {PREPARE_LIMIT:.0f} s. Its log: {child.log}"
                    )
                time.sleep(0.03)
            if child.process.returncode:
                raise SystemExit(child.obituary())
            self.dismiss(child)

    def _heed_parent(self) -> None:
        if self.parent and self.parent.has_gone():
            raise SystemExit("The process that started this one has gone.")

    def _start_site(self, listening: socket.socket) -> None:
        run = self.place.run
        for stale in run.glob("beat*"):
            stale.unlink()
        celery = ("-m", "celery", "-A", "config")
        self._python(
            "worker",
            *celery,
            "worker",
            "--concurrency=2",
            "--queues=default,reminders,deliver",
            "--loglevel=info",
            "--without-gossip",
            "--without-mingle",
            restarts=True,
            # It takes half a minute over any other signal; killed, its pool ends by itself.
            death=signal.SIGKILL,
            grace=30,
        )
        self._python(
            "beat",
            *celery,
            "beat",
            "--loglevel=info",
            "--pidfile=",
            f"--schedule={run / 'beat'}",
            restarts=True,
        )
        self._python("heartbeat", "manage.py", "reminders_loop", restarts=True)
        with listening:
            fd = listening.fileno()
            self._python(
                "web",
                "-m",
                "gunicorn",
                "config.wsgi",
                f"--bind=fd://{fd}",
                "--workers=2",
                "--threads=8",
                "--preload",
                "--no-control-socket",
                "--graceful-timeout=5",
                fd=fd,
            )

    def _wait_ready(self) -> None:
        end = time.monotonic() + READY_LIMIT
        missing = "no answer yet"
        while time.monotonic() < end:
            for child in self.children:
                if child.has_ended():
                    raise SystemExit(child.obituary())
            self._heed_parent()
            missing = what_is_missing(self.env["SITE_URL"])
            if not missing:
                return
            time.sleep(0.1)
        raise SystemExit(f"Not ready after {READY_LIMIT:.0f} s: {missing}. Logs: {self.place.logs}")

    def _welcome(self, seconds: float) -> None:
        say(f"\nSecond Pass is ready after {seconds:.1f} s: {self.env['SITE_URL']}/")
        if self.demo:
            for name in ACCOUNTS:
                say(f"    {name}@example.org")
            say("    password: two-passes")
        say(f"Mail that it sends: {self.env['SITE_URL']}/mail/ and {self.place.mail}")
        say(f"Logs: {self.place.logs}. Ctrl-C stops everything.")


def are_videos_missing(media: Path) -> bool:
    """Whether the demo's own two videos have still to be drawn."""
    return not all((media / "try-it" / f"{name}.webm").exists() for name in STORIES)


def what_is_missing(site_url: str) -> str:
    """What `/readyz` misses, in words; empty when all parts are up."""
    try:
        with urllib.request.urlopen(f"{site_url}/readyz", timeout=5):  # noqa: S310 - our own address
            return ""
    except urllib.error.HTTPError as error:
        try:
            parts = json.loads(error.read()).get("parts", {})
        except ValueError:
            # No answer of ours: the site itself is broken.
            return f"the site answers {error.code}"
        return "; ".join(f"{name}: {state}" for name, state in parts.items() if state != "up")
    except (OSError, ValueError) as error:
        return str(error)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0 if number == signal.SIGINT else 128 + number)


def main() -> None:
    parser = argparse.ArgumentParser(description="Run every part of Second Pass on this machine.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or DEFAULT_PORT))
    parser.add_argument("--no-demo", action="store_true", help="leave the demo out")
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the starting process is gone"
    )
    given = parser.parse_args()
    parent = ParentWatch(os.getppid()) if given.with_parent else None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    stack = Stack(Place.from_environment(), port=given.port, demo=not given.no_demo, parent=parent)
    with stack:
        stack.start()
        stack.watch()


if __name__ == "__main__":
    main()
