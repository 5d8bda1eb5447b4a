"""The weekly mail to instructors as the engine sees it: when it goes out, to whom, and whether it is still wanted.

What it says belongs to a higher app, which registers itself here as the source. It is planned once for each Monday of
its reader, under their Wake row, and leaves behind the same fence as every mail.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from apps.accounts.models import User
from apps.reminders.slots import Slot, local_date, monday_of

HOUR = 8
# A week's mail may be late, but no later than Monday's working day.
CLOSES_HOUR = 18
# It is Monday somewhere from Sunday 10:00 UTC to Tuesday 12:00 UTC.
EARLIEST, LATEST = timedelta(hours=-14), timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class DigestText:
    """What the mail says, without its frame of headers."""

    subject: str
    text: str
    html: str


class DigestSource(Protocol):
    """Who is told about which cohorts, and in which words."""

    def cohorts_of(
        self, *, now: datetime, user_ids: Collection[int] | None = None
    ) -> Mapping[int, tuple[int, ...]]:
        """The cohorts of each reader, by their ids and in their order; of everybody where no ids are given."""

    def words(
        self, *, user: User, cohort_ids: Collection[int], off_address: str, now: datetime
    ) -> DigestText:
        """The mail about these cohorts, in the language and zone that are active."""


class NoSource:
    """Nobody is told anything."""

    def cohorts_of(
        self, *, now: datetime, user_ids: Collection[int] | None = None
    ) -> Mapping[int, tuple[int, ...]]:
        return {}

    def words(
        self, *, user: User, cohort_ids: Collection[int], off_address: str, now: datetime
    ) -> DigestText:
        raise LookupError("no source of digests is registered")


_source: DigestSource = NoSource()


def register_source(source: DigestSource) -> None:
    """The app that knows what is to tell says so when it starts."""
    global _source
    _source = source


def source() -> DigestSource:
    return _source


def slot_of(zone: ZoneInfo, *, minute: int, now: datetime) -> Slot | None:
    """This Monday's slot while it is open: from eight o'clock, and a minute of one's own, to six in the evening."""
    today = local_date(now, zone)
    if today != monday_of(today):
        return None
    at = datetime(today.year, today.month, today.day, HOUR, minute, tzinfo=zone).astimezone(UTC)
    return Slot(at=at, on=today) if at <= now < closes_at(zone, at) else None


def closes_at(zone: ZoneInfo, at: datetime) -> datetime:
    """Until when the mail of that morning may go out."""
    return at.astimezone(zone).replace(hour=CLOSES_HOUR, minute=0).astimezone(UTC)


def is_monday_somewhere(now: datetime) -> bool:
    utc = now.astimezone(UTC)
    monday = datetime.combine(monday_of(utc.date()), datetime.min.time(), tzinfo=UTC)
    return any(
        start + EARLIEST <= utc < start + LATEST for start in (monday, monday + timedelta(days=7))
    )
