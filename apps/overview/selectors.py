"""Questions that span apps, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from apps.accounts.limits import within
from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.overview import statements
from apps.overview.documents import ProgressDocument, document_of

Row = TypeVar("Row", bound=Model)


def progress_document(*, membership: Membership, now: datetime) -> ProgressDocument:
    """The document of one learner; four statements. Cohort and user should be loaded with it."""
    (document,) = progress_documents(memberships=[membership], now=now)
    return document


def progress_documents(
    *, memberships: Sequence[Membership], now: datetime
) -> list[ProgressDocument]:
    """The documents of these learners, in their order; four statements however many they are."""
    ids = [membership.pk for membership in memberships]
    revisions = {membership.cohort.revision_id for membership in memberships}
    placements = _grouped(statements.placements_of(revisions), "revision_id")
    viewings = _grouped(statements.viewings_of(ids), "membership_id")
    rewatches = _grouped(statements.rewatches_of(ids), "membership_id")
    summaries = {summary.membership_id: summary for summary in statements.summaries_of(ids)}
    return [
        document_of(
            membership=membership,
            summary=summaries.get(membership.pk),
            placements=placements[membership.cohort.revision_id],
            viewings=viewings[membership.pk],
            rewatches=rewatches[membership.pk],
            now=now,
        )
        for membership in memberships
    ]


def _grouped(rows: Iterable[Row], attribute: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, attribute)].append(row)
    return groups


def learning_of(*, user: User) -> QuerySet[Membership]:
    """The active memberships in which a person learns, archived cohorts included; for paging."""
    return (
        Membership.objects.active()
        .learners()
        .filter(within(user), user=user)
        .select_related("cohort__revision__curriculum", "user")
    )
