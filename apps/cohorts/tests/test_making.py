"""Making and changing a cohort: each rule once."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.errors import (
    CohortArchived,
    MayNotCreateCohorts,
)
from apps.cohorts.models import Cohort
from apps.core.errors import InvalidValue
from apps.curriculum.models import Revision


def made(user: User, revision: Revision, now: datetime, **fields: Any) -> Cohort:
    values: dict[str, Any] = {
        "name": "Autumn 2026",
        "starts_on": date(2026, 11, 2),
        "hours_per_week": Decimal("5"),
        "time_zone": "Europe/Warsaw",
        "language": "en",
    }
    return services.create_cohort(user=user, revision=revision, now=now, **(values | fields))


def test_who_makes_a_cohort_is_its_instructor(
    instructor: User, revision: Revision, now: datetime
) -> None:
    cohort = made(instructor, revision, now, soft_limit=3)

    membership = cohort.memberships.get()
    assert (cohort.slug, cohort.soft_limit, cohort.created_by) == ("autumn-2026", 3, instructor)
    assert (membership.user, membership.role, membership.joined_at) == (
        instructor,
        "instructor",
        now,
    )


def test_without_the_right_nobody_makes_a_cohort(
    stranger: User, revision: Revision, now: datetime
) -> None:
    with pytest.raises(MayNotCreateCohorts):
        made(stranger, revision, now)

    assert not Cohort.objects.filter(created_by=stranger).exists()


def test_one_setting_gives_the_right_to_everyone(
    stranger: User, revision: Revision, now: datetime, settings: Any
) -> None:
    settings.COHORTS_BY_ANYONE = True

    assert made(stranger, revision, now).created_by == stranger


def test_the_same_name_gets_the_next_address(
    instructor: User, revision: Revision, now: datetime
) -> None:
    slugs = [made(instructor, revision, now, name=name).slug for name in ("Осень", "Osen!", "New")]

    assert slugs == ["osen", "osen-2", "new-2"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_on", date(9999, 12, 31)),
        ("starts_on", date(1, 1, 1)),
        ("ends_on", date(2026, 11, 2)),
        ("ends_on", date(9999, 12, 31)),
        ("hours_per_week", Decimal("0")),
        ("time_zone", "Mars/Olympus"),
        ("order_rule", "chaotic"),
        ("ladder", [4, 4]),
        ("ladder", []),
        ("name", ""),
        ("slug", "mine"),
    ],
)
def test_values_that_make_no_sense_are_refused_by_field(
    instructor: User, cohort: Cohort, now: datetime, field: str, value: object
) -> None:
    changes: dict[str, Any] = {"starts_on": date(2026, 11, 2), field: value}

    with pytest.raises(InvalidValue) as refused:
        services.change_cohort(cohort=cohort, now=now, **changes)

    assert refused.value.field == field
    cohort.refresh_from_db()
    assert cohort.starts_on == date(2026, 10, 26)


def test_changing_the_name_keeps_the_address(cohort: Cohort, now: datetime) -> None:
    changed = services.change_cohort(cohort=cohort, now=now, name="Spring", capacity=9)

    cohort.refresh_from_db()
    assert (changed.name, cohort.name, cohort.capacity, cohort.slug) == (
        "Spring",
        "Spring",
        9,
        "autumn",
    )


def test_an_archived_cohort_changes_no_more(cohort: Cohort, now: datetime) -> None:
    services.archive_cohort(cohort=cohort, now=now)
    services.archive_cohort(cohort=cohort, now=now + timedelta(days=3))

    with pytest.raises(CohortArchived):
        services.change_cohort(cohort=cohort, now=now, name="Spring")

    cohort.refresh_from_db()
    assert cohort.archived_at == now
