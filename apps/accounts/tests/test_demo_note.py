"""The sign-in page of one's own machine names the demo's accounts; no other does."""

from django.test import Client
from pytest_django import Settings

from apps.accounts.models import User

PAGE = "/accounts/login/"


def test_the_demo_s_accounts_are_named_where_there_is_a_demo(client: Client, db: None) -> None:
    User.objects.create_user("instructor@example.org")
    User.objects.create_user("learner@example.org")

    page = client.get(PAGE).content.decode()

    assert page.index("learner@example.org") < page.index("instructor@example.org")
    assert "observer@example.org" not in page
    assert "two-passes" in page


def test_without_a_demo_nothing_is_said(client: Client, db: None) -> None:
    assert "two-passes" not in client.get(PAGE).content.decode()


def test_where_no_demo_is_allowed_a_like_named_account_is_not_told(
    client: Client, db: None, settings: Settings
) -> None:
    settings.DEMO_ALLOWED = False
    User.objects.create_user("learner@example.org")

    assert "learner@example.org" not in client.get(PAGE).content.decode()
