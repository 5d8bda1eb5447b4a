"""An SMTP server that takes every message and lays it down as one `.eml` file, named after its Message-ID.

Run as `python -m local.mail_sink --fd N --folder DIR`; the supervisor listens and hands the socket on.
"""

import argparse
import asyncio
import hashlib
import itertools
import os
import signal
import socket
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Stores what it is given; a file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        content = envelope.content or b""
        content = content if isinstance(content, bytes) else content.encode()
        # Who was cut off before the answer can ask the folder whether the message arrived.
        path = self.folder / f"{moment}-{next(self.numbers)}-{stored_name(content)}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(content)
        draft.replace(path)
        return "250 stored"


def stored_name(content: bytes) -> str:
    """Names a message by its Message-ID, whatever that contains."""
    message_id = BytesHeaderParser(policy=compat32).parsebytes(content)["Message-ID"] or ""
    return hashlib.sha256(str(message_id).strip().encode()).hexdigest()[:32]


async def serve(listening: socket.socket, folder: Path) -> None:
    """Take messages until asked to stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sink = Sink(folder)
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="localhost", enable_SMTPUTF8=True, loop=loop), sock=listening
    )
    await stop.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fd", type=int, required=True, help="a listening socket")
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    os.umask(0o077)
    asyncio.run(serve(socket.socket(fileno=given.fd), given.folder))


if __name__ == "__main__":
    main()
