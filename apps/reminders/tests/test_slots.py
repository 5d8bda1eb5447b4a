"""The learner's hour in every zone of the world: gaps, overlaps, lost days, nights, quiet days and pauses."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.reminders import slots
from apps.reminders.slots import Rhythm, Slot

ZONES = sorted(available_timezones())
zones = st.sampled_from(ZONES).map(ZoneInfo)
hours = st.integers(slots.EARLIEST_HOUR, slots.LATEST_HOUR)
moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - Hypothesis wants naive bounds
    datetime(2037, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)
rhythms = st.builds(
    Rhythm,
    zone=zones,
    hour=hours,
    minute=st.integers(0, slots.SPREAD_MINUTES),
    quiet_days=st.integers(0, slots.ALL_QUIET_DAYS),
)


def rhythm(zone: str, hour: int, minute: int = 0, **more: Any) -> Rhythm:
    return Rhythm(zone=ZoneInfo(zone), hour=hour, minute=minute, **more)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "minute", "local"),
    [
        ("America/New_York", date(2026, 3, 8), 2, 30, "2026-03-08 03:30"),
        ("America/New_York", date(2026, 11, 1), 1, 30, "2026-11-01 01:30"),
        ("Australia/Lord_Howe", date(2026, 10, 4), 2, 15, "2026-10-04 02:45"),
        ("America/Santiago", date(2026, 9, 6), 0, 30, "2026-09-06 01:30"),
        ("America/Nuuk", date(2026, 3, 28), 23, 30, "2026-03-29 00:30"),
        ("Pacific/Apia", date(2011, 12, 30), 19, 0, "2011-12-31 19:00"),
        ("Europe/Warsaw", date(2028, 2, 29), 19, 5, "2028-02-29 19:05"),
        ("Asia/Kathmandu", date(2026, 11, 24), 19, 0, "2026-11-24 19:00"),
    ],
)
def test_a_slot_in_a_gap_lies_after_it_and_carries_its_own_date(
    zone: str, day: date, hour: int, minute: int, local: str
) -> None:
    slot = slots.slot_for(rhythm(zone, hour, minute), day)

    wall = slot.at.astimezone(ZoneInfo(zone))
    assert wall.strftime("%Y-%m-%d %H:%M") == local
    assert slot.on == wall.date()


def test_a_slot_in_an_overlap_is_the_first_of_the_two() -> None:
    slot = slots.slot_for(rhythm("America/New_York", 1, 30), date(2026, 11, 1))

    assert slot.at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_day_that_does_not_exist_gives_one_slot_and_not_two() -> None:
    apia = rhythm("Pacific/Apia", 19)
    before = datetime(2011, 12, 30, 6, 0, tzinfo=UTC)  # 20:00 on the 29th there

    found = slots.next_slot(apia, not_before_on=date(2011, 12, 30), now=before)

    assert found == Slot(at=datetime(2011, 12, 31, 5, 0, tzinfo=UTC), on=date(2011, 12, 31))


def test_every_zone_has_a_slot_on_every_day_around_its_changes() -> None:
    first = date(2026, 1, 1)
    for name in ZONES:
        evening = rhythm(name, 19, 7)
        found = [slots.slot_for(evening, first + timedelta(days=day)) for day in range(0, 730, 5)]
        assert all(a.at < b.at and a.on < b.on for a, b in pairwise(found))
        assert all(slots.is_allowed(evening, slot) for slot in found), name


@given(rhythm=rhythms, now=moments, ahead=st.integers(-400, 400))
@settings(max_examples=400, deadline=None)
def test_the_next_slot_is_never_past_quiet_at_night_or_of_another_date(
    rhythm: Rhythm, now: datetime, ahead: int
) -> None:
    not_before_on = slots.local_date(now, rhythm.zone) + timedelta(days=ahead)

    slot = slots.next_slot(rhythm, not_before_on=not_before_on, now=now)

    if rhythm.quiet_days == slots.ALL_QUIET_DAYS:
        assert slot is None
        return
    assert slot is not None
    local = slot.at.astimezone(rhythm.zone)
    assert slot.at >= now
    assert slot.on == local.date()
    assert slot.on >= not_before_on
    assert 7 <= local.hour < 22
    assert not rhythm.quiet_days >> slot.on.weekday() & 1


@given(rhythm=rhythms, now=moments)
@settings(max_examples=200, deadline=None)
def test_slots_follow_one_another_with_rising_dates(rhythm: Rhythm, now: datetime) -> None:
    day = slots.local_date(now, rhythm.zone)
    for _ in range(10):
        slot = slots.next_slot(rhythm, not_before_on=day, now=now)
        if slot is None:
            return
        assert slot.on >= day
        day = slot.on + timedelta(days=1)


@given(rhythm=rhythms, now=moments, length=st.integers(1, 90))
@settings(max_examples=200, deadline=None)
def test_no_slot_falls_into_a_pause(rhythm: Rhythm, now: datetime, length: int) -> None:
    until = slots.local_date(now, rhythm.zone) + timedelta(days=length)
    paused = Rhythm(
        rhythm.zone, rhythm.hour, rhythm.minute, rhythm.quiet_days, True, paused_until=until
    )

    slot = slots.next_slot(paused, not_before_on=date(2000, 1, 1), now=now)

    assert slot is None or slot.on >= until


@given(rhythm=rhythms, now=moments, late=st.integers(0, 240))
@settings(max_examples=300, deadline=None)
def test_a_late_message_goes_within_three_hours_of_the_same_day_or_not_at_all(
    rhythm: Rhythm, now: datetime, late: int
) -> None:
    slot = slots.next_slot(rhythm, not_before_on=date(1990, 1, 1), now=now)
    if slot is None:
        return
    moment = slot.at + timedelta(minutes=late)

    if slots.is_open(rhythm, slot, now=moment):
        local = moment.astimezone(rhythm.zone)
        assert late < 180
        assert local.date() == slot.on
        assert 7 <= local.hour < 22
    else:
        assert late >= 180 or moment.astimezone(rhythm.zone).hour >= 21 or late > 50


def test_a_slot_of_nine_in_the_evening_closes_at_ten() -> None:
    late_riser = rhythm("Europe/Warsaw", 21, 5)
    slot = slots.slot_for(late_riser, date(2026, 11, 24))

    assert slots.closes_at(late_riser, slot) == datetime(2026, 11, 24, 21, 0, tzinfo=UTC)


def test_a_pause_without_a_date_has_no_next_slot() -> None:
    paused = rhythm("Europe/Warsaw", 19, paused=True)

    found = slots.next_slot(
        paused, not_before_on=date(2026, 11, 24), now=datetime(2026, 11, 24, 12, tzinfo=UTC)
    )

    assert found is None


def test_the_minute_is_spread_over_eleven_and_stays_with_the_person() -> None:
    minutes = [slots.minute_offset(person, key=b"key") for person in range(2000)]

    assert set(minutes) == set(range(11))
    assert minutes == [slots.minute_offset(person, key=b"key") for person in range(2000)]
    assert max(minutes.count(minute) for minute in range(11)) < 2 * 2000 / 11
