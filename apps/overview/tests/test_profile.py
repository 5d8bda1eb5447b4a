"""The profile page."""

import pytest
from django.test import Client

from apps.accounts.models import User

PAGE = "/settings/"


@pytest.fixture
def signed_in(client: Client, learner: User) -> Client:
    client.force_login(learner)
    return client


def test_a_learner_sees_what_is_known(signed_in: Client) -> None:
    page = signed_in.get(PAGE).content.decode()

    assert 'value="Nadia Kowalska"' in page
    assert '<option value="Europe/Warsaw" selected>' in page
    assert "nadia.kowalska@example.org" in page


def test_a_learner_changes_name_language_and_zone(signed_in: Client, learner: User) -> None:
    response = signed_in.post(
        PAGE, {"name": " Ёлка  Новак ", "language": "ru", "time_zone": "Asia/Tokyo"}
    )

    assert response["Location"] == PAGE
    learner.refresh_from_db()
    assert (learner.name, learner.sort_name) == ("Ёлка Новак", "елка новак")
    assert (learner.language, learner.time_zone) == ("ru", "Asia/Tokyo")
    assert '<html lang="ru">' in signed_in.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "   "), ("language", "de"), ("time_zone", "Mars/Olympus")],
)
def test_a_value_that_is_none_changes_nothing(
    signed_in: Client, learner: User, field: str, value: str
) -> None:
    wish = {"name": "Ada", "language": "en", "time_zone": "UTC"} | {field: value}

    response = signed_in.post(PAGE, wish)

    assert "One thing to put right" in response.content.decode()
    learner.refresh_from_db()
    assert learner.name == "Nadia Kowalska"


def test_a_visitor_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PAGE)["Location"] == "/accounts/login/?next=/settings/"
