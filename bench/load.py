"""A small load generator: keep-alive connections, prepared requests, exact times.

Its own cost is in every row alike, ceilings included, since they share one machine.
"""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

ANSWERS_AT_LEAST = 5
Request = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests a second; milliseconds that half and 99 of 100 took at most."""

    rate: float
    p50: float
    p99: float


class UnexpectedStatus(RuntimeError):
    """A door answered something else than it should: no figure would mean anything."""


async def ask(host: str, port: int, raw: bytes) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(raw)
        return await _read(reader)
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split()[1])
    lines = (line.partition(": ") for line in head[1:] if line)
    headers = {name.lower(): value for name, _, value in lines}
    # A 304 has no body and need not say so.
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return status, headers, body


async def measure(
    host: str,
    port: int,
    request: Request,
    *,
    status: int,
    or_status: int = 0,
    connections: int,
    warm_up: float,
    seconds: float,
) -> Measured:
    """Ask as fast as answers come, on so many connections at once; the warm-up is not counted."""
    numbers = iter(range(10**9))
    begin = time.perf_counter() + warm_up
    end = begin + seconds
    taken: list[float] = []
    # A slow door goes on until every connection was answered a few times.
    least = ANSWERS_AT_LEAST * connections

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        while (started := time.perf_counter()) < end or len(taken) < least:
            writer.write(request(next(numbers)))
            answered, headers, body = await _read(reader)
            if answered not in (status, or_status):
                raise UnexpectedStatus(f"{answered}: {body[:500]!r}")
            if started >= begin:
                taken.append(time.perf_counter() - started)
            if headers.get("connection") == "close":
                writer.close()
                reader, writer = await asyncio.open_connection(host, port)
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(connections)))
    taken.sort()
    passed = max(seconds, time.perf_counter() - begin)
    return Measured(len(taken) / passed, _share(taken, 0.50), _share(taken, 0.99))


def _share(taken: list[float], share: float) -> float:
    """The time that this share of the requests took at most, in milliseconds."""
    return taken[max(0, math.ceil(len(taken) * share) - 1)] * 1000 if taken else math.nan
