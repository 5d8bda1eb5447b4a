"""A session ends with its time and with its person's account, whoever reads it."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.accounts.sessions import SessionStore

PROFILE = "/api/v1/me/"


def test_a_session_is_read_as_django_wrote_it(learner: User) -> None:
    written = SessionStore()
    written["theme"] = "dark"
    written.save()

    assert SessionStore(written.session_key)["theme"] == "dark"
    assert SessionStore("x" * 32).get("theme") is None


def test_a_session_that_ran_out_signs_nobody_in(learner: User, client: Client) -> None:
    client.force_login(learner)
    assert client.get(PROFILE).status_code == 200

    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert client.get(PROFILE).status_code == 401


def test_who_was_closed_is_signed_out(learner: User, client: Client) -> None:
    client.force_login(learner)
    User.objects.filter(pk=learner.pk).update(is_active=False)

    assert client.get(PROFILE).status_code == 401


def test_a_new_password_ends_the_sessions(learner: User, client: Client) -> None:
    client.force_login(learner)
    learner.set_password("another-two-passes")
    learner.save()

    assert client.get(PROFILE).status_code == 401


def test_who_one_is_costs_two_queries(
    learner: User, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(learner)

    with django_assert_num_queries(2):
        client.get(PROFILE)


@pytest.mark.parametrize("key", ["'abcdefgh\\000ij'", "abcdefgh';--", '"k\\303\\251abcdefgh"'])
def test_a_cookie_that_is_none_of_ours_is_a_visitor_s(db: None, client: Client, key: str) -> None:
    cookie = f"sessionid={key}".replace("'", '"')

    assert client.get("/", headers={"cookie": cookie}).status_code == 200
