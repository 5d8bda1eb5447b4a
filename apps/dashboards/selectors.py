"""Questions of the instructor's dashboard, each in a number of statements that no cohort's size changes.

All that depends on the clock is computed at reading. The boards of large cohorts are kept and only counted anew
where something has changed (`dashboards.kept`); `as_of` says of which moment they are.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from apps.cohorts.models import Cohort, Membership
from apps.cohorts.selectors import learners_of, member_of
from apps.core.errors import NotFound
from apps.curriculum.selectors import revision_outline
from apps.dashboards.board import Board
from apps.dashboards.heatmap import Promise
from apps.dashboards.kept import board_of
from apps.dashboards.rows import FIELDS, Facts, LearnerRow, Plan, row_of
from apps.notes.selectors import Asked, asked_in
from apps.progress.models import Summary
from apps.reminders.models import Rewatch
from apps.reminders.promises import promises_by_membership
from apps.reminders.selectors import debt_by_membership, debts_of


def cohort_board(*, cohort: Cohort, now: datetime) -> Board:
    """Every active learner of a cohort with figures and verdict; five statements beside the outline.

    Rows come by name. `cohort` should have its revision's curriculum loaded. A large cohort's board may be
    five seconds old (`as_of`).
    """
    return board_of(plan=plan_of(cohort=cohort, now=now), count=_rows)


def _rows(plan: Plan, asked: Asked, membership_ids: Collection[int] | None) -> Iterator[LearnerRow]:
    people = learners_of(cohort=plan.cohort)
    if membership_ids is None:
        debts = debt_by_membership(cohort=plan.cohort, now=plan.now)
        promises = promises_by_membership(cohort=plan.cohort)
    else:
        people = people.filter(pk__in=membership_ids)
        debts = debts_of(membership_ids=membership_ids, now=plan.now)
        promises = promises_by_membership(membership_ids=membership_ids)
    for facts in map(_facts, people.values_list(*FIELDS)):
        key = facts.membership_id
        yield row_of(facts, debts.get(key), plan, asked.oldest.get(key), promises.get(key, ()))


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
    asked = asked_in(cohort=membership.cohort, membership=membership)
    promises = promises_by_membership(membership_ids=[membership.pk])
    return row_of(
        _facts(facts),
        debts.get(membership.pk),
        plan,
        asked.oldest.get(membership.pk),
        promises.get(membership.pk, ()),
    )


def videos_of(*, rows: Sequence[LearnerRow]) -> dict[int, Mapping[str, Any]]:
    """The packed states of these learners' videos, by membership."""
    return dict(
        Summary.objects.filter(membership_id__in=[row.membership_id for row in rows]).values_list(
            "membership_id", "videos"
        )
    )


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
