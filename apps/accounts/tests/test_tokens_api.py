"""Access tokens over REST: made with a password, shown once, limited, revoked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.accounts.models import Token, User
from apps.accounts.tokens import LIFETIME, make_token
from apps.accounts.tokens_tries import TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, WINDOW_SECONDS
from apps.conftest import PASSWORD
from apps.core.api.operations import SCOPES
from apps.core.models import IdempotencyKey

URL = "/api/v1/tokens/"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def confirmed(learner: User) -> User:
    EmailAddress.objects.create(user=learner, email=learner.email, verified=True, primary=True)
    return learner


def wish(user: User, **changes: Any) -> dict[str, Any]:
    body = {
        "email": user.email,
        "password": PASSWORD,
        "name": "My script",
        "scopes": ["progress:read", "notes:read"],
    }
    return body | changes


def bearer(text: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@time_machine.travel(NOON, tick=False)
def test_a_token_is_made_shown_once_and_kept_only_as_a_digest(confirmed: User) -> None:
    response = APIClient().post(URL, wish(confirmed))

    assert response.status_code == 201
    made = response.json()
    kept = Token.objects.get()
    assert made == {
        "id": str(kept.public_id),
        "token": made["token"],
        "name": "My script",
        "scopes": ["progress:read", "notes:read"],
        "cohort": None,
        "expires_at": (NOON + LIFETIME).isoformat().replace("+00:00", "Z"),
    }
    assert made["token"].startswith("2p_")
    assert len(made["token"]) == 67
    row = str(list(Token.objects.values()))
    assert made["token"] not in row
    assert made["token"][15:] not in row


def test_a_made_token_signs_in(confirmed: User) -> None:
    text = APIClient().post(URL, wish(confirmed)).json()["token"]

    response = bearer(text).get(URL)

    assert response.status_code == 200
    (listed,) = response.json()["results"]
    assert listed["name"] == "My script"
    assert "token" not in listed


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"password": "wrong"}, 401, "wrong_credentials"),
        ({"email": "nobody@example.org"}, 401, "wrong_credentials"),
        ({"scopes": ["everything"]}, 422, "invalid"),
        ({"scopes": []}, 422, "invalid"),
        ({"scopes": "notes:read"}, 422, "invalid"),
        ({"name": ""}, 422, "invalid"),
        ({"name": 7}, 422, "invalid"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 422, "invalid"),
        ({"expires_at": "2030-01-01T00:00:00"}, 422, "invalid"),
        ({"expires_at": "tomorrow"}, 422, "invalid"),
        ({"otp": "123456"}, 422, "invalid"),
        ({"cohort": "winter"}, 422, "invalid"),
        ({"cohort": ""}, 422, "invalid"),
    ],
)
def test_what_is_wrong_is_said_as_a_problem(
    confirmed: User, changes: dict[str, Any], status: int, code: str
) -> None:
    response = APIClient().post(URL, wish(confirmed, **changes))

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"/api/v1/problems/{code}/"
    assert problem["instance"] == URL
    if status == 422:
        assert problem["errors"][0]["field"].split(".")[0] == next(iter(changes))
    assert not Token.objects.exists()


def test_a_token_reads_unless_more_was_asked_for(confirmed: User) -> None:
    body = wish(confirmed)
    del body["scopes"]

    made = APIClient().post(URL, body).json()

    assert made["scopes"] == [scope for scope in SCOPES if scope.endswith(":read")]


def test_a_token_can_be_limited_to_one_of_its_owner_s_cohorts(confirmed: User) -> None:
    made = APIClient().post(URL, wish(confirmed, cohort="autumn")).json()

    assert made["cohort"] == "autumn"
    (listed,) = _signed_in(confirmed).get(URL).json()["results"]
    assert listed["cohort"] == "autumn"


def test_a_second_factor_would_be_asked_for() -> None:
    """Nobody can have one yet. Who brings them has to ask for `otp` here: the contract says so."""
    assert "allauth.mfa" not in settings.INSTALLED_APPS


def test_without_the_counters_of_tries_no_password_is_looked_at(
    confirmed: User, settings: Settings
) -> None:
    settings.CACHES = settings.CACHES | {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    }

    response = APIClient().post(URL, wish(confirmed))

    assert (response.status_code, response.json()["code"]) == (503, "tries_not_counted")
    assert not Token.objects.exists()


def _signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def test_an_unknown_account_and_a_wrong_password_cannot_be_told_apart(confirmed: User) -> None:
    known = APIClient().post(URL, wish(confirmed, password="wrong")).json()
    unknown = APIClient().post(URL, wish(confirmed, email="nobody@example.org")).json()

    assert known == unknown


def test_only_who_knows_the_password_hears_that_the_address_is_unconfirmed(learner: User) -> None:
    right = APIClient().post(URL, wish(learner))
    wrong = APIClient().post(URL, wish(learner, password="wrong"))

    assert (right.status_code, right.json()["code"]) == (403, "email_unconfirmed")
    assert wrong.status_code == 401


@time_machine.travel(NOON + timedelta(seconds=100), tick=False)
def test_many_tries_at_one_account_are_refused_with_the_time_to_wait(confirmed: User) -> None:
    client = APIClient()
    for number in range(TRIES_PER_ACCOUNT):
        body = wish(confirmed, password="no")
        assert client.post(URL, body, REMOTE_ADDR=f"203.0.113.{number}").status_code == 401

    response = client.post(URL, wish(confirmed), REMOTE_ADDR="203.0.113.200")

    assert response.status_code == 429
    assert response.json()["code"] == "too_many_tries"
    assert response["Retry-After"] == str(WINDOW_SECONDS - 100)
    with time_machine.travel(NOON + timedelta(seconds=WINDOW_SECONDS), tick=False):
        assert client.post(URL, wish(confirmed)).status_code == 201


@time_machine.travel(NOON, tick=False)
def test_many_tries_from_one_network_are_refused_for_other_accounts_too(confirmed: User) -> None:
    client = APIClient()
    for number in range(TRIES_PER_ADDRESS):
        body = wish(confirmed, email=f"guess{number}@example.org")
        assert client.post(URL, body, REMOTE_ADDR=f"2001:db8::{number:x}").status_code == 401

    response = client.post(URL, wish(confirmed), REMOTE_ADDR="2001:db8::ffff")

    assert response.status_code == 429


@time_machine.travel(NOON, tick=False)
def test_right_passwords_use_up_no_tries(confirmed: User) -> None:
    for _ in range(TRIES_PER_ACCOUNT + 1):
        assert APIClient().post(URL, wish(confirmed)).status_code == 201


def test_the_same_key_and_body_give_the_same_token_once(confirmed: User) -> None:
    client = APIClient()
    first = client.post(URL, wish(confirmed), HTTP_IDEMPOTENCY_KEY="abc")
    again = client.post(URL, wish(confirmed), HTTP_IDEMPOTENCY_KEY="abc")
    other = client.post(URL, wish(confirmed, name="Other"), HTTP_IDEMPOTENCY_KEY="abc")

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert Token.objects.count() == 1
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert bearer(again.json()["token"]).get(URL).status_code == 200
    # Nothing of the token's text lies in what is kept for the repeat.
    assert first.json()["token"][3:] not in str(list(IdempotencyKey.objects.values()))


def test_a_repeat_after_the_token_was_revoked_makes_no_second_one(confirmed: User) -> None:
    client = APIClient()
    text = client.post(URL, wish(confirmed), HTTP_IDEMPOTENCY_KEY="abc").json()["token"]
    Token.objects.all().delete()

    again = client.post(URL, wish(confirmed), HTTP_IDEMPOTENCY_KEY="abc")

    assert (again.status_code, again.json()["code"]) == (409, "token_gone")
    assert bearer(text).get(URL).status_code == 401


@pytest.mark.parametrize("key", ["", "a b", "ключ", "x" * 256])
def test_a_key_that_is_none_is_refused(confirmed: User, key: str) -> None:
    response = APIClient().post(URL, wish(confirmed), HTTP_IDEMPOTENCY_KEY=key)

    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_invalid")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer a b",
        "Bearer nothing",
        "Bearer 2p_" + "0" * 64,
        "Bearer 2p_" + "0" * 63,
        "Bearer \xff\xfe",
        "Bearer " + "9" * 8000,
    ],
)
def test_what_is_no_token_is_a_401(db: None, header: str) -> None:
    response = APIClient().get(URL, HTTP_AUTHORIZATION=header)

    assert response.status_code == 401
    assert response.json()["code"] == "token_refused"
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_nobody_is_asked_to_sign_in(db: None) -> None:
    response = APIClient().get(URL)

    assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_token_is_refused(learner: User, now: datetime) -> None:
    end = now + timedelta(hours=1)
    text = make_token(
        user=learner, name="Short", scopes=["notes:read"], now=now, expires_at=end
    ).text

    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert bearer(text).get(URL).status_code == 200
    with time_machine.travel(end, tick=False):
        assert bearer(text).get(URL).json()["code"] == "token_refused"


def test_a_revoked_token_is_refused_at_once(learner: User, now: datetime) -> None:
    made = make_token(user=learner, name="Mine", scopes=["notes:read"], now=now)
    client = APIClient()
    client.force_login(learner)

    with time_machine.travel(now, tick=False):
        assert client.delete(f"{URL}{made.token.public_id}/").status_code == 204
        assert bearer(made.text).get(URL).status_code == 401


def test_a_closed_account_has_no_tokens(learner: User, now: datetime) -> None:
    made = make_token(user=learner, name="Mine", scopes=["notes:read"], now=now)
    User.objects.filter(pk=learner.pk).update(is_active=False)

    with time_machine.travel(now, tick=False):
        assert bearer(made.text).get(URL).status_code == 401


def test_a_token_revokes_itself_and_no_other(
    learner: User, cohort_mate: User, now: datetime
) -> None:
    mine, second = (
        make_token(user=learner, name=name, scopes=["notes:read"], now=now) for name in "ab"
    )
    foreign = make_token(user=cohort_mate, name="c", scopes=["notes:read"], now=now)
    client = bearer(mine.text)

    with time_machine.travel(now, tick=False):
        assert client.delete(f"{URL}{second.token.public_id}/").status_code == 403
        assert client.delete(f"{URL}{foreign.token.public_id}/").status_code == 404
        assert client.delete(f"{URL}not-a-uuid/").status_code == 404
        assert client.delete(f"{URL}{mine.token.public_id}/").status_code == 204
    assert set(Token.objects.values_list("name", flat=True)) == {"b", "c"}


def test_last_use_is_kept_to_the_minute(learner: User, now: datetime) -> None:
    made = make_token(user=learner, name="Mine", scopes=["notes:read"], now=now)
    client = bearer(made.text)
    seen = []

    for seconds in (0, 59, 60):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            client.get(URL)
        seen.append(Token.objects.get().last_used_at)

    assert seen == [now, now, now + timedelta(seconds=60)]


def test_a_session_needs_the_csrf_token_to_change_anything(learner: User, now: datetime) -> None:
    made = make_token(user=learner, name="Mine", scopes=["notes:read"], now=now)
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(learner)

    response = client.delete(f"{URL}{made.token.public_id}/")

    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")
    assert Token.objects.exists()
