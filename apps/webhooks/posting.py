"""One POST to somebody's server, which is not to be trusted with anything: neither our network, nor our time or memory.

No proxy of the environment, no redirect, no more than a beginning of the answer, and an end to all of it.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from apps.webhooks.addresses import Network, may_be_reached
from apps.webhooks.models import KEPT_OF_ANSWER, Attempt

SECONDS = 10.0
USER_AGENT = "SecondPass-Webhooks/1"


class _Refused(Exception):
    """The name leads nowhere we go."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: a status with the first bytes of the answer, or a fault."""

    milliseconds: int
    status: int | None = None
    fault: str = ""
    answer: str = ""
    retry_after: str = ""

    @property
    def has_arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    allowed: Sequence[Network] = (),
    seconds: float = SECONDS,
) -> Outcome:
    """Send it once. Never raises for what the other side does."""
    began = time.monotonic()
    clock = _Clock(seconds)
    try:
        status, answer, retry_after = _exchange(url, body, headers, allowed, clock)
    except Exception as error:  # whatever a stranger's server makes of HTTP is an answer too
        return Outcome(_since(began), fault=_fault_of(error, clock))
    finally:
        clock.stop()
    return Outcome(_since(began), status=status, answer=answer, retry_after=retry_after)


class _Clock:
    """Cuts the line when the time is up: a server that says one byte a second keeps nobody waiting for long."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_over = False
        self._line: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, line: socket.socket) -> None:
        self._line = line
        if self.is_over:
            raise TimeoutError

    def stop(self) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.is_over = True
        line = self._line
        if line is not None:
            with suppress(OSError, ValueError):  # it has gone already
                line.shutdown(socket.SHUT_RDWR)


def _exchange(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    allowed: Sequence[Network],
    clock: _Clock,
) -> tuple[int, str, str]:
    parts = urlsplit(url)
    is_plain = parts.scheme == "http"
    host, port = parts.hostname or "", parts.port or (80 if is_plain else 443)
    line = socket.create_connection(_judged(host, port, allowed), timeout=clock.seconds)
    try:
        clock.watch(line)
        if not is_plain:
            # Watched before it speaks: a handshake can be slow, too.
            safe = _tls().wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
            line = safe
            clock.watch(safe)
            safe.do_handshake()
        talk = http.client.HTTPConnection(host, port, timeout=clock.seconds)
        talk.sock = line
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        # HTTPConnection leaves the port away from Host where it is its own default, which is 80.
        name = f"[{host}]" if ":" in host else host
        is_usual = port == (80 if is_plain else 443)
        fixed = {
            "Host": name if is_usual else f"{name}:{port}",
            "User-Agent": USER_AGENT,
            "Content-Type": "application/json",
            "Connection": "close",
        }
        talk.request("POST", target, body=body, headers=fixed | dict(headers))
        with talk.getresponse() as answer:
            beginning = answer.read(KEPT_OF_ANSWER)
            if clock.is_over:
                # A line that was cut looks like an end.
                raise TimeoutError
            return answer.status, _plain(beginning), answer.headers.get("Retry-After", "")
    finally:
        line.close()


def _judged(host: str, port: int, allowed: Sequence[Network]) -> tuple[str, int]:
    """The address to connect to: of all that the name has, each has to be fit to be reached."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _Refused from error
    addresses = [str(where[0]) for *_, where in found]
    # A scope (`fe80::1%eth0`) names a link of our own.
    if not addresses or not all(
        "%" not in each and may_be_reached(ip_address(each), allowed=allowed) for each in addresses
    ):
        raise _Refused
    return addresses[0], port


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _fault_of(error: Exception, clock: _Clock) -> str:
    if isinstance(error, _Refused):
        return Attempt.Fault.ADDRESS
    if clock.is_over or isinstance(error, TimeoutError):
        return Attempt.Fault.SLOW
    if isinstance(error, ssl.SSLError):
        return Attempt.Fault.CERTIFICATE
    if isinstance(error, http.client.HTTPException | ValueError):
        return Attempt.Fault.BROKEN
    return Attempt.Fault.UNREACHABLE


def _plain(beginning: bytes) -> str:
    """For people to read: no control characters, which PostgreSQL or a terminal might take for orders."""
    text = beginning.decode("utf-8", "replace")
    return "".join(each if each.isprintable() else " " for each in text)[:KEPT_OF_ANSWER].strip()


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
