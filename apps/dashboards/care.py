"""The list of those who need help as instructors work on it: who was talked to, who is hidden for a while.

The board is kept for seconds in each process, so what was done on the page is joined to it here, at the view.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.functional import Promise

from apps.cohorts.models import Care, Cohort
from apps.dashboards.attention import Code
from apps.dashboards.board import Board
from apps.dashboards.rows import LearnerRow, Plan
from apps.dashboards.words import CODES, reason_words


@dataclass(frozen=True, slots=True)
class Cared:
    """What was done about one learner. The names are empty where the account is gone."""

    hidden_until: date | None = None
    hidden_by: str = ""
    talked_at: datetime | None = None
    talked_by: str = ""
    talked_about: frozenset[str] = frozenset()

    def is_hidden(self, today: date) -> bool:
        return self.hidden_until is not None and today < self.hidden_until

    def is_news_to(self, row: LearnerRow) -> bool:
        """Whether something happened since the talk: they were here, or another reason has come."""
        if self.talked_at is None:
            return True
        was_here = row.last_active_at is not None and row.last_active_at > self.talked_at
        codes = {reason.code.value for reason in row.attention.reasons}
        return was_here or not codes <= self.talked_about


NOTHING_DONE = Cared()


@dataclass(frozen=True, slots=True)
class Need:
    """A learner who needs help, with the verdict and its reasons in words."""

    row: LearnerRow
    verdict: str | Promise
    is_debt: bool
    reasons: list[str]
    cared: Cared = NOTHING_DONE
    is_hidden: bool = False
    is_talked: bool = False


@dataclass(frozen=True, slots=True)
class NeedList:
    """Those shown, how many more there are, and how many are hidden; hidden ones come last when shown."""

    needs: Sequence[Need]
    more: int
    hidden: int


def care_in(*, cohort: Cohort, today: date) -> dict[int, Cared]:
    """What was done about the learners of a cohort and still says something, by membership."""
    found = Care.objects.filter(
        Q(hidden_until__gt=today) | Q(talked_at__isnull=False),
        membership__cohort=cohort,
        membership__ended_at__isnull=True,
    )
    return {care.membership_id: _cared(care) for care in found.select_related(*_PEOPLE)}


def care_of(*, membership_id: int) -> Cared:
    """What was done about one learner."""
    care = Care.objects.filter(membership=membership_id).select_related(*_PEOPLE).first()
    return _cared(care) if care else NOTHING_DONE


def need_list(
    board: Board, care: Mapping[int, Cared], *, most: int, with_hidden: bool = False
) -> NeedList:
    """The weightiest cases in words; who was talked to and gave no news since stands behind the others."""
    today = board.plan.today
    fresh: list[LearnerRow] = []
    talked: list[LearnerRow] = []
    hidden: list[LearnerRow] = []
    for row in board.needing:
        cared = care.get(row.membership_id)
        if cared is None or (not cared.is_hidden(today) and cared.is_news_to(row)):
            fresh.append(row)
        else:
            (hidden if cared.is_hidden(today) else talked).append(row)
    listed = fresh + talked
    shown = listed[:most] + (hidden[:most] if with_hidden else [])
    needs = [need_of(row, care.get(row.membership_id, NOTHING_DONE), board.plan) for row in shown]
    return NeedList(needs, more=max(0, len(listed) - most), hidden=len(hidden))


def need_of(row: LearnerRow, cared: Cared, plan: Plan) -> Need:
    """One of them in words; without a verdict where they need no help."""
    first = next((reason.code for reason in row.attention.reasons), None)
    return Need(
        row=row,
        verdict=CODES[first] if first else "",
        is_debt=first == Code.DEBT,
        reasons=[reason_words(reason, plan.outline) for reason in row.attention.reasons],
        cared=cared,
        is_hidden=cared.is_hidden(plan.today),
        is_talked=not cared.is_news_to(row),
    )


_PEOPLE = ("hidden_by", "talked_by")


def _cared(care: Care) -> Cared:
    return Cared(
        hidden_until=care.hidden_until,
        hidden_by=care.hidden_by.display_name if care.hidden_by else "",
        talked_at=care.talked_at,
        talked_by=care.talked_by.display_name if care.talked_by else "",
        talked_about=frozenset(care.talked_about),
    )
