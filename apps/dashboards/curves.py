"""What the charts of a cohort are made of, kept small for each learner: where they stand with every video, what
they had done by the end of each of their own weeks, what they owed on each day shown. Pure.

A learner's own weeks are seven days each, from the day on which the plan begins for them.
"""

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from apps.cohorts.schedule import DAYS_A_WEEK, Break, counted_days
from apps.reminders.promises import PromiseHistory
from apps.reminders.selectors import DUE, OVERDUE
from apps.reminders.spacing import OVERDUE_AFTER_DAYS, state_on

UNTOUCHED, OPEN, COMPLETED = range(3)
# Longer plans are cut off in the chart, and so are days of which nobody asks any more.
MOST_WEEKS = 60
DAYS_ONE_BY_ONE = 56
MOST_BARS = 60
_REWATCHES = {DUE: 1, OVERDUE: 2}
_LATE = timedelta(days=OVERDUE_AFTER_DAYS)


class Standing(NamedTuple):
    """Where a learner stands with one video; `rewatch`: 1 due, 2 overdue, 0 neither."""

    first: int
    second: int
    rewatch: int
    is_light: bool

    @property
    def code(self) -> int:
        return ((self.first * 3 + self.second) * 3 + self.rewatch) * 2 + self.is_light


STANDINGS = tuple(
    Standing(first, second, rewatch, is_light)
    for first in range(3)
    for second in range(3)
    for rewatch in range(3)
    for is_light in (False, True)
)


@dataclass(frozen=True, slots=True)
class Curves:
    """`standings` has one code a video, in the curriculum's order; `ratios` the effort of its second pass times 1,000,
    0 where it is not completed. `weeks`: seconds done by the end of each own week that is over. `due` and `overdue`:
    promises on each day shown; before `known_from` it is not known."""

    standings: bytes
    ratios: "array[int]"
    weeks: "array[int]"
    due: bytes
    overdue: bytes
    known_from: date | None


def days_shown(*, starts_on: date, today: date) -> list[date]:
    """The days of the chart of debt, the last one today: each, or one a week where they would be too many."""
    age = (today - starts_on).days
    step = 1 if age <= DAYS_ONE_BY_ONE else DAYS_A_WEEK
    back = range(0, min(age, MOST_BARS * step - 1) + 1, step)
    return [today - timedelta(days=days) for days in reversed(back)]


def standings_of(
    videos: Mapping[str, Any],
    keys: Sequence[str],
    promises: Sequence[PromiseHistory],
    today: date,
) -> tuple[bytes, "array[int]"]:
    """The code and the effort of each of the videos with these keys; `videos` are packed states."""
    states = {
        str(each.video_id): _REWATCHES.get(
            state_on(today, due_on=each.due_on, is_kept=each.is_kept, is_stopped=each.is_stopped),
            0,
        )
        for each in promises
    }
    codes, ratios = bytearray(len(keys)), array("I", bytes(4 * len(keys)))
    for place, key in enumerate(keys):
        passes = videos.get(key)
        rewatch = states.get(key, 0)
        if passes is None:
            codes[place] = rewatch * 2
            continue
        first, second = passes.get("1"), passes.get("2")
        again = _progress(second)
        if again == COMPLETED:
            ratios[place] = round(second.get("r", 0) * 1000)
        is_light = again == COMPLETED and "l" in second
        codes[place] = ((_progress(first) * 3 + again) * 3 + rewatch) * 2 + is_light
    return bytes(codes), ratios


def _progress(packed: Mapping[str, Any] | None) -> int:
    if not packed:
        return UNTOUCHED
    return COMPLETED if "t" in packed else OPEN


def weeks_of(
    days: Mapping[str, int], *, first_on: date, today: date, breaks: Sequence[Break] = ()
) -> "array[int]":
    """Seconds done by the end of each whole week since `first_on`; `days` are active milliseconds.

    What is done in a break belongs to the week that goes on behind it.
    """
    over = min(max(0, counted_days(first_on, today, breaks) // DAYS_A_WEEK), MOST_WEEKS)
    sums = [0] * over
    for day, milliseconds in days.items():
        # What was done before the plan began counts, too.
        on = date.fromisoformat(day)
        passed = counted_days(first_on, on, breaks) if breaks else (on - first_on).days
        week = max(0, passed // DAYS_A_WEEK)
        if week < over:
            sums[week] += milliseconds
    done, weeks = 0, array("I")
    for milliseconds in sums:
        done += milliseconds
        weeks.append(round(done / 1000))
    return weeks


def debts_of_days(
    promises: Sequence[PromiseHistory], days: Sequence[date], today: date
) -> tuple[bytes, bytes]:
    """How many were due and how many of those overdue on each of `days`; on the last one as of the learner's today."""
    due, overdue = [0] * len(days), [0] * len(days)
    last = len(days) - 1
    for promise in promises:
        for first, end, owed_on in promise.debts():
            late = owed_on + _LATE
            for place in range(bisect_left(days, first, 0, last), bisect_left(days, end, 0, last)):
                due[place] += 1
                overdue[place] += late <= days[place]
            if first <= today < end:
                due[last] += 1
                overdue[last] += late <= today
    return _small(due), _small(overdue)


def _small(counts: Sequence[int]) -> bytes:
    return bytes(min(255, count) for count in counts)


def known_from(promises: Sequence[PromiseHistory]) -> date | None:
    """The first day on which all of these promises are known."""
    return max((day for each in promises if (day := each.known_from) is not None), default=None)
