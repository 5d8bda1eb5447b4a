"""Making a cohort, its plan, its people: the instructor's forms."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.models import Cohort, Invitation, Membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Revision

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
NEW = {
    "curriculum": "networks",
    "name": "Осень 2026",
    "starts_on": "2026-11-09",
    "hours_per_week": "4.5",
    "time_zone": "Europe/Warsaw",
    "language": "ru",
    "order_rule": "strict",
    "is_open": "on",
}
PLAN = {
    "name": "Spring",
    "starts_on": "2026-11-09",
    "ends_on": "",
    "hours_per_week": "6",
    "time_zone": "Asia/Tbilisi",
    "language": "en",
    "order_rule": "free",
    "soft_limit": "",
    "capacity": "12",
}


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_who_has_the_right_makes_a_cohort_and_goes_on_to_invite(
    instructor: User, revision: Revision
) -> None:
    made = signed_in(instructor).post("/teach/new/", NEW, follow=True)

    cohort = Cohort.objects.get(slug="osen-2026")
    assert made.redirect_chain[-1][0] == "/teach/osen-2026/people/"
    assert "Осень 2026 is made. Now invite its people." in text_of(made)
    assert (cohort.order_rule, cohort.is_open, str(cohort.hours_per_week)) == (
        "strict",
        True,
        "4.5",
    )
    assert cohort.memberships.get().role == "instructor"


def test_without_the_right_the_page_says_how_to_get_it(stranger: User, revision: Revision) -> None:
    client = signed_in(stranger)

    for page in (client.get("/teach/new/"), client.post("/teach/new/", NEW)):
        assert page.status_code == 403
        assert "manage.py make_instructor sam.stranger@example.org" in text_of(page)
    assert not Cohort.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "This field is required."),
        ("name", "x" * 121, "at most 120 characters"),
        ("starts_on", "the day after", "Enter a valid date."),
        ("hours_per_week", "0", "greater than or equal to 0.5"),
        ("hours_per_week", "NaN", "Enter a number."),
        ("time_zone", "Mars/Olympus", "Select a valid choice."),
        ("curriculum", "nothing", "Select a valid choice."),
        ("order_rule", "chaotic", "Select a valid choice."),
    ],
)
def test_a_form_that_makes_no_sense_keeps_what_was_written(
    instructor: User, revision: Revision, field: str, value: str, says: str
) -> None:
    page = signed_in(instructor).post("/teach/new/", NEW | {field: value})

    text = text_of(page)
    assert says in text
    assert f'href="#id_{field}' in text
    assert 'value="2026-11-09"' in text or field == "starts_on"
    assert not Cohort.objects.filter(language="ru").exists()


def test_an_instructor_changes_the_plan(instructor: User, cohort: Cohort) -> None:
    client = signed_in(instructor)
    assert "Without an end of its own the plan ends on" in text_of(
        client.get("/teach/autumn/settings/")
    )

    page = client.post("/teach/autumn/settings/", PLAN, follow=True)

    cohort.refresh_from_db()
    assert "The plan is saved." in text_of(page)
    assert (cohort.name, cohort.time_zone, cohort.order_rule) == ("Spring", "Asia/Tbilisi", "free")
    assert (cohort.soft_limit, cohort.capacity, cohort.night_rule) == (None, 12, False)


def test_an_end_before_the_start_is_refused(instructor: User, cohort: Cohort) -> None:
    page = signed_in(instructor).post("/teach/autumn/settings/", PLAN | {"ends_on": "2026-11-09"})

    assert "The cohort ends after it starts." in text_of(page)
    cohort.refresh_from_db()
    assert cohort.name == "Autumn"


def test_an_observer_reads_the_plan_and_changes_nothing(observer: User, cohort: Cohort) -> None:
    client = signed_in(observer)

    text = text_of(client.get("/teach/autumn/settings/"))

    assert "You observe" in text
    assert ">Save</button>" not in text
    assert client.post("/teach/autumn/settings/", PLAN).status_code == 403
    assert client.get("/teach/autumn/settings/archive/").status_code == 403
    cohort.refresh_from_db()
    assert cohort.name == "Autumn"


def test_who_is_alone_sets_their_own_pace(stranger: User, revision: Revision) -> None:
    cohort = services.start_alone(user=stranger, curriculum_slug="networks", now=MONDAY).cohort
    client = signed_in(stranger)

    text = text_of(client.get("/teach/networks/settings/"))
    client.post("/teach/networks/settings/", PLAN | {"is_open": "on", "capacity": "9"})

    cohort.refresh_from_db()
    assert "Anyone may join" not in text
    assert str(cohort.hours_per_week) == "6.0"
    assert (cohort.is_open, cohort.capacity) == (False, 1)
    assert client.get("/teach/networks/people/").status_code == 403


def test_archiving_asks_first_and_is_for_good(
    instructor: User, learner: User, cohort: Cohort
) -> None:
    client = signed_in(instructor)

    asked = client.get("/teach/autumn/settings/archive/")
    cohort.refresh_from_db()
    assert (cohort.archived_at, asked.status_code) == (None, 200)
    done = client.post("/teach/autumn/settings/archive/")

    cohort.refresh_from_db()
    assert done.headers["Location"] == "/teach/"
    assert cohort.archived_at == MONDAY
    text = text_of(client.get("/teach/autumn/settings/"))
    assert "nothing in it changes any more" in text
    assert ">Save</button>" not in text
    assert "Archive the cohort…" not in text
    assert "This cohort is archived" in text_of(client.post("/teach/autumn/settings/", PLAN))


def test_an_instructor_makes_a_link_and_withdraws_it(instructor: User, cohort: Cohort) -> None:
    client = signed_in(instructor)

    page = client.post(
        "/teach/autumn/people/",
        {"role": "learner", "expires_on": "2026-11-30", "max_uses": "42", "email_domain": "a.test"},
        follow=True,
    )
    link = Invitation.objects.get()
    text = text_of(page)
    assert f"http://testserver/join/{link.code}/" in text
    assert "0 of 42 used" in text
    assert "only …@a.test" in text
    # The end of the 30th in Warsaw.
    assert link.expires_at == datetime(2026, 11, 30, 23, tzinfo=UTC)

    gone = client.post(f"/teach/autumn/people/links/{link.pk}/withdraw/", follow=True)

    link.refresh_from_db()
    assert link.revoked_at == MONDAY
    assert link.code not in text_of(gone)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("role", "owner", "Select a valid choice."),
        ("expires_on", "2026-11-01", "Choose today or a later day."),
        ("expires_on", "9999-12-31", "This moment is out of reach."),
        ("max_uses", "0", "greater than or equal to 1"),
        ("email_domain", "no domain", "Write a domain such as example.org."),
    ],
)
def test_a_link_that_makes_no_sense_is_refused(
    instructor: User, cohort: Cohort, field: str, value: str, says: str
) -> None:
    body = {"role": "learner", "expires_on": "", "max_uses": "", "email_domain": ""}

    page = signed_in(instructor).post("/teach/autumn/people/", body | {field: value})

    assert says in text_of(page)
    assert not Invitation.objects.exists()


def test_an_observer_sees_people_and_neither_links_nor_addresses(
    instructor: User, observer: User, learner: User, cohort: Cohort
) -> None:
    link = services.create_invitation(cohort=cohort, user=instructor, now=MONDAY)
    client = signed_in(observer)

    text = text_of(client.get("/teach/autumn/people/"))

    found = text_of(client.get("/teach/autumn/people/?q=Kowalska"))
    guessed = text_of(client.get("/teach/autumn/people/?q=%40example"))

    assert "Nadia Kowalska" in text
    assert learner.email not in text
    assert link.code not in text
    assert "Nadia Kowalska" in found
    assert "Nadia Kowalska" not in guessed
    assert client.post("/teach/autumn/people/", {"role": "learner"}).status_code == 403
    assert client.post(f"/teach/autumn/people/links/{link.pk}/withdraw/").status_code == 403


def test_nobody_withdraws_the_link_of_another_cohort(
    instructor: User, other_instructor: User, cohort: Cohort
) -> None:
    link = services.create_invitation(cohort=cohort, user=instructor, now=MONDAY)

    page = signed_in(other_instructor).post(f"/teach/winter/people/links/{link.pk}/withdraw/")

    assert page.status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


def test_a_role_is_changed_and_the_last_instructor_stays(
    instructor: User, learner: User, cohort: Cohort
) -> None:
    client = signed_in(instructor)
    mine, theirs = (cohort.memberships.get(user=user).pk for user in (instructor, learner))

    refused = client.post(f"/teach/autumn/people/{mine}/", {"role": "observer"})
    client.post(f"/teach/autumn/people/{theirs}/", {"role": "instructor"})
    done = client.post(f"/teach/autumn/people/{mine}/", {"role": "observer"})

    assert "This cohort needs an instructor" in text_of(refused)
    assert done.headers["Location"] == "/teach/"
    assert cohort.memberships.get(pk=theirs).role == "instructor"


def test_taking_somebody_out_asks_first(instructor: User, learner: User, cohort: Cohort) -> None:
    client = signed_in(instructor)
    membership = cohort.memberships.get(user=learner)
    address = f"/teach/autumn/people/{membership.pk}/remove/"

    assert "Take Nadia Kowalska out of Autumn?" in text_of(client.get(address))
    client.post(address)

    membership.refresh_from_db()
    assert membership.ended_at == MONDAY
    assert signed_in(learner).get("/c/autumn/").status_code == 404


def test_people_are_found_by_a_part_of_their_name(
    instructor: User, learner: User, cohort_mate: User, cohort: Cohort
) -> None:
    client = signed_in(instructor)

    text = text_of(client.get("/teach/autumn/people/", {"q": "KOWAL"}))

    assert "Nadia Kowalska" in text
    assert "Tomas Silva" not in text
    assert "Nobody of that name is here." in text_of(
        client.get("/teach/autumn/people/", {"q": "nobody\0"})
    )


PAGES = (
    "/teach/autumn/people/",
    "/teach/autumn/settings/",
    "/teach/autumn/settings/archive/",
    "/teach/autumn/people/{learner}/",
    "/teach/autumn/people/{learner}/remove/",
)


@pytest.mark.parametrize("address", PAGES)
def test_who_may_not_read_it_meets_what_is_due(
    client: Client,
    learner: User,
    cohort_mate: User,
    instructor: User,
    observer: User,
    other_instructor: User,
    stranger: User,
    address: str,
) -> None:
    address = address.format(learner=Membership.objects.get(user=learner).pk)
    observes = 200 if address in PAGES[:2] else 403
    expected = {
        instructor: 200,
        observer: observes,
        learner: 403,
        cohort_mate: 403,
        other_instructor: 404,
        stranger: 404,
    }

    answers = {user: signed_in(user).get(address).status_code for user in expected}

    assert answers == expected
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("person", ["0", "999999999", "9" * 30, "x", "-1"])
def test_a_person_who_is_not_there_is_not_there(instructor: User, person: str) -> None:
    assert signed_in(instructor).get(f"/teach/autumn/people/{person}/").status_code == 404


@pytest.mark.parametrize("address", ["/teach/", *PAGES[:3]])
def test_a_page_asks_as_much_of_3_people_as_of_300(
    instructor: User, learner: User, cohort: Cohort, join: Join, address: str
) -> None:
    client = signed_in(instructor)
    client.get(address)
    counts = []
    for size in (3, 300):
        for number in range(cohort.memberships.count(), size):
            join(make_user(f"Learner {number}"), cohort)
        # The outline is compared with its revision every five seconds; that is no matter of size.
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 9


def test_the_list_of_cohorts_tells_the_week_and_the_learners(
    instructor: User, learner: User, cohort: Cohort
) -> None:
    text = text_of(signed_in(instructor).get("/teach/"))

    assert "Autumn" in text
    assert "week 2" in text
    assert "1 learner" in text
    assert "/teach/new/" in text


def test_without_a_cohort_the_list_says_how_one_comes_by_it(
    stranger: User, other_instructor: User, other_cohort: Cohort
) -> None:
    text = text_of(signed_in(stranger).get("/teach/"))

    assert "No cohort yet" in text
    assert "make_instructor" in text
    assert "Winter" not in text
