"""One learner's turn: what is listed, what steps on, when to look again; and whole autumns of it."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.cohorts.schedule import Break
from apps.reminders import planning, slots, spacing
from apps.reminders.planning import Item, WakeState, plan_learner
from apps.reminders.slots import Rhythm, Slot

WARSAW = ZoneInfo("Europe/Warsaw")
EVENING = Rhythm(zone=WARSAW, hour=19)
TUESDAY = date(2026, 11, 24)
SLOT = Slot(at=datetime(2026, 11, 24, 18, 0, tzinfo=UTC), on=TUESDAY)
TICK = SLOT.at + timedelta(seconds=12)
LADDER = (4, 8, 16, 30)


def item(number: int, due_on: date = TUESDAY, **more: Any) -> Item:
    fields: dict[str, Any] = {
        "rewatch_id": number,
        "video_id": 100 + number,
        "due_on": due_on,
        "remind_on": due_on,
        "rung": 0,
        "ladder": LADDER,
    }
    return Item(**fields | more)


def waiting(**more: Any) -> WakeState:
    return WakeState(rhythm=EVENING, slot=SLOT, **more)


def test_what_is_due_today_is_listed_and_steps_to_its_second_rung() -> None:
    plan = plan_learner(waiting(), [item(1), item(2, TUESDAY + timedelta(days=1))], TICK)

    assert plan.message == SLOT
    assert [listed.rewatch_id for listed in plan.listed] == [1]
    assert plan.steps == (planning.Step(1, rung=1, remind_on=date(2026, 11, 28)),)
    assert plan.wake.last_slot_on == TUESDAY
    assert plan.wake.slot == Slot(datetime(2026, 11, 25, 18, 0, tzinfo=UTC), date(2026, 11, 25))


def test_a_quiet_break_of_one_cohort_leaves_the_other_its_say() -> None:
    holidays = (Break(TUESDAY, TUESDAY + timedelta(days=9)),)
    silent, loud = item(1, quiet=holidays), item(2, TUESDAY + timedelta(days=1))

    today = plan_learner(waiting(), [silent, loud], TICK)
    ahead = list(
        planning.days_ahead(waiting(), [silent, loud], TICK, until=TUESDAY + timedelta(days=13))
    )

    assert today.message is None
    assert today.wake.slot is not None
    assert today.wake.slot.on == TUESDAY + timedelta(days=1)
    named = [
        (plan.message.on.day, [each.rewatch_id for each in plan.listed])
        for plan in ahead
        if plan.message
    ]
    assert named == [(25, [2]), (29, [2]), (4, [1]), (6, [1]), (7, [2])]


def test_seven_due_rewatches_are_five_today_and_two_tomorrow() -> None:
    seven = [item(number, TUESDAY - timedelta(days=number)) for number in range(7)]

    today = plan_learner(waiting(), seven, TICK)

    assert [listed.rewatch_id for listed in today.listed] == [6, 5, 4, 3, 2]
    assert {step.rewatch_id for step in today.steps} == {2, 3, 4, 5, 6}
    assert today.wake.slot is not None
    assert today.wake.slot.on == TUESDAY + timedelta(days=1)


def test_a_video_of_two_cohorts_is_listed_once_and_both_step_on() -> None:
    twins = [item(1, video_id=7), item(2, TUESDAY - timedelta(days=1), video_id=7)]

    plan = plan_learner(waiting(), twins, TICK)

    assert [listed.rewatch_id for listed in plan.listed] == [2]
    assert {step.rewatch_id for step in plan.steps} == {1, 2}


def test_after_the_last_rung_nobody_is_woken_again() -> None:
    plan = plan_learner(waiting(), [item(1, rung=3)], TICK)

    assert plan.steps == (planning.Step(1, rung=4, remind_on=None),)
    assert plan.wake.slot is None


def test_nothing_due_means_no_message_and_the_next_day_that_has_one() -> None:
    plan = plan_learner(waiting(), [item(1, TUESDAY + timedelta(days=6))], TICK)

    assert plan.message is None
    assert plan.steps == ()
    assert plan.wake.last_slot_on is None
    assert plan.wake.slot is not None
    assert plan.wake.slot.on == date(2026, 11, 30)


def test_a_slot_three_hours_late_moves_to_the_next_day_with_everything_in_it() -> None:
    plan = plan_learner(waiting(), [item(1)], SLOT.at + timedelta(hours=3))

    assert plan.message is None
    assert plan.steps == ()
    assert plan.wake.slot is not None
    assert plan.wake.slot.on == date(2026, 11, 25)


def test_the_fifth_message_of_a_week_waits_for_monday() -> None:
    busy = waiting(week_on=date(2026, 11, 23), week_used=4, last_slot_on=date(2026, 11, 23))

    plan = plan_learner(busy, [item(1)], TICK)

    assert plan.message is None
    assert plan.wake.slot is not None
    assert plan.wake.slot.on == date(2026, 11, 30)


def test_the_count_of_a_week_begins_again_on_monday() -> None:
    monday = date(2026, 11, 30)
    slot = slots.slot_for(EVENING, monday)
    busy = WakeState(EVENING, slot, date(2026, 11, 28), week_on=date(2026, 11, 23), week_used=4)

    plan = plan_learner(busy, [item(1)], slot.at)

    assert plan.message == slot
    assert (plan.wake.week_on, plan.wake.week_used) == (monday, 1)


def test_a_row_that_changes_right_after_the_hour_keeps_the_day_s_message() -> None:
    again = planning.next_wake_slot(waiting(), [item(1), item(2)], TICK)

    assert again == SLOT


def test_a_new_hour_does_not_keep_the_old_slot() -> None:
    moved = replace(waiting(), rhythm=replace(EVENING, hour=20))

    again = planning.next_wake_slot(moved, [item(1)], TICK)

    assert again == Slot(datetime(2026, 11, 24, 19, 0, tzinfo=UTC), TUESDAY)


def test_flying_west_on_the_evening_of_a_message_brings_no_second_one() -> None:
    got_it = waiting(last_slot_on=TUESDAY)
    in_honolulu = replace(got_it, rhythm=replace(EVENING, zone=ZoneInfo("Pacific/Honolulu")))

    again = planning.next_wake_slot(in_honolulu, [item(1)], TICK)

    assert again is not None
    assert again.on == TUESDAY + timedelta(days=1)


def test_a_learner_without_a_channel_is_not_woken() -> None:
    plan = plan_learner(waiting(reachable=False), [item(1)], TICK)

    assert plan.message is None
    assert plan.steps == ()
    assert plan.wake.slot is None


zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
rhythms = st.builds(
    Rhythm,
    zone=zones,
    hour=st.integers(slots.EARLIEST_HOUR, slots.LATEST_HOUR),
    minute=st.integers(0, slots.SPREAD_MINUTES),
    quiet_days=st.integers(0, slots.ALL_QUIET_DAYS - 1),
)
# Per rewatch: the day of its first pass, the rating, the video, and after how many reminders it is done.
rewatches = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.sampled_from(list(spacing.QUARTERS)),
        st.integers(1, 6),
        st.integers(0, 4),
    ),
    max_size=12,
)
lateness = st.lists(st.integers(0, 5 * 60), min_size=1, max_size=8)
moves = st.lists(st.tuples(st.integers(0, 60), rhythms), max_size=3)


@given(
    rhythm=rhythms,
    begin=st.dates(date(2010, 1, 1), date(2030, 12, 31)),
    rewatches=rewatches,
    lateness=lateness,
    moves=moves,
)
@settings(max_examples=150, deadline=None)
def test_whole_autumns_keep_the_promises(
    rhythm: Rhythm,
    begin: date,
    rewatches: list[tuple[int, str, int, int]],
    lateness: list[int],
    moves: list[tuple[int, Rhythm]],
) -> None:
    """A learner with up to twelve rewatches, who moves house up to three times, under an engine that is up to five
    hours late: never two messages on one date, four a week at most, none at night or on a quiet day, five videos
    at most, and nothing is forgotten."""
    start = datetime(begin.year, begin.month, begin.day, 12, tzinfo=UTC)
    items: dict[int, Item] = {}
    patience = {}
    for number, (day, rating, video, reminders) in enumerate(rewatches):
        ladder = spacing.ladder_for(rating)
        due_on = begin + timedelta(days=day + ladder[0])
        items[number] = Item(number, video, due_on, due_on, 0, ladder)
        patience[number] = reminders
    moving = sorted(moves, key=lambda move: move[0])
    wake = WakeState(rhythm)
    wake = replace(wake, slot=planning.next_wake_slot(wake, items.values(), start))
    dates: list[date] = []
    told: Counter[int] = Counter()
    now = start
    for turn in range(400):
        if wake.slot is None:
            break
        now = max(now, wake.slot.at) + timedelta(minutes=lateness[turn % len(lateness)])
        if moving and (now - start).days >= moving[0][0]:
            wake = replace(wake, rhythm=moving.pop(0)[1])
            wake = replace(wake, slot=planning.next_wake_slot(wake, items.values(), now))
            continue
        plan = plan_learner(wake, list(items.values()), now)
        if plan.message is not None:
            local = now.astimezone(wake.rhythm.zone)
            assert plan.message.on == local.date()
            assert 7 <= local.hour < 22
            assert not slots.is_quiet(wake.rhythm.quiet_days, plan.message.on)
            assert not dates or plan.message.on > dates[-1]
            assert 1 <= len(plan.listed) <= 5
            assert len({listed.video_id for listed in plan.listed}) == len(plan.listed)
            assert all(listed.due_on <= plan.message.on for listed in plan.listed)
            dates.append(plan.message.on)
        covered = {listed.video_id for listed in plan.listed}
        assert {items[step.rewatch_id].video_id for step in plan.steps} == covered
        for step in plan.steps:
            before = items[step.rewatch_id]
            assert step.rung == before.rung + 1
            assert plan.message is not None
            assert step.remind_on is None or step.remind_on > plan.message.on
            items[step.rewatch_id] = replace(before, rung=step.rung, remind_on=step.remind_on)
            told[step.rewatch_id] += 1
            if told[step.rewatch_id] > patience[step.rewatch_id]:
                del items[step.rewatch_id]
        wake = replace(plan.wake, slot=planning.next_wake_slot(plan.wake, items.values(), now))

    weeks = Counter(slots.monday_of(day) for day in dates)
    assert all(count <= planning.MESSAGES_A_WEEK for count in weeks.values())
    is_always_late = min(lateness) >= 50
    if wake.slot is None or not is_always_late:
        assert wake.slot is None
        assert all(item.remind_on is None for item in items.values())
        assert all(told[number] == len(items[number].ladder) for number in items)
