"""The three crash policies against the ledger of our own sink, with a grace of a second."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from apps.reminders.transports.policies import (
    BlindTransport,
    EvidenceTransport,
    KeyTransport,
    Transport,
    Unknown,
    Verdict,
)
from tests.faults.ledger import accepted
from tests.faults.scene import Scene

KEY_HEADER = "X-Idempotency-Key"


class Noted(Transport):
    """Writes every verdict down, so that the run can count how often nobody knew."""

    grace = timedelta(seconds=1)

    def verdicts(self, unknown: Sequence[Unknown], *, at: datetime) -> list[Verdict]:
        said = super().verdicts(unknown, at=at)  # type: ignore[safe-super]  # the next in line has it
        with Scene.verdicts.open("a") as notes:
            settled = [verdict for verdict in said if verdict is not Verdict.WAIT]
            notes.write("".join(f"{verdict.value}\n" for verdict in settled))
        return said


class LedgerFile:
    """The sink's own list: a line is there before the sink says yes."""

    def seen(self, message_ids: Collection[str], *, since: datetime) -> dict[str, bool | None]:
        known = {each.message_id for each in accepted(Scene.ledger)}
        return {each: each in known for each in message_ids}


class Ledger(Noted, EvidenceTransport):
    def __init__(self) -> None:
        super().__init__(LedgerFile())


class Key(Noted, KeyTransport):
    def __init__(self) -> None:
        super().__init__(header=KEY_HEADER, keeps=timedelta(hours=24))


class Blind(Noted, BlindTransport):
    pass
