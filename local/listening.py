"""Sockets that are bound from the moment their port is chosen, and handed on by number.

Choosing a free port first and binding it later lets a neighbour take it in between.
"""

import contextlib
import socket

TRIES = 20


def listen(first: int) -> socket.socket:
    """Listen on 127.0.0.1 at `first` (0: any) or the next free port after it."""
    ports = [*range(first, min(first + TRIES, 65536)), 0] if first else [0]
    for port in ports:
        candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            candidate.bind(("127.0.0.1", port))
            candidate.listen(128)
            return candidate
        candidate.close()
    raise SystemExit("No port is free on 127.0.0.1.")


def port_of(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])
