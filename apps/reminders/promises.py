"""The dated record of promises that moved, and what debt on past days it comes to.

`due_on` is only how a promise stands now. Whoever changes it, or whether it counts, asks `owed_on` before and calls
`note_change` after, in the same transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from apps.progress import services as watching
from apps.reminders.models import PromiseChange, Rewatch


def owed_on(rewatch: Rewatch) -> date | None:
    """The day from which the promise counts as debt as it stands; None: it does not count."""
    if not rewatch.is_owed or rewatch.stopped_at is not None:
        return None
    return rewatch.due_on


def note_change(rewatch: Rewatch, *, was: date | None, now: datetime) -> None:
    """Write down how it stood until `now`, if it stands otherwise; the learner's figures have changed then."""
    if owed_on(rewatch) == was:
        return
    PromiseChange.objects.create(rewatch=rewatch, at=now, owed_on=was)
    watching.touch_summary(membership_id=rewatch.membership_id, now=now)


@dataclass(frozen=True, slots=True)
class Change:
    """Until the end of the day before `day`, the promise counted from `owed_on`."""

    day: date
    owed_on: date | None


@dataclass(frozen=True, slots=True)
class PromiseHistory:
    """One promise with its changes in their order. Days are the learner's; `ended_on`: kept or stopped."""

    owed_on: date | None
    ended_on: date | None
    changes: Sequence[Change] = ()

    def owed_since(self, day: date) -> date | None:
        """Since which day it was debt at the end of `day`; None: it was none."""
        if self.ended_on is not None and self.ended_on <= day:
            return None
        stood = next((each.owed_on for each in self.changes if each.day > day), self.owed_on)
        return stood if stood is not None and stood <= day else None


def debt_on(promises: Iterable[PromiseHistory], day: date) -> int:
    """How many of these promises were debt at the end of `day`."""
    return sum(each.owed_since(day) is not None for each in promises)
