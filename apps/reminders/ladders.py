"""What another ladder means for a cohort: for first passes to come, and for the rewatches that are open now.

A promise (`due_on`) never moves with it. Rewatches that nobody was reminded of yet take the new distances for the
reminders after the promise; those on their way up keep the ladder they began.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery

from apps.cohorts.models import Cohort
from apps.progress.models import FIRST_PASS, Viewing
from apps.reminders import slots, spacing
from apps.reminders.models import Rewatch, RewatchQuerySet

SHOWN = 10
WEEKS_COUNTED = 4


@dataclass(frozen=True, slots=True)
class NewDays:
    """An open rewatch whose reminders would come on other days. The first of both is the promise's own."""

    rewatch: Rewatch
    before: tuple[date, ...]
    after: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class LadderPreview:
    """`following` open rewatches take the new ladder, `keeping` stay on theirs.

    The counts are reminders of the following in the next four weeks, each on its day: caps and quiet days make them
    fewer or later.
    """

    by_rating: tuple[tuple[str, tuple[int, ...]], ...]
    following: int
    keeping: int
    reminders_before: int
    reminders_after: int
    first: tuple[NewDays, ...]


def preview_ladder(*, cohort: Cohort, offsets: Sequence[int], now: datetime) -> LadderPreview:
    """What `follow_ladder` would do with these days, and what first passes from now on would get. Two queries."""
    owed = _owed(cohort)
    moved = []
    for rewatch in (
        _following(cohort).select_related("membership__user", "video").order_by("due_on", "id")
    ):
        ladder = spacing.ladder_for(_rating(rewatch), offsets=offsets)
        before, after = _days(rewatch, rewatch.ladder), _days(rewatch, ladder)
        moved.append(NewDays(rewatch, before, after))
    until = slots.local_date(now, cohort.zone) + timedelta(weeks=WEEKS_COUNTED)
    return LadderPreview(
        by_rating=tuple(
            (rating, spacing.ladder_for(rating, offsets=offsets)) for rating in spacing.QUARTERS
        ),
        following=len(moved),
        keeping=owed.count() - len(moved),
        reminders_before=_until(until, (each.before for each in moved)),
        reminders_after=_until(until, (each.after for each in moved)),
        first=tuple(each for each in moved if each.before != each.after)[:SHOWN],
    )


def follow_ladder(*, cohort: Cohort) -> int:
    """Give the cohort's (changed) ladder to those open rewatches that nobody was reminded of; answers how many.

    Rows are locked in their order, as the planner does, and no Wake is waited for: the next day stays what it is.
    """
    with transaction.atomic():
        rows = _following(cohort).select_for_update(of=("self",), no_key=True).order_by("id")
        by_ladder: dict[tuple[int, ...], list[int]] = {}
        for rewatch in rows:
            ladder = spacing.ladder_for(_rating(rewatch), offsets=cohort.ladder)
            by_ladder.setdefault(ladder, []).append(rewatch.pk)
        for ladder, ids in by_ladder.items():
            Rewatch.objects.filter(pk__in=ids).update(ladder=list(ladder))
    return sum(map(len, by_ladder.values()))


def _owed(cohort: Cohort) -> RewatchQuerySet:
    return Rewatch.objects.owed().filter(
        membership__cohort=cohort, membership__ended_at__isnull=True
    )


def _following(cohort: Cohort) -> RewatchQuerySet:
    rating = Viewing.objects.filter(
        membership=OuterRef("membership"), video=OuterRef("video"), number=FIRST_PASS
    ).values("rating")[:1]
    unsaid = _owed(cohort).filter(reminders_sent=0, rung=0, remind_on__isnull=False)
    return unsaid.annotate(rating=Subquery(rating))


def _rating(rewatch: Rewatch) -> str | None:
    return getattr(rewatch, "rating", None) or None


def _days(rewatch: Rewatch, ladder: Sequence[int]) -> tuple[date, ...]:
    assert rewatch.remind_on is not None  # noqa: S101  (only such come here)
    return tuple(
        spacing.reminders_ahead(remind_on=rewatch.remind_on, ladder=ladder, rung=rewatch.rung)
    )


def _until(day: date, rows: Iterable[tuple[date, ...]]) -> int:
    return sum(each <= day for days in rows for each in days)
