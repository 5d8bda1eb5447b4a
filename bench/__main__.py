"""`make bench`: the main doors in one table, each beside its ceiling.

BENCH_LEARNERS (default 1000) is the size of the cohort, BENCH_SECONDS (default 5) how long each row
is measured, BENCH_CONNECTIONS (default 8) how many ask at once. BENCH_DOORS=REST measures only the
doors with this in their names, and the ceilings.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.ceilings_paths import READ, WRITE
from bench.load import Measured, Request, ask, measure
from local.place import ROOT, Place
from local.site import Site, running_site

LEARNERS = int(os.environ.get("BENCH_LEARNERS", "1000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
CONNECTIONS = int(os.environ.get("BENCH_CONNECTIONS", "8"))
DOORS = os.environ.get("BENCH_DOORS", "")
BEAT_MS = 10_000
# Requests are numbered; those asked apart have numbers that no measured one reaches.
FIRST_NUMBER, LAST_NUMBER = 6_400_000, 6_400_064
# A page's beats go on where those of the tokens end: the same film, the same players.
AFTER_TOKENS = 3_840_000
CSRF = "b" * 32
TAG_IS_GOOD_FOR = 500


@dataclass(frozen=True, slots=True)
class Door:
    """One row: its requests, the status that is right, and the row it is a share of."""

    name: str
    request: Request
    status: int
    ceiling: str = ""
    or_status: int = 0


def main() -> None:
    place = Place.from_environment().below("bench")
    with running_site(place) as site:
        say(f"a cohort of {LEARNERS} learners")
        site.manage("demo", "--learners", str(LEARNERS))
        world = json.loads(child(site, "-m", "bench.world"))
        with server(site) as (host, port):
            rows = asyncio.run(measure_all(host, port, chosen(doors_of(world, f"{host}:{port}"))))
    print_table(rows, learners=world["learners"])


def say(words: str) -> None:
    print(f"bench: {words}", file=sys.stderr)


def tag_of(address: str, token: str) -> str:
    """The ETag that an address has now."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - the same
        return str(answer.headers["ETag"])


