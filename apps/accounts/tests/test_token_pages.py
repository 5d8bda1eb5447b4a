"""Access tokens on their page: made, shown once, revoked."""

import re
from datetime import UTC, datetime

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from apps.accounts.models import Token, User
from apps.accounts.token_forms import SCOPE_WORDS
from apps.accounts.tokens import make_token
from apps.core.api.operations import SCOPES

PAGE = "/settings/tokens/"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def signed_in(client: Client, learner: User) -> Client:
    client.force_login(learner)
    return client


def test_every_scope_there_is_can_be_chosen() -> None:
    assert tuple(scope for scope, _words in SCOPE_WORDS) == SCOPES


def test_a_token_is_shown_in_the_answer_and_never_again(signed_in: Client) -> None:
    response = signed_in.post(PAGE, {"name": "My script", "scopes": ["notes:read"]})

    found = re.search(r'<p class="mono token">(2p_\w+)</p>', response.content.decode())
    assert found
    assert "no-store" in response["Cache-Control"]
    assert Token.objects.get().scopes == ["notes:read"]
    again = signed_in.get(PAGE).content.decode()
    assert "My script" in again
    assert found[1] not in again


@pytest.mark.parametrize(
    "wish", [{}, {"name": "x"}, {"scopes": "notes:read"}, {"name": "x", "scopes": "all"}]
)
def test_a_wish_that_says_too_little_makes_no_token(
    signed_in: Client, wish: dict[str, str]
) -> None:
    page = signed_in.post(PAGE, wish).content.decode()

    assert "to put right" in page
    assert not Token.objects.exists()


def test_a_token_is_revoked(signed_in: Client, learner: User) -> None:
    token = make_token(user=learner, name="Old", scopes=["notes:read"], now=NOON).token

    response = signed_in.post(f"{PAGE}{token.public_id}/revoke/")

    assert response["Location"] == PAGE
    assert not Token.objects.exists()


def test_nobody_revokes_another_s_token(signed_in: Client, stranger: User) -> None:
    token = make_token(user=stranger, name="Theirs", scopes=["notes:read"], now=NOON).token

    assert signed_in.post(f"{PAGE}{token.public_id}/revoke/").status_code == 404
    assert Token.objects.count() == 1


def test_a_visitor_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PAGE)["Location"] == "/accounts/login/?next=/settings/tokens/"


@pytest.mark.parametrize(("wish", "left"), [({"end_tokens": "on"}, 0), ({}, 1)])
def test_a_new_password_ends_the_tokens_if_the_owner_says_so(
    signed_in: Client, learner: User, stranger: User, wish: dict[str, str], left: int
) -> None:
    learner.set_password("two-passes")
    learner.save()
    signed_in.force_login(learner)
    for user in (learner, stranger):
        make_token(user=user, name="Script", scopes=["notes:read"], now=NOON)
    page = signed_in.get("/accounts/password/change/").content.decode()
    assert re.search(r'<input type="checkbox" name="end_tokens"[^>]* checked', page)

    form = {"oldpassword": "two-passes", "password1": "quiet-second-look"} | wish
    assert signed_in.post("/accounts/password/change/", form).status_code == 302

    learner.refresh_from_db()
    assert learner.check_password("quiet-second-look")
    assert Token.objects.filter(user=learner).count() == left
    assert Token.objects.filter(user=stranger).count() == 1


def test_a_forgotten_password_ends_all_tokens(
    client: Client, learner: User, mailoutbox: list[EmailMessage]
) -> None:
    make_token(user=learner, name="Script", scopes=["notes:read"], now=NOON)
    client.post("/accounts/password/reset/", {"email": learner.email})
    found = re.search(r"/accounts/password/reset/key/\S+", str(mailoutbox[0].body))
    assert found
    form = client.get(found[0], follow=True)

    client.post(form.request["PATH_INFO"], {"password1": "quiet-second-look"})

    learner.refresh_from_db()
    assert learner.check_password("quiet-second-look")
    assert not Token.objects.exists()
