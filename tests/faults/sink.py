"""A mail server with a ledger that dies by itself now and then: before it took a message, and after it did.

Run as `python -m tests.faults.sink --fd N --ledger FILE [--keys] [--dies 400]`.
"""

import argparse
import asyncio
import hashlib
import os
import random
import socket
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.faults.ledger import Accepted, accepted, line_of

KEY_HEADER = "X-Idempotency-Key"
DIED_BEFORE, DIED_AFTER = 71, 72
TIMEOUT = 3.0


class Sink:
    """Accepting is one write to the ledger: either it happened or it did not."""

    def __init__(self, ledger: Path, *, collapses: bool, dies: int) -> None:
        self.known = {each.message_id for each in accepted(ledger)}
        self.ledger = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.collapses = collapses
        self.dies = dies

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        content = envelope.content or b""
        content = content if isinstance(content, bytes) else content.encode()
        self._perhaps_die(DIED_BEFORE)
        headers = BytesHeaderParser(policy=compat32).parsebytes(content)
        message_id = str(headers["Message-ID"]).strip()
        has_key = bool(headers[KEY_HEADER])
        entry = Accepted(
            message_id,
            envelope.rcpt_tos[0],
            hashlib.sha256(content).hexdigest()[:16],
            collapsed=self.collapses and has_key and message_id in self.known,
        )
        os.write(self.ledger, line_of(entry))
        self.known.add(message_id)
        self._perhaps_die(DIED_AFTER)
        return "250 2.0.0 taken"

    def _perhaps_die(self, code: int) -> None:
        if self.dies and random.randrange(self.dies) == 0:  # noqa: S311 - chance, not secrecy
            os._exit(code)


async def serve(listening: socket.socket, sink: Sink) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_server(
        lambda: SMTP(sink, hostname="localhost", timeout=TIMEOUT, loop=loop), sock=listening
    )
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--keys", action="store_true")
    parser.add_argument("--dies", type=int, default=0, help="once in so many messages, twice over")
    given = parser.parse_args()
    sink = Sink(given.ledger, collapses=given.keys, dies=given.dies)
    asyncio.run(serve(socket.socket(fileno=given.fd), sink))


if __name__ == "__main__":
    main()
