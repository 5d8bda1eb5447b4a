"""The dated record of promises that moved, and what debt on past days it comes to.

`due_on` is only how a promise stands now. Whoever changes it, or whether it counts, asks `owed_on` before and calls
`note_change` after, in the same transaction.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q

from apps.cohorts.models import Cohort
from apps.progress import services as watching
from apps.reminders.models import PromiseChange, Rewatch
from apps.reminders.slots import local_date


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
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class PromiseHistory:
    """One promise with its changes in their order. Days are the learner's; `ended_on`: kept or stopped.

    `due_on` is the promised day whether or not it counts.
    """

    video_id: int
    due_on: date
    owed_on: date | None
    ended_on: date | None = None
    is_kept: bool = False
    is_stopped: bool = False
    changes: Sequence[Change] = ()

    @property
    def known_from(self) -> date | None:
        """The first day at whose end it is known how the promise stood; None: from its beginning."""
        return max((each.day for each in self.changes if not each.is_known), default=None)

    def debts(self) -> Iterator[tuple[date, date, date]]:
        """When it was debt: from a day up to, not including, another; and since when it was owed then."""
        begins = date.min
        end = self.ended_on or date.max
        for day, owed_on in (
            *((each.day, each.owed_on) for each in self.changes),
            (end, self.owed_on),
        ):
            if owed_on is not None and max(begins, owed_on) < min(day, end):
                yield max(begins, owed_on), min(day, end), owed_on
            begins = day


def promises_by_membership(
    *, cohort: Cohort | None = None, membership_ids: Collection[int] = ()
) -> dict[int, list[PromiseHistory]]:
    """Every promise of a cohort's learners, or of these; one statement, whatever their number."""
    chosen = Q(membership__cohort=cohort) if cohort else Q(membership_id__in=membership_ids)
    found = Rewatch.objects.filter(chosen, membership__ended_at__isnull=True).values_list(
        *("pk", "membership_id", "membership__user__time_zone", "video_id", "due_on", "is_owed"),
        *("kept_at", "stopped_at", "changes__at", "changes__owed_on", "changes__is_known"),
    )
    kept: dict[int, list[PromiseHistory]] = defaultdict(list)
    moved: dict[int, tuple[_Facts, list[tuple[datetime, date | None, bool]]]] = {}
    for pk, *facts, at, before, is_known in found:
        if at is None:
            kept[facts[0]].append(_history(_Facts(*facts), ()))
        else:
            moved.setdefault(pk, (_Facts(*facts), []))[1].append((at, before, is_known))
    for each, changes in moved.values():
        kept[each.membership_id].append(_history(each, sorted(changes, key=itemgetter(0))))
    return kept


class _Facts(NamedTuple):
    membership_id: int
    time_zone: str
    video_id: int
    due_on: date
    is_owed: bool
    kept_at: datetime | None
    stopped_at: datetime | None


def _history(
    facts: _Facts, changes: Iterable[tuple[datetime, date | None, bool]]
) -> PromiseHistory:
    ended = [moment for moment in (facts.kept_at, facts.stopped_at) if moment is not None]
    zone = ZoneInfo(facts.time_zone)
    return PromiseHistory(
        video_id=facts.video_id,
        due_on=facts.due_on,
        # Since when it was owed before it was stopped; the day it ended on says until when.
        owed_on=facts.due_on if facts.is_owed else None,
        ended_on=local_date(min(ended), zone) if ended else None,
        is_kept=facts.kept_at is not None,
        is_stopped=facts.stopped_at is not None,
        changes=tuple(
            Change(local_date(at, zone), before, is_known) for at, before, is_known in changes
        ),
    )
