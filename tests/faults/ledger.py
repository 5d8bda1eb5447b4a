"""What the sink accepted, a line each, written before its answer."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Accepted:
    """`collapsed` says that the sink knew the key already and delivered nothing a second time."""

    message_id: str
    recipient: str
    digest: str
    collapsed: bool


def line_of(entry: Accepted) -> bytes:
    words = (entry.message_id, entry.recipient, entry.digest, str(int(entry.collapsed)))
    return " ".join(words).encode() + b"\n"


def accepted(ledger: Path) -> list[Accepted]:
    if not ledger.exists():
        return []
    entries = []
    for line in ledger.read_text().splitlines():
        message_id, recipient, digest, collapsed = line.split()
        entries.append(Accepted(message_id, recipient, digest, collapsed == "1"))
    return entries
