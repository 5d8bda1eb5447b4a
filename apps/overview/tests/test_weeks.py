"""Which videos fall into a learner's week: by the cohort's hours, from the learner's own start."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from apps.cohorts.models import Cohort, Membership
from apps.curriculum.selectors import revision_outline
from apps.overview.weeks import own_week, plan_weeks


@pytest.mark.parametrize(
    ("joined", "today", "number", "slugs"),
    [
        # The cohort began on 26 October; first and second take 105 minutes, coding 210.
        (
            datetime(2026, 10, 20, tzinfo=UTC),
            datetime(2026, 10, 26, 9, tzinfo=UTC),
            1,
            ["first", "second"],
        ),
        (datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 2, 9, tzinfo=UTC), 2, ["coding"]),
        # Who joined a week later is in their first week then.
        (
            datetime(2026, 11, 2, 8, tzinfo=UTC),
            datetime(2026, 11, 2, 9, tzinfo=UTC),
            1,
            ["first", "second"],
        ),
        # Sunday night in Warsaw is still that week.
        (
            datetime(2026, 10, 20, tzinfo=UTC),
            datetime(2026, 11, 1, 22, 59, tzinfo=UTC),
            1,
            ["first", "second"],
        ),
    ],
)
def test_a_learner_is_in_a_week_of_their_own(
    membership: Membership, joined: datetime, today: datetime, number: int, slugs: list[str]
) -> None:
    membership.joined_at = joined
    membership.cohort.hours_per_week = Decimal("1.75")
    outline = revision_outline(revision_id=membership.cohort.revision_id)

    week = own_week(membership=membership, outline=outline, now=today)

    assert week is not None
    assert (week.number, [video.slug for video in week.videos]) == (number, slugs)


def test_before_the_start_and_after_the_last_week_there_is_none(membership: Membership) -> None:
    outline = revision_outline(revision_id=membership.cohort.revision_id)
    for now in (datetime(2026, 10, 25, 9, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)):
        membership.joined_at = datetime(2026, 10, 1, tzinfo=UTC)
        assert own_week(membership=membership, outline=outline, now=now) is None


def test_weeks_follow_each_other(membership: Membership) -> None:
    cohort = membership.cohort
    cohort.hours_per_week = Decimal("1")
    outline = revision_outline(revision_id=cohort.revision_id)

    weeks = plan_weeks(cohort=cohort, outline=outline, first_on=date(2026, 10, 26))

    assert [week.number for week in weeks] == list(range(1, len(weeks) + 1))
    for earlier, later in pairwise(weeks):
        assert later.first_on == earlier.last_on + timedelta(days=1)


def test_a_break_moves_the_weeks_behind_it_and_is_named_where_it_lies(cohort: Cohort) -> None:
    outline = revision_outline(revision_id=cohort.revision_id)
    cohort.hours_per_week = Decimal("2.0")
    cohort.breaks = [
        {"first_on": first_on, "last_on": last_on, "name": "", "is_quiet": False}
        for first_on, last_on in (("2026-11-09", "2026-11-15"), ("2026-11-18", "2026-11-18"))
    ]

    weeks = plan_weeks(cohort=cohort, outline=outline, first_on=date(2026, 11, 2))

    assert [(week.first_on, week.last_on) for week in weeks[:3]] == [
        (date(2026, 11, 2), date(2026, 11, 8)),
        (date(2026, 11, 16), date(2026, 11, 23)),
        (date(2026, 11, 24), date(2026, 11, 30)),
    ]
    assert [[each.first_on.day for each in week.breaks] for week in weeks[:3]] == [[9], [18], []]
