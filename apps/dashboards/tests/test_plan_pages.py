"""The plan of a cohort: its weeks, its copy, and two who change it at once."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.models import Cohort
from apps.dashboards.tests.test_cohort_pages import MONDAY, PLAN, signed_in, text_of


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def test_a_copy_has_the_plan_and_nobody_but_who_made_it(
    instructor: User, learner: User, cohort: Cohort
) -> None:
    services.change_cohort(
        cohort=cohort,
        now=MONDAY,
        ends_on=cohort.starts_on.replace(month=12),
        ladder=[2, 5],
        capacity=9,
        is_open=True,
    )
    client = signed_in(instructor)

    page = client.post(
        "/teach/autumn/settings/copy/", {"name": "Spring", "starts_on": "2027-03-01"}, follow=True
    )

    copy = Cohort.objects.get(slug="spring")
    assert "Spring is made. Now invite its people." in text_of(page)
    assert (copy.ladder, copy.capacity, copy.time_zone) == ([2, 5], 9, cohort.time_zone)
    assert (copy.ends_on, copy.is_open) == (date(2027, 5, 1), False)
    assert [member.user for member in copy.memberships.all()] == [instructor]
    instructor.may_create_cohorts = False
    instructor.save()
    assert client.get("/teach/autumn/settings/copy/").status_code == 403


def test_two_instructors_do_not_overwrite_each_other_unseen(
    instructor: User, cohort: Cohort
) -> None:
    client = signed_in(instructor)
    seen = services.fingerprint(cohort)
    services.change_cohort(cohort=cohort, now=MONDAY, capacity=99)

    refused = client.post("/teach/autumn/settings/", PLAN | {"seen": seen})

    cohort.refresh_from_db()
    assert cohort.capacity == 99
    text = text_of(refused)
    assert "Somebody else changed the plan while you wrote." in text
    assert "Places" in text
    again = client.post(
        "/teach/autumn/settings/", PLAN | {"seen": services.fingerprint(cohort)}, follow=True
    )
    assert "The plan is saved." in text_of(again)


def test_the_plan_tells_which_videos_fall_into_which_week(
    instructor: User, learner: User, cohort: Cohort
) -> None:
    services.change_cohort(cohort=cohort, now=MONDAY, hours_per_week=Decimal("3.5"))

    plan = text_of(signed_in(instructor).get("/teach/autumn/settings/"))
    mine = text_of(signed_in(learner).get("/c/autumn/roadmap/"))

    assert "<h3>Week 1</h3><p>1. First · 2. Second · 4. Coding</p>" in plan
    assert "26 October – 1 November" in plan
    assert "<b>By the plan this is your week 2:</b> 4. Coding." in mine
