"""What stands in a message's way, held against the planner itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.cohorts.schedule import Break
from apps.reminders import slots
from apps.reminders.obstacles import obstacles_today
from apps.reminders.planning import Item, WakeState, plan_learner
from apps.reminders.slots import Rhythm

ZONES = ("Europe/Warsaw", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "America/Nuuk")
FRIDAY = date(2026, 11, 6)
EVENING = datetime(2026, 11, 6, 18, 15, tzinfo=UTC)  # 19:15 in Warsaw
RHYTHM = Rhythm(zone=ZoneInfo("Europe/Warsaw"), hour=19, minute=5)
DUE = Item(1, 1, FRIDAY, FRIDAY, 0, (4, 8, 16, 30))
WAKE = WakeState(rhythm=RHYTHM)


def days(around: date) -> st.SearchStrategy[date]:
    return st.integers(-3, 8).map(lambda days: around + timedelta(days=days))


def quiet(around: date) -> st.SearchStrategy[tuple[Break, ...]]:
    """No break, or one of a week or less about that day in which nothing is said."""
    lasting = st.tuples(days(around), st.integers(0, 6))
    one = lasting.map(lambda each: (Break(each[0], each[0] + timedelta(days=each[1])),))
    return st.just(()) | one


@st.composite
def situations(draw: st.DrawFn) -> tuple[WakeState, list[Item], datetime]:
    now = EVENING + timedelta(minutes=draw(st.integers(-17 * 1440, 14 * 1440)))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    today = slots.local_date(now, zone)
    rhythm = Rhythm(
        zone=zone,
        hour=draw(st.integers(7, 21)),
        minute=draw(st.integers(0, 10)),
        quiet_days=draw(st.sampled_from([0, 0, 1, 64, 31])),
        paused=draw(st.sampled_from([False, False, True])),
        paused_until=draw(st.none() | days(today)),
    )
    wake = WakeState(
        rhythm=rhythm,
        last_slot_on=draw(st.none() | days(today)),
        week_on=draw(st.none() | days(today).map(slots.monday_of)),
        week_used=draw(st.integers(0, 4)),
        reachable=draw(st.sampled_from([True, True, False])),
        messages_a_week=draw(st.integers(1, 4)),
    )
    items = [
        Item(number, number, today, draw(st.none() | days(today)), 0, (4, 8), draw(quiet(today)))
        for number in range(draw(st.integers(0, 3)))
    ]
    if draw(st.booleans()):
        # Half of them about the learner's hour, where it matters.
        slot = slots.slot_for(rhythm, today)
        now = slot.at + timedelta(minutes=draw(st.integers(-1, 181)))
    return wake, items, now


@settings(max_examples=120, deadline=None)
@given(situations())
def test_a_message_is_planned_exactly_where_nothing_stands_in_its_way(
    situation: tuple[WakeState, list[Item], datetime],
) -> None:
    wake, items, now = situation
    slot = slots.slot_for(wake.rhythm, slots.local_date(now, wake.rhythm.zone))
    planned = plan_learner(replace(wake, slot=slot), items, now).message is not None

    assert planned == (obstacles_today(wake, items, now) == ())


@pytest.mark.parametrize(
    ("wake", "now", "stands"),
    [
        (WAKE, EVENING, []),
        (replace(WAKE, reachable=False), EVENING, ["no_channel"]),
        (replace(WAKE, rhythm=replace(RHYTHM, paused=True)), EVENING, ["paused"]),
        (
            replace(WAKE, rhythm=replace(RHYTHM, paused=True, paused_until=FRIDAY)),
            EVENING,
            [],
        ),
        (replace(WAKE, last_slot_on=FRIDAY), EVENING, ["had_todays"]),
        (replace(WAKE, week_on=date(2026, 11, 2), week_used=4), EVENING, ["week_full"]),
        (replace(WAKE, rhythm=replace(RHYTHM, quiet_days=0b0010000)), EVENING, ["quiet_day"]),
        (WAKE, EVENING - timedelta(hours=1), ["too_early"]),
        (WAKE, EVENING + timedelta(hours=2, minutes=46), ["too_late"]),
        (WAKE, EVENING - timedelta(days=1), ["nothing_to_say"]),
    ],
)
def test_each_obstacle_is_named(wake: WakeState, now: datetime, stands: list[str]) -> None:
    assert list(obstacles_today(wake, [DUE], now)) == stands
