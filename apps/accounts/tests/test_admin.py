"""People in the admin and on the command line: rights given, and the rest left alone."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts.models import User
from apps.conftest import make_user

PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def admin(client: Client, db: None) -> Client:
    client.force_login(make_user("Ada Admin", is_staff=True, is_superuser=True))
    return client


def test_a_right_is_given_and_the_name_sorts_anew(admin: Client, learner: User) -> None:
    response = admin.post(
        f"{PEOPLE}{learner.pk}/change/",
        {"name": "Ёлка", "may_create_cohorts": "on", "is_active": "on", "time_zone": "UTC"},
    )

    assert response["Location"] == PEOPLE
    learner.refresh_from_db()
    assert learner.may_create_cohorts
    assert (learner.name, learner.sort_name) == ("Ёлка", "елка")
    assert learner.time_zone == "Europe/Warsaw"


def test_a_person_is_made_with_an_address_in_small_letters(admin: Client) -> None:
    admin.post(
        f"{PEOPLE}add/",
        {
            "email": "Grace@Example.org",
            "name": "Grace",
            "language": "en",
            "usable_password": "true",
            "password1": "three plain words",
            "password2": "three plain words",
        },
    )

    user = User.objects.get(email="grace@example.org")
    assert user.sort_name == "grace"
    assert user.check_password("three plain words")


def test_nobody_is_deleted_there(admin: Client, learner: User) -> None:
    assert admin.get(f"{PEOPLE}{learner.pk}/delete/").status_code == 403
    assert admin.get(PEOPLE + "?q=nadia").status_code == 200


def test_the_admin_is_entered_by_the_one_sign_in_page(client: Client, db: None) -> None:
    response = client.get("/admin/login/?next=/admin/accounts/user/")

    assert response["Location"] == "/accounts/login/?next=%2Fadmin%2Faccounts%2Fuser%2F"


def test_who_is_no_staff_does_not_enter(client: Client, learner: User) -> None:
    client.force_login(learner)

    assert client.get("/admin/login/").status_code == 403


def test_the_command_gives_the_right_in_any_case_of_the_address(learner: User) -> None:
    said = StringIO()

    call_command("make_instructor", "NADIA.kowalska@example.org", stdout=said)

    learner.refresh_from_db()
    assert learner.may_create_cohorts
    assert said.getvalue() == "nadia.kowalska@example.org may make cohorts now.\n"


def test_the_command_names_whom_it_does_not_know(learner: User) -> None:
    with pytest.raises(CommandError, match=r"Nobody has signed up with who@example.org\."):
        call_command(
            "make_instructor", "who@example.org", "nadia.kowalska@example.org", stdout=StringIO()
        )

    learner.refresh_from_db()
    assert learner.may_create_cohorts