def child(site: Site, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=site.env,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


@contextmanager
def server(site: Site) -> Iterator[tuple[str, int]]:
    """The same gunicorn as the stack's, with the ceilings in front; on the same database."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        fd = listening.fileno()
        process = subprocess.Popen(
            [
                sys.executable,
                *("-m", "gunicorn", "config.wsgi", f"--bind=fd://{fd}"),
                *("--workers=2", "--threads=8", "--preload", "--no-control-socket"),
            ],
            cwd=ROOT,
            env=site.env | {"DJANGO_SETTINGS_MODULE": "bench.settings"},
            pass_fds=[fd],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield listening.getsockname()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def doors_of(world: dict[str, Any], host: str) -> list[Door]:
    """Every row, ceilings first."""
    players = world["players"]
    began = datetime.fromisoformat(world["began"])

    def http(method: str, path: str, *, body: str = "", **headers: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body.encode())}", "", body]
        return "\r\n".join(lines).encode()

    def same(raw: bytes) -> Request:
        return lambda number: raw

    def write(number: int) -> bytes:
        pk = players[number % len(players)]["viewing"]
        return http("POST", f"{WRITE}?pk={pk}&n={number}")

    def heartbeat(number: int) -> bytes:
        return beat(number, lambda player: {"Authorization": f"Bearer {player['token']}"})

    def heartbeat_of_a_page(number: int) -> bytes:
        return beat(
            number + AFTER_TOKENS,
            lambda player: {
                "Cookie": f"sessionid={player['session']}; csrftoken={CSRF}",
                "X_CSRFToken": CSRF,
            },
        )

    def beat(number: int, sign_in: Callable[[dict[str, Any]], dict[str, str]]) -> bytes:
        # Each player's beats follow upon one another, as they do while somebody watches.
        beat_number, at = divmod(number, len(players))
        player = players[at]
        place = beat_number * BEAT_MS % (world["duration_ms"] - BEAT_MS)
        start = began + timedelta(milliseconds=beat_number * BEAT_MS)
        end = start + timedelta(milliseconds=BEAT_MS)
        body = {
            "client": "6a1f9c9e-9a0e-4f6c-9d6f-2f3f0f0c7a11",
            "sequence": beat_number,
            "played": [[place, place + BEAT_MS]],
            "active": [[start.isoformat(), end.isoformat()]],
            "pauses": 0,
            "rate": 1,
        }
        return http(
            "POST",
            f"/api/v1/viewings/{player['viewing']}/heartbeats/",
            body=json.dumps(body),
            Content_Type="application/json",
            **sign_in(player),
        )

    def progress(**headers: str) -> bytes:
        token = f"Bearer {world['token']}"
        return http("GET", "/api/v1/me/progress/", Authorization=token, **headers)

    tags: list[str] = []

    def unchanged(number: int) -> bytes:
        # The plan grows by a second every half minute, and the tag with it.
        if number % TAG_IS_GOOD_FOR == 0 or not tags:
            tags[:] = [tag_of(f"http://{host}/api/v1/me/progress/", world["token"])]
        return progress(If_None_Match=tags[0])

    def page(path: str, session: str) -> Request:
        return same(http("GET", path, Cookie=f"sessionid={session}"))

    read = "one row read"
    return [
        Door(read, same(http("GET", f"{READ}?pk={world['cohort']}")), 200),
        Door("one row written", write, 200),
        Door("learner home", page("/c/autumn-26/", world["learner"]), 200, read),
        Door("REST me/progress/", same(progress()), 200, read),
        Door("REST me/progress/, unchanged", unchanged, 304, read, or_status=200),
        Door("cohort progress page", page("/teach/autumn-26/", world["instructor"]), 200, read),
        Door("heartbeat", heartbeat, 202, "one row written"),
        Door("heartbeat of a page", heartbeat_of_a_page, 202, "one row written"),
    ]


def chosen(doors: list[Door]) -> list[Door]:
    return [door for door in doors if not door.ceiling or DOORS in door.name]


Row = tuple[Door, Measured, int]


async def measure_all(host: str, port: int, doors: list[Door]) -> list[Row]:
    rows: list[Row] = []
    for door in doors:
        # Every door once before any is measured: also waits until the server has started.
        await queries_of(host, port, door, number=FIRST_NUMBER)
    for door in doors:
        say(door.name)
        measured = await measure(
            host,
            port,
            door.request,
            status=door.status,
            or_status=door.or_status,
            connections=CONNECTIONS,
            warm_up=1.5,
            seconds=SECONDS,
        )
        rows.append((door, measured, await queries_of(host, port, door, number=LAST_NUMBER)))
    return rows


async def queries_of(host: str, port: int, door: Door, *, number: int) -> int:
    """The queries of one request more, after all the others: caches are as warm as they get."""
    raw = door.request(number).replace(b"\r\n", b"\r\nX-Count-Queries: 1\r\n", 1)
    status, headers, body = await ask(host, port, raw)
    if status != door.status:
        raise RuntimeError(f"{door.name}: {status} {body[:300]!r}")
    return int(headers["x-queries"])


def print_table(rows: list[Row], *, learners: int) -> None:
    rates = {door.name: measured.rate for door, measured, _ in rows}
    cpus = os.cpu_count()
    print(f"\n{CONNECTIONS} connections, {learners} learners, {cpus} CPUs, all on one machine\n")
    head = ("door", "requests/s", "p50 ms", "p99 ms", "queries", "of its ceiling")
    lines = [
        (
            door.name,
            f"{measured.rate:.0f}",
            f"{measured.p50:.1f}",
            f"{measured.p99:.1f}",
            str(queries),
            f"{measured.rate / rates[door.ceiling]:.0%} of {door.ceiling}" if door.ceiling else "",
        )
        for door, measured, queries in rows
    ]
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    aligned: list[Callable[[str, int], str]] = [str.ljust, *[str.rjust] * 4, str.ljust]
    for line in (head, tuple("-" * width for width in widths), *lines):
        cells = [
            align(cell, width) for align, cell, width in zip(aligned, line, widths, strict=True)
        ]
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
