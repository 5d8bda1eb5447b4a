"""Questions of the instructor's dashboard, each in a number of statements that no cohort's size changes.

All that depends on the clock is computed at reading. The boards of large cohorts are kept and only counted anew
where something has changed (`dashboards.kept`); `as_of` says of which moment they are.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from apps.cohorts.models import Cohort, Membership
from apps.cohorts.selectors import learners_of, member_of
from apps.core.errors import NotFound
from apps.curriculum.selectors import revision_outline
from apps.dashboards.board import Board
from apps.dashboards.heatmap import Promise, Shown
from apps.dashboards.kept import MARK, board_of
from apps.dashboards.rows import FIELDS, Facts, LearnerRow, Plan, row_of
from apps.notes.selectors import Asked, asked_in
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
    if membership_ids is not None:
        people = people.filter(pk__in=membership_ids)
    # People first, with what says that they changed: what changes after is seen next time.
    mark = RawSQL(MARK, [])  # noqa: S611 - a text of ours
    found = list(people.annotate(mark=mark).values_list(*FIELDS, "mark"))
    if membership_ids is None:
        debts = debt_by_membership(cohort=plan.cohort, now=plan.now)
        promises = promises_by_membership(cohort=plan.cohort)
    else:
        debts = debts_of(membership_ids=membership_ids, now=plan.now)
        promises = promises_by_membership(membership_ids=membership_ids)
    for facts in map(_facts, found):
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


def rings_of(*, rows: Sequence[LearnerRow]) -> Shown:
    """The states and promises of these learners; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_RINGS, [[row.membership_id for row in rows]])
        found = cursor.fetchall()
    return Shown(
        {membership_id: json.loads(videos) for membership_id, videos, _promised in found},
        {
            (membership_id, video_id): Promise(date.fromisoformat(due_on), is_kept, is_stopped)
            for membership_id, _videos, promised in found
            for video_id, due_on, is_kept, is_stopped in json.loads(promised)
        },
    )


_RINGS = """
SELECT m.id, coalesce(s.videos, '{}')::text, coalesce((
    SELECT jsonb_agg(jsonb_build_array(
               r.video_id, r.due_on, r.kept_at IS NOT NULL, r.stopped_at IS NOT NULL))
      FROM reminders_rewatch r WHERE r.membership_id = m.id), '[]')::text
  FROM cohorts_membership m LEFT JOIN progress_summary s ON s.membership_id = m.id
 WHERE m.id = ANY(%s)
"""


def _facts(values: tuple[Any, ...]) -> Facts:
    return Facts(*values)
