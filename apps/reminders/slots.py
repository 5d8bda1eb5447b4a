"""When a message may go out: one slot a day, at the learner's hour, in their zone.

A wall time is turned into an instant the way PEP 495 does (fold=0): in a gap the slot lies after it, in an overlap
it is the first of the two. A gap may swallow a whole day, so a slot's date is read back from its instant. Pure.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EARLIEST_HOUR = 7
# Slots begin in the hours 7 to 21; at 22:00 it is night.
LATEST_HOUR = 21
NIGHT_HOUR = 22
LATE_GRACE = timedelta(hours=3)
# People are told "about 19:00": a million learners in one minute would be a wall, in ten it is a queue.
SPREAD_MINUTES = 10
NO_QUIET_DAYS = 0
ALL_QUIET_DAYS = 0b1111111
SEARCH_DAYS = 21


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a learner wants messages. Bit 0 of `quiet_days` is Monday; `paused` without a date lasts until resumed;
    `paused_until` is the first day with messages again."""

    zone: ZoneInfo
    hour: int
    minute: int = 0
    quiet_days: int = NO_QUIET_DAYS
    paused: bool = False
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """An instant in UTC and the date it has in the learner's zone."""

    at: datetime
    on: date


def minute_offset(user_id: int, *, key: bytes) -> int:
    """0 to 10, the same for a person for ever and not to be guessed from the id."""
    digest = hmac.digest(key, f"minute:{user_id}".encode(), hashlib.sha256)
    return int.from_bytes(digest[:8]) % (SPREAD_MINUTES + 1)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def is_quiet(quiet_days: int, day: date) -> bool:
    return bool(quiet_days >> day.weekday() & 1)


def slot_for(rhythm: Rhythm, day: date) -> Slot:
    """The learner's hour on this day. Where the day or the hour does not exist, the slot lies after the gap."""
    return _slot_at(rhythm.zone, rhythm.hour, rhythm.minute, day)


# Thousands of learners share an hour and a zone: the same slot is worked out once.
@lru_cache(maxsize=16384)
def _slot_at(zone: ZoneInfo, hour: int, minute: int, day: date) -> Slot:
    wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=0)
    at = wall.astimezone(UTC)
    return Slot(at=at, on=local_date(at, zone))


def is_allowed(rhythm: Rhythm, slot: Slot) -> bool:
    """Whether a message may be sent in this slot: no pause, no quiet day, no night."""
    if rhythm.paused and (rhythm.paused_until is None or slot.on < rhythm.paused_until):
        return False
    local = slot.at.astimezone(rhythm.zone)
    return (
        local.date() == slot.on
        and EARLIEST_HOUR <= local.hour < NIGHT_HOUR
        and not is_quiet(rhythm.quiet_days, slot.on)
    )


def closes_at(rhythm: Rhythm, slot: Slot) -> datetime:
    """Until when a late message of this slot may still go out: three hours, and never into the night."""
    return min(slot.at + LATE_GRACE, _night_of(rhythm.zone, slot.on))


@lru_cache(maxsize=4096)
def _night_of(zone: ZoneInfo, day: date) -> datetime:
    night = datetime(day.year, day.month, day.day, NIGHT_HOUR, tzinfo=zone, fold=0)
    return night.astimezone(UTC)


def is_open(rhythm: Rhythm, slot: Slot, *, now: datetime) -> bool:
    """Whether the slot has begun and is not too late."""
    return slot.at <= now < closes_at(rhythm, slot)


def next_slot(rhythm: Rhythm, *, not_before_on: date, now: datetime) -> Slot | None:
    """The first allowed slot at or after `now` whose local date is `not_before_on` or later.

    None while the learner has paused without a date, or has made all seven days quiet.
    """
    if rhythm.quiet_days == ALL_QUIET_DAYS or (rhythm.paused and rhythm.paused_until is None):
        return None
    first = max(not_before_on, local_date(now, rhythm.zone))
    if rhythm.paused and rhythm.paused_until is not None:
        first = max(first, rhythm.paused_until)
    for ahead in range(SEARCH_DAYS):
        slot = slot_for(rhythm, first + timedelta(days=ahead))
        if slot.at >= now and slot.on >= first and is_allowed(rhythm, slot):
            return slot
    return None
