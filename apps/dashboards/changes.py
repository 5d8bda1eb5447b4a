"""What changed in a cohort since a moment: for data teams that fetch only that."""

from collections.abc import Sequence
from datetime import datetime

from apps.cohorts.models import Cohort, Membership
from apps.dashboards.board import ORDERS
from apps.dashboards.rows import FIELDS, Facts, LearnerRow, row_of
from apps.dashboards.selectors import cohort_board, plan_of


def listed_rows(
    *,
    cohort: Cohort,
    now: datetime,
    status: str = "",
    query: str = "",
    order: str = "name",
    updated_since: datetime | None = None,
) -> Sequence[LearnerRow]:
    """The learners' rows in one of `ORDERS`.

    With `updated_since` only those who joined, worked or left since then: a change of the clock
    alone, such as a rewatch that became due, is no change. Who left is in it unless a status is
    asked for, since nothing is said of them any more.
    """
    rows = cohort_board(cohort=cohort, now=now).listed(status=status, query=query, order=order)
    if updated_since is None:
        return rows
    changed = [row for row in rows if row.updated_at >= updated_since]
    if not status:
        left = _left_since(cohort, updated_since, now)
        changed += [row for row in left if not query or query.casefold() in row.name.casefold()]
    return sorted(changed, key=ORDERS[order])


def _left_since(cohort: Cohort, since: datetime, now: datetime) -> list[LearnerRow]:
    plan = plan_of(cohort=cohort, now=now)
    left = Membership.objects.learners().filter(cohort=cohort, ended_at__gte=since)
    return [row_of(Facts(*values), None, plan) for values in left.values_list(*FIELDS)]
