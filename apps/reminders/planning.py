"""What one learner's turn brings: which rewatches the message names, what moves, and when to look again.

`plan_learner` is the whole decision as a pure function; the engine only locks rows, calls it, and writes what it says.
The preview on the settings page is the same calls.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from apps.cohorts.schedule import Break, counted_from
from apps.reminders import slots, spacing
from apps.reminders.slots import Rhythm, Slot

ITEMS_AT_MOST = 5
MESSAGES_A_WEEK = 4


@dataclass(frozen=True, slots=True)
class Item:
    """An open rewatch. `rung` is how many reminders went out; `remind_on` is None after the last."""

    rewatch_id: int
    video_id: int
    due_on: date
    remind_on: date | None
    rung: int
    ladder: tuple[int, ...]
    # Breaks of its cohort in which nothing is said about it.
    quiet: tuple[Break, ...] = ()

    def speaks_on(self, day: date) -> bool:
        """Whether a message of that day names it."""
        return self.first_spoken_on(day) == day

    def first_spoken_on(self, day: date) -> date | None:
        """The first day from `day` on that a message may name it; None after its last."""
        return (
            None if self.remind_on is None else counted_from(max(self.remind_on, day), self.quiet)
        )


@dataclass(frozen=True, slots=True)
class WakeState:
    """The learner's row: their rhythm, the slot they wait for, and what they got already."""

    rhythm: Rhythm
    slot: Slot | None = None
    last_slot_on: date | None = None
    week_on: date | None = None
    week_used: int = 0
    reachable: bool = True  # not unsubscribed, and some channel is on
    rewatches_a_message: int = ITEMS_AT_MOST
    messages_a_week: int = MESSAGES_A_WEEK


@dataclass(frozen=True, slots=True)
class Step:
    """Where a rewatch of the message stands afterwards."""

    rewatch_id: int
    rung: int
    remind_on: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`message` is the slot to write a message for, or None; `wake` is the row afterwards."""

    message: Slot | None
    listed: tuple[Item, ...]
    steps: tuple[Step, ...]
    wake: WakeState


def plan_learner(wake: WakeState, items: Sequence[Item], now: datetime) -> Plan:
    """Plan the learner's slot if it has come.

    At most five rewatches, or fewer where the learner asked for fewer; oldest promise first, a video once: its twin
    from another cohort is covered by the same line. What is listed or covered steps on its ladder; the rest keeps its
    day and comes in the next message. A slot which is too late, or no longer allowed, moves to the next allowed day
    and changes nothing else.
    """
    slot = wake.slot
    if slot is None or not _can_send(wake, slot, now):
        return Plan(None, (), (), replace(wake, slot=next_wake_slot(wake, items, now)))
    due = [item for item in items if item.speaks_on(slot.on)]
    listed = _first_of_each_video(due)[: wake.rewatches_a_message]
    if not listed:
        return Plan(None, (), (), replace(wake, slot=next_wake_slot(wake, items, now)))
    videos = {item.video_id for item in listed}
    moved = {item.rewatch_id: _step(item, slot.on) for item in due if item.video_id in videos}
    monday = slots.monday_of(slot.on)
    after = replace(
        wake,
        slot=None,
        last_slot_on=slot.on,
        week_on=monday,
        week_used=(wake.week_used if wake.week_on == monday else 0) + 1,
    )
    after = replace(after, slot=_slot_after(after, _stepped(items, moved.values()), now))
    return Plan(slot, tuple(listed), tuple(moved.values()), after)


def days_ahead(
    wake: WakeState, items: Sequence[Item], now: datetime, *, until: date
) -> Iterator[Plan]:
    """The messages up to and with the day `until`, as they would come if nothing changed before.

    The planner's own turns, one after the other, each in its slot; nothing is decided here.
    """
    slot = next_wake_slot(wake, items, now)
    while slot is not None and slot.on <= until:
        moment = max(slot.at, now)
        plan = plan_learner(replace(wake, slot=slot), items, moment)
        if plan.message is None:
            return
        yield plan
        wake, items, slot = plan.wake, _stepped(items, plan.steps), plan.wake.slot


def next_wake_slot(wake: WakeState, items: Iterable[Item], now: datetime) -> Slot | None:
    """The slot to wake this learner for, or None when there is nothing to say or no way to say it.

    A slot that has begun and is still open is kept: whatever changes a row in the seconds between the hour and the
    tick must not cost the day's message.
    """
    return _slot_after(wake, items, now)


def _slot_after(wake: WakeState, items: Iterable[Item], now: datetime) -> Slot | None:
    waiting = [item for item in items if item.remind_on is not None]
    if not waiting or not wake.reachable:
        return None
    first = _first_spoken_of(waiting, date.min)
    if wake.last_slot_on is not None:
        first = max(first, wake.last_slot_on + timedelta(days=1))
    if wake.week_on is not None and wake.week_used >= wake.messages_a_week:
        first = max(first, wake.week_on + timedelta(days=7))
    waited_for = wake.slot
    if (
        waited_for is not None
        and waited_for.on >= first
        and _first_spoken_of(waiting, waited_for.on) == waited_for.on
        and waited_for == slots.slot_for(wake.rhythm, waited_for.on)
        and _can_send(wake, waited_for, now)
    ):
        return waited_for
    slot = slots.next_slot(wake.rhythm, not_before_on=first, now=now)
    while slot is not None and (spoken_on := _first_spoken_of(waiting, slot.on)) > slot.on:
        # Whatever waits for this day is in a break that is quiet.
        slot = slots.next_slot(wake.rhythm, not_before_on=spoken_on, now=now)
    return slot


def _first_spoken_of(waiting: Iterable[Item], day: date) -> date:
    return min(each for item in waiting if (each := item.first_spoken_on(day)) is not None)


def _can_send(wake: WakeState, slot: Slot, now: datetime) -> bool:
    if not wake.reachable or not slots.is_open(wake.rhythm, slot, now=now):
        return False
    if wake.last_slot_on is not None and slot.on <= wake.last_slot_on:
        return False
    is_week_full = (
        wake.week_on == slots.monday_of(slot.on) and wake.week_used >= wake.messages_a_week
    )
    return not is_week_full and slots.is_allowed(wake.rhythm, slot)


def _first_of_each_video(due: Iterable[Item]) -> list[Item]:
    by_promise = sorted(due, key=lambda item: (item.due_on, item.rewatch_id))
    first: dict[int, Item] = {}
    for item in by_promise:
        first.setdefault(item.video_id, item)
    return list(first.values())


def _stepped(items: Iterable[Item], steps: Iterable[Step]) -> list[Item]:
    """The items as they stand after these steps."""
    moved = {step.rewatch_id: step for step in steps}
    return [
        replace(item, rung=step.rung, remind_on=step.remind_on)
        if (step := moved.get(item.rewatch_id))
        else item
        for item in items
    ]


def _step(item: Item, sent_on: date) -> Step:
    assert item.remind_on is not None  # noqa: S101  (only due items come here)
    following = spacing.next_remind_on(
        remind_on=item.remind_on, ladder=item.ladder, rung=item.rung, sent_on=sent_on
    )
    return Step(item.rewatch_id, item.rung + 1, following)
