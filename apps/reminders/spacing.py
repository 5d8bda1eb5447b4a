"""On which days a rewatch is due and is reminded of.

A ladder is a row of day offsets from the day of the first pass. Its first rung is the promise people see (`due_on`);
the further rungs say when the engine reminds again while the rewatch is left undone (`remind_on`).
Pure: dates in, dates out.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

RewatchState = Literal["waiting", "due", "overdue", "kept", "stopped"]

DEFAULT_OFFSETS: tuple[int, ...] = (4, 8, 16, 30)
# After a week a lecture is gone (Ebbinghaus; the method's own claim), so no rating may wait for it.
FIRST_RUNG_AT_MOST = 6
OVERDUE_AFTER_DAYS = 3
REMEMBERED_MOST_DAYS = 14

# How well it sat right after the first pass, as quarters: 0.5, 0.75, 1 and 1.5, roughly the square root of the ratios
# of FSRS-6's initial stabilities (0.212, 1.29, 2.31, 8.30 days).
QUARTERS: Mapping[str, int] = MappingProxyType({"again": 2, "hard": 3, "good": 4, "easy": 6})
UNRATED = "good"


def ladder_for(
    rating: str | None = None, *, offsets: Sequence[int] = DEFAULT_OFFSETS
) -> tuple[int, ...]:
    """Day offsets for this self-rating: scaled, halves rounded up, strictly increasing, the first one 1 to 6 days."""
    quarters = QUARTERS[rating or UNRATED]
    rungs: list[int] = []
    for offset in offsets:
        scaled = (offset * quarters + 2) // 4
        if not rungs:
            scaled = min(scaled, FIRST_RUNG_AT_MOST)
        lowest = rungs[-1] + 1 if rungs else 1
        rungs.append(max(scaled, lowest))
    return tuple(rungs)


def first_due_on(*, anchor_on: date, ladder: Sequence[int]) -> date:
    """The promise made when the first pass ends on `anchor_on`."""
    return anchor_on + timedelta(days=ladder[0])


def due_on_after_rating(
    *, anchor_on: date, ladder: Sequence[int], due_on: date, today: date
) -> date:
    """The promise under a new ladder. It never becomes due before tomorrow, and what is due already is not put off
    by a ladder whose day has passed too."""
    by_ladder = first_due_on(anchor_on=anchor_on, ladder=ladder)
    return by_ladder if by_ladder > today else min(due_on, tomorrow(today))


def next_remind_on(
    *, remind_on: date, ladder: Sequence[int], rung: int, sent_on: date
) -> date | None:
    """The day of the reminder after that of `rung` (from 0), which went out on `sent_on`; None after the last.

    The ladder's distances are walked from the planned day, so a snooze moves all later ones by as much. After a
    delay (quiet days, a pause, an outage) at least half the distance still lies between two reminders.
    """
    if rung + 1 >= len(ladder):
        return None
    distance = ladder[rung + 1] - ladder[rung]
    return max(remind_on + timedelta(days=distance), sent_on + timedelta(days=(distance + 1) // 2))


def reminders_ahead(*, remind_on: date, ladder: Sequence[int], rung: int) -> Iterator[date]:
    """The days of all reminders from `remind_on` on, if each goes out on its day and nothing is done."""
    day: date | None = remind_on
    while day is not None:
        yield day
        day = next_remind_on(remind_on=day, ladder=ladder, rung=rung, sent_on=day)
        rung += 1


def snoozed_to(*, target: date, today: date) -> date:
    """The day a snooze asks for, or tomorrow when that day has come already. The same snooze twice is the same day."""
    return max(target, tomorrow(today))


def due_on_after_recall(
    answer: str, *, due_on: date, remind_on: date | None, today: date
) -> date | None:
    """The promise after a delayed recall answer, or None where it stays as it is.

    A delayed judgement tells far more than one right after watching (g = 0.93), so it moves the date strongly:
    nothing > tomorrow, some > as planned, most > at least two weeks on.
    """
    if answer == "nothing":
        return tomorrow(today)
    if answer == "most":
        return max(today + timedelta(days=REMEMBERED_MOST_DAYS), remind_on or today, due_on)
    return None


def state_on(
    today: date, *, due_on: date, is_kept: bool = False, is_stopped: bool = False
) -> RewatchState:
    """`kept`, `stopped`, `waiting`, `due` or `overdue` on a day of the learner's zone."""
    if is_kept:
        return "kept"
    if is_stopped:
        return "stopped"
    if due_on > today:
        return "waiting"
    if today >= due_on + timedelta(days=OVERDUE_AFTER_DAYS):
        return "overdue"
    return "due"


def tomorrow(today: date) -> date:
    return today + timedelta(days=1)
