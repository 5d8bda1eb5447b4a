"""Proof of what a relay accepted, by Message-ID, from the records that it keeps itself.

`seen` answers True (accepted), False (surely not) or None (nobody can say); None never sends a message again.
"""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from pathlib import Path
from typing import Protocol

MESSAGE_ID = re.compile(rb"message-id=(<[^>\s]+>)", re.IGNORECASE)
QUEUE = re.compile(rb"postfix\S*/(\w+)\[\d+\]: (\w+): ")
SYSLOG_MOMENT = re.compile(rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")


class Evidence(Protocol):
    """The records of one relay."""

    def seen(self, message_ids: Collection[str], *, since: datetime) -> dict[str, bool | None]:
        """Which of these were accepted since that moment."""
        ...


def stored_name(message_id: str) -> str:
    """What the mail sink of one's own machine puts into the name of a message's file."""
    return sha256(message_id.strip().encode()).hexdigest()[:32]


class SinkFolder:
    """The folder of the mail sink: a file appears whole, named after its Message-ID, before the sink says yes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def seen(self, message_ids: Collection[str], *, since: datetime) -> dict[str, bool | None]:
        if not self.folder.is_dir():
            return dict.fromkeys(message_ids)
        stored = {path.name.rpartition("-")[2] for path in self.folder.glob("*.eml")}
        return {each: f"{stored_name(each)}.eml" in stored for each in message_ids}


class PostfixLog:
    """The mail log of a Postfix. `cleanup` names the Message-ID with its queue's id as soon as the headers came;
    accepted it is when `qmgr` takes that queue id up, since a line that broke before the dot is forgotten.

    Absence proves something only where the log reaches back far enough and has gone on since.
    """

    def __init__(self, log: Path, *, zone: tzinfo = UTC) -> None:
        self.log = log
        self.zone = zone

    def seen(self, message_ids: Collection[str], *, since: datetime) -> dict[str, bool | None]:
        wanted = {each.strip().encode(): each for each in message_ids}
        began: dict[bytes, set[bytes]] = {}  # queue ids by Message-ID
        queued: set[bytes] = set()
        first: datetime | None = None
        last: datetime | None = None
        for line in self._lines():
            moment = self._moment(line, since)
            if moment is None:
                continue
            first, last = first or moment, moment
            where = QUEUE.search(line)
            if where is None:
                continue
            if where[1] == b"cleanup" and (named := MESSAGE_ID.search(line)) is not None:
                if named[1] in wanted:
                    began.setdefault(named[1], set()).add(where[2])
            elif where[1] == b"qmgr" and b"queue active" in line:
                queued.add(where[2])
        covers = first is not None and last is not None and first <= since <= last
        return {
            name: self._answer(began.get(message_id), queued, covers=covers)
            for message_id, name in wanted.items()
        }

    @staticmethod
    def _answer(queues: set[bytes] | None, queued: set[bytes], *, covers: bool) -> bool | None:
        if queues is None:
            return False if covers else None
        # Begun and not taken up: broken off, or a queue manager that is behind.
        return True if queues & queued else None

    def _lines(self) -> Iterator[bytes]:
        """The rotated log first, then the one that is written now."""
        for path in (self.log.with_name(f"{self.log.name}.1"), self.log):
            try:
                with path.open("rb") as lines:
                    yield from lines
            except OSError:
                continue

    def _moment(self, line: bytes, since: datetime) -> datetime | None:
        """The moment a line was written: RFC 3339, or the old form, which has neither year nor zone."""
        try:
            if SYSLOG_MOMENT.match(line):
                text = f"{since.year} {line[:15].decode()}"
                moment = datetime.strptime(text, "%Y %b %d %H:%M:%S").replace(tzinfo=self.zone)
                # Written in January about December, or the other way round.
                if moment - since > timedelta(days=180):
                    return moment.replace(year=moment.year - 1)
                if since - moment > timedelta(days=180):
                    return moment.replace(year=moment.year + 1)
                return moment
            moment = datetime.fromisoformat(line.split(b" ", 1)[0].decode())
        except (ValueError, UnicodeDecodeError):
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
