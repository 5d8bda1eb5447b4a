"""Machine accounts: a cohort's programs, which nobody signs in with."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import Token, User
from apps.cohorts.errors import LastInstructor
from apps.cohorts.models import Cohort, Event, Membership
from apps.cohorts.services import change_role, end_machine, end_membership, make_machine
from apps.cohorts.services.machines import NewMachine, machines_of, rotate_token
from apps.core.errors import InvalidValue

PAGE = "/teach/autumn/settings/machines/"


@pytest.fixture
def machine(cohort: Cohort, instructor: User, now: datetime) -> NewMachine:
    return make_machine(
        cohort=cohort,
        name="Grade book",
        role="observer",
        scopes=["progress:read", "cohorts:read"],
        by=instructor,
        now=now,
    )


def bearer(text: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def status(text: str, at: datetime, address: str = "cohorts/autumn/summary/") -> int:
    with time_machine.travel(at, tick=False):
        return int(bearer(text).get(f"/api/v1/{address}").status_code)


def test_a_machine_reads_what_its_role_may_in_its_cohort_alone(
    machine: NewMachine, other_cohort: Cohort, learner: User, now: datetime
) -> None:
    text = machine.made.text

    assert status(text, now) == 200
    assert status(text, now, "cohorts/autumn/members/") == 403
    assert status(text, now, "cohorts/winter/") == 404
    assert status(text, now, "reminders/") == 403


def test_nobody_signs_in_with_it(client: Client, machine: NewMachine) -> None:
    user = machine.membership.user
    user.set_password("two-passes")
    user.save()

    client.post("/accounts/login/", {"login": user.email, "password": "two-passes"})
    assert "_auth_user_id" not in client.session
    client.force_login(user)

    assert client.get("/settings/")["Location"].startswith("/accounts/login/")


def test_it_outlives_who_made_it(
    machine: NewMachine, instructor: User, cohort_mate: User, now: datetime
) -> None:
    mate = Membership.objects.get(user=cohort_mate)
    change_role(membership=mate, role="instructor", now=now)
    end_membership(membership=Membership.objects.get(user=instructor), now=now)
    instructor.delete()

    assert status(machine.made.text, now) == 200


def test_it_is_no_instructor_to_turn_to(
    cohort: Cohort, instructor: User, learner: User, now: datetime
) -> None:
    bot = make_machine(
        cohort=cohort,
        name="Bot",
        role="instructor",
        scopes=["cohorts:write"],
        by=instructor,
        now=now,
    )

    with pytest.raises(LastInstructor):
        end_membership(membership=Membership.objects.get(user=instructor), now=now)
    end_membership(membership=bot.membership, now=now)


def test_it_is_never_a_learner(cohort: Cohort, machine: NewMachine, now: datetime) -> None:
    with pytest.raises(InvalidValue):
        change_role(membership=machine.membership, role="learner", now=now)
    with pytest.raises(InvalidValue):
        make_machine(
            cohort=cohort,
            name="B",
            role="learner",
            scopes=["progress:read"],
            by=machine.membership.user,
            now=now,
        )


def test_a_machine_is_for_no_person_s_own_things(
    cohort: Cohort, instructor: User, now: datetime
) -> None:
    with pytest.raises(InvalidValue):
        make_machine(
            cohort=cohort, name="B", role="observer", scopes=["notes:read"], by=instructor, now=now
        )


def test_a_new_token_leaves_the_old_one_a_day(
    machine: NewMachine, instructor: User, now: datetime
) -> None:
    new = rotate_token(machine=machine.membership, by=instructor, now=now).text
    later = now + timedelta(days=1)

    assert status(machine.made.text, later - timedelta(seconds=1)) == 200
    assert status(machine.made.text, later) == 401
    assert status(new, later) == 200


@pytest.mark.parametrize("end", ["end_machine", "take_out"])
def test_ended_it_is_refused_at_once(
    machine: NewMachine, instructor: User, now: datetime, end: str
) -> None:
    if end == "end_machine":
        end_machine(machine=machine.membership, by=instructor, now=now)
    else:
        end_membership(membership=machine.membership, by=instructor, now=now)

    assert status(machine.made.text, now) == 401
    assert not Token.objects.exists()
    assert not machines_of(cohort=machine.membership.cohort).exists()


def test_what_was_done_with_it_is_noted(
    machine: NewMachine, instructor: User, now: datetime
) -> None:
    rotate_token(machine=machine.membership, by=instructor, now=now)
    end_machine(machine=machine.membership, by=instructor, now=now)

    kinds = Event.objects.filter(subject=machine.membership.user, actor=instructor)
    assert list(kinds.order_by("pk").values_list("kind", flat=True)) == [
        "machine_made",
        "machine_token",
        "machine_ended",
    ]


def test_an_instructor_makes_renews_and_ends_it_on_the_page(
    client: Client, cohort: Cohort, instructor: User
) -> None:
    client.force_login(instructor)
    form = {"name": "Grade book", "role": "observer", "scopes": ["progress:read"]}

    made = client.post(PAGE, form).content.decode()
    machine = Membership.objects.get(user__is_machine=True)
    renewed = client.post(f"{PAGE}{machine.pk}/token/").content.decode()
    listed = client.get(PAGE).content.decode()
    client.post(f"{PAGE}{machine.pk}/end/")

    assert made.count("2p_") == renewed.count("2p_") == 1
    assert "2p_" not in listed
    assert "Grade book" in listed
    machine.refresh_from_db()
    assert machine.ended_at is not None


def test_the_list_of_people_says_that_it_is_a_machine(
    client: Client, machine: NewMachine, instructor: User
) -> None:
    client.force_login(instructor)

    page = client.get("/teach/autumn/people/").content.decode()

    assert 'Grade book <span class="flag">machine</span>' in page
    assert machine.membership.user.email not in page
