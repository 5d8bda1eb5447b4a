"""Questions of the instructor's dashboard, each in a number of statements that no cohort's size changes.

All that depends on the clock is computed at reading. The board of a very large cohort takes a second
or two to work out, so it is kept for five seconds in each process; `as_of` says when it was counted.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from apps.cohorts.models import Cohort, Membership
from apps.cohorts.selectors import learners_of, member_of
from apps.core.errors import NotFound
from apps.curriculum.selectors import revision_outline
from apps.dashboards.board import Board
from apps.dashboards.heatmap import Promise
from apps.dashboards.rows import FIELDS, Facts, LearnerRow, Plan, row_of
from apps.notes.selectors import oldest_open_questions
from apps.reminders.models import Rewatch
from apps.reminders.selectors import debt_by_membership, debts_of

KEPT_FOR = timedelta(seconds=5)
KEPT_FROM_LEARNERS = 1000
KEPT_BOARDS = 2

_kept: OrderedDict[int, Board] = OrderedDict()
_lock = Lock()


def cohort_board(*, cohort: Cohort, now: datetime) -> Board:
    """Every active learner of a cohort with figures and verdict; three statements beside the outline.

    Rows come by name. `cohort` should have its revision's curriculum loaded.
    """
    kept = _kept.get(cohort.pk)
    if kept is not None and timedelta(0) <= now - kept.as_of < KEPT_FOR:
        return kept
    board = _counted_board(cohort, now)
    if len(board.rows) >= KEPT_FROM_LEARNERS:
        with _lock:
            _kept[cohort.pk] = board
            _kept.move_to_end(cohort.pk)
            while len(_kept) > KEPT_BOARDS:
                _kept.popitem(last=False)
    return board


def _counted_board(cohort: Cohort, now: datetime) -> Board:
    plan = plan_of(cohort=cohort, now=now)
    debts = debt_by_membership(cohort=cohort, now=now)
    found = learners_of(cohort=cohort).values_list(*FIELDS)
    asked = oldest_open_questions(cohort=cohort)
    rows = [
        row_of(facts, debts.get(facts.membership_id), plan, asked.get(facts.membership_id))
        for facts in map(_facts, found)
    ]
    rows.sort(key=lambda row: (row.sort_name, row.membership_id))
    return Board(plan, rows)


def cohort_rows(*, cohort: Cohort, now: datetime) -> Sequence[LearnerRow]:
    """The rows alone."""
    return cohort_board(cohort=cohort, now=now).rows


def plan_of(*, cohort: Cohort, now: datetime) -> Plan:
    """What the cohort's learners share."""
    return Plan(cohort, revision_outline(revision_id=cohort.revision_id), now)


def learner_in(*, cohort: Cohort, membership_id: int | str) -> Membership:
    """An active learner of the cohort, for whoever reads its figures; NotFound."""
    member = member_of(cohort=cohort, membership_id=membership_id)
    if member.role != Membership.Role.LEARNER:
        raise NotFound
    return member


def learner_row(*, membership: Membership, now: datetime) -> LearnerRow:
    """The row of one learner; the cohort has to be loaded with the membership."""
    plan = plan_of(cohort=membership.cohort, now=now)
    debts = debts_of(membership_ids=[membership.pk], now=now)
    facts = Membership.objects.filter(pk=membership.pk).values_list(*FIELDS).get()
    asked = oldest_open_questions(cohort=membership.cohort, membership=membership)
    return row_of(_facts(facts), debts.get(membership.pk), plan, asked.get(membership.pk))


def promises_of(*, rows: Sequence[LearnerRow]) -> dict[tuple[int, int], Promise]:
    """The promised rewatches of these learners, by membership and video."""
    found = Rewatch.objects.filter(membership_id__in=[row.membership_id for row in rows])
    return {
        (membership_id, video_id): Promise(due_on, kept_at is not None, stopped_at is not None)
        for membership_id, video_id, due_on, kept_at, stopped_at in found.values_list(
            "membership_id", "video_id", "due_on", "kept_at", "stopped_at"
        )
    }


def _facts(values: tuple[object, ...]) -> Facts:
    return Facts._make(values)
