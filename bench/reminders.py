"""`make bench-reminders`: what the reminder engine costs, on servers of its own, one table.

An idle tick among 100 thousand and a million learners, also while an old snapshot keeps every dead row; planning; and
sending beside a bare SMTP connection that does nothing else. BENCH_FEW and BENCH_MANY choose the crowds; words
(idle, planning, sending) choose the rows.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from local.child import say
from local.listening import listen, port_of
from local.place import ROOT, Place
from local.servers import Servers

FEW = int(os.environ.get("BENCH_FEW") or 100_000)
MANY = int(os.environ.get("BENCH_MANY") or 1_000_000)
PLANNED, SENT, SENDERS = 20_000, 2_000, 2
Row = tuple[str, str, str]


def main() -> None:
    with Servers(Place.from_environment().below("bench-reminders")) as servers:
        servers.start_databases()
        with sink(servers.place) as (port, ledger):
            env = servers.env | {
                "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
                "FAULTS_PORT": str(port),
                "FAULTS_TRANSPORT": "tests.faults.transports.Key",
                "FAULTS_LEDGER": str(ledger),
            }
            run(env, sys.executable, "manage.py", "migrate", "--verbosity=0")
            chosen = sys.argv[1:] or list(MEASURED)
            rows = [row for name in chosen for row in MEASURED[name](env)]
    print(f"\n{os.cpu_count()} CPUs, database, mail server and engine on one machine\n")
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print(
            "| "
            + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            + " |"
        )


@contextmanager
def sink(place: Place) -> Iterator[tuple[int, Path]]:
    """The mail server of the chaos, which writes every message to its ledger before its answer."""
    ledger = place.var / "ledger"
    ledger.unlink(missing_ok=True)
    listening = listen(0)
    fd = listening.fileno()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.sink", f"--fd={fd}", f"--ledger={ledger}"],
        cwd=ROOT,
        pass_fds=[fd],
    )
    try:
        yield port_of(listening), ledger
    finally:
        process.kill()
        process.wait()
        listening.close()


def run(env: dict[str, str], *command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def player(env: dict[str, str], *words: str) -> str:
    """What `bench.reminders_player` prints for these words."""
    return run(env, sys.executable, "-m", "bench.reminders_player", *words).strip()


def together(env: dict[str, str], count: int, *words: str) -> list[list[float]]:
    """The same player several times at once; each answers numbers."""
    command = [sys.executable, "-m", "bench.reminders_player", *words]
    players = [
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    return [[float(word) for word in each.communicate()[0].split()] for each in players]


def idle_rows(env: dict[str, str]) -> list[Row]:
    times = {}
    rows: list[Row] = []
    for learners in (FEW, MANY):
        say(f"bench: {learners} learners, nobody due")
        player(env, "crowd", str(learners))
        buffers, *ticks = (float(word) for word in player(env, "idle").split())
        times[learners] = median(ticks)
        rows.append(
            (
                f"idle tick, {learners:,} learners",
                f"{median(ticks):.2f} ms",
                f"{buffers:.0f} buffers",
            )
        )
    say("bench: an old snapshot, and 30,000 turns taken behind it")
    pinned = median(float(word) for word in player(env, "pinned").split())
    ratio = times[MANY] / times[FEW]
    rows[1] = (*rows[1][:2], f"{rows[1][2]}, {ratio:.2f} times")
    rows.append(
        ("idle tick, pinned snapshot", f"{pinned:.2f} ms", f"{pinned / times[MANY]:.2f} times")
    )
    return rows


def planning_rows(env: dict[str, str]) -> list[Row]:
    rows: list[Row] = []
    for planners in (1, SENDERS):
        say(f"bench: {PLANNED} learners due, {planners} planners")
        player(env, "due", str(PLANNED))
        began = time.perf_counter()
        spans = together(env, planners, "plan")
        planned = sum(each[0] for each in spans)
        if planned != PLANNED:
            raise SystemExit(f"{planned} planned after {time.perf_counter() - began:.0f} s")
        words = "one planner" if planners == 1 else f"{planners} planners at once"
        rows.append((f"planning, {words}", f"{_rate(spans):,.0f} learners/s", _cores(spans)))
    return rows


def sending_rows(env: dict[str, str]) -> list[Row]:
    say(f"bench: {SENT} mails, {SENDERS} senders")
    player(env, "due", str(SENT))
    together(env, 1, "plan")
    spans = together(env, SENDERS, "send")
    sent = _rate(spans)
    say("bench: the same mails over bare connections")
    alone = together(env, SENDERS, "bare", str(SENT // SENDERS))
    bare = _rate(alone)
    ratio = f"{sent / bare:.2f} of bare SMTP; {_cores(spans)}"
    return [
        (f"sending, {SENDERS} senders", f"{sent:.0f} mails/s", ratio),
        (f"bare SMTP, {SENDERS} connections", f"{bare:.0f} mails/s", _cores(alone)),
    ]


MEASURED: dict[str, Callable[[dict[str, str]], list[Row]]] = {
    "idle": idle_rows,
    "planning": planning_rows,
    "sending": sending_rows,
}


def _cores(spans: list[list[float]]) -> str:
    """What a thousand cost in seconds of a core, whatever else the machine does."""
    count, here, there = (sum(each[place] for each in spans) for place in (0, 3, 4))
    return f"a thousand: {here * 1000 / count:.2f} s of Python, {there * 1000 / count:.2f} s of PostgreSQL"


def _rate(spans: list[list[float]]) -> float:
    count = sum(each[0] for each in spans)
    return count / (max(each[2] for each in spans) - min(each[1] for each in spans))


if __name__ == "__main__":
    main()
