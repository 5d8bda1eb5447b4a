"""The preview of two weeks, and caps of one's own: the planner's own turns, one after the other."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.reminders.planning import Item, Plan, WakeState, days_ahead, next_wake_slot, plan_learner
from apps.reminders.tests.test_planning import EVENING, TUESDAY, item, waiting

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
IN_TWO_WEEKS = TUESDAY + timedelta(days=13)


def named(plans: list[Plan]) -> list[tuple[date, list[int]]]:
    return [
        (plan.message.on, [listed.rewatch_id for listed in plan.listed])
        for plan in plans
        if plan.message
    ]


def test_the_days_ahead_walk_the_ladder_as_if_nobody_did_anything() -> None:
    ahead = list(days_ahead(waiting(), [item(1)], NOON, until=IN_TWO_WEEKS))

    assert named(ahead) == [
        (date(2026, 11, 24), [1]),
        (date(2026, 11, 28), [1]),
        (date(2026, 12, 6), [1]),
    ]


def test_the_day_after_the_last_one_is_not_looked_at() -> None:
    ahead = list(days_ahead(waiting(), [item(1)], NOON, until=date(2026, 12, 5)))

    assert [plan.message.on for plan in ahead if plan.message] == [TUESDAY, date(2026, 11, 28)]


def test_a_smaller_message_leaves_the_rest_for_the_next_day() -> None:
    three = [item(number, TUESDAY - timedelta(days=number)) for number in range(3)]

    ahead = list(days_ahead(waiting(rewatches_a_message=2), three, NOON, until=date(2026, 11, 25)))

    assert named(ahead) == [(TUESDAY, [2, 1]), (date(2026, 11, 25), [0])]


def test_who_asked_for_one_message_a_week_gets_the_second_one_on_monday() -> None:
    two = [item(1), item(2, TUESDAY + timedelta(days=1))]

    ahead = list(days_ahead(waiting(messages_a_week=1), two, NOON, until=date(2026, 12, 6)))

    assert named(ahead) == [(TUESDAY, [1]), (date(2026, 11, 30), [1, 2])]


# However slow the machine is.
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(-3, 12)), max_size=8),
    st.integers(1, 5),
    st.integers(1, 4),
    st.integers(0, 126),
)
def test_the_days_ahead_are_what_the_planner_then_does(
    made: list[tuple[int, int]], a_message: int, a_week: int, quiet_days: int
) -> None:
    items = [
        item(number, TUESDAY + timedelta(days=days), rung=min(rung, 3))
        for number, (rung, days) in enumerate(made)
    ]
    wake = WakeState(
        rhythm=replace(EVENING, quiet_days=quiet_days),
        rewatches_a_message=a_message,
        messages_a_week=a_week,
    )

    foretold = named(list(days_ahead(wake, items, NOON, until=IN_TWO_WEEKS)))

    assert foretold == lived(wake, items)
    assert all(len(rewatches) <= a_message for _, rewatches in foretold)


def lived(wake: WakeState, items: list[Item]) -> list[tuple[date, list[int]]]:
    """The same fortnight by ticks of a quarter of an hour, as the engine runs it."""
    came: list[Plan] = []
    state = replace(wake, slot=next_wake_slot(wake, items, NOON))
    for tick in range(14 * 24 * 4):
        now = NOON + timedelta(minutes=15 * tick)
        if state.slot is None or state.slot.at > now:
            continue
        plan = plan_learner(state, items, now)
        came += [plan] if plan.message else []
        moved = {step.rewatch_id: step for step in plan.steps}
        items = [
            replace(one, rung=step.rung, remind_on=step.remind_on)
            if (step := moved.get(one.rewatch_id))
            else one
            for one in items
        ]
        state = plan.wake
    return [(day, rewatches) for day, rewatches in named(came) if day <= IN_TWO_WEEKS]
