"""A heartbeat with a token is answered before anything of pages begins; a wrong one is refused as everywhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Token, User
from apps.accounts.tokens import make_token
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.progress.models import Viewing
from apps.progress.services import open_viewing

CLIENT = "6a1f9c9e-9a0e-4f6c-9d6f-2f3f0f0c7a11"
BODY = {"client": CLIENT, "sequence": 0, "played": [[0, 1000]]}


@pytest.fixture
def viewing(membership: Membership, video: Video) -> Viewing:
    return open_viewing(
        membership=membership, video=video, number=1, now=timezone.now() - timedelta(hours=1)
    )


@pytest.fixture
def token(learner: User) -> str:
    made = make_token(user=learner, name="player", scopes=["progress:write"], now=timezone.now())
    Token.objects.update(last_used_at=timezone.now())
    return f"Bearer {made.text}"


@pytest.fixture
def url(viewing: Viewing) -> str:
    return f"/api/v1/viewings/{viewing.pk}/heartbeats/"


def test_it_asks_who_it_is_and_reads_and_writes_once(
    url: str, token: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Client().post(url, BODY, "application/json", headers={"Authorization": token})

    with django_assert_num_queries(3):
        answer = Client().post(
            url, BODY | {"sequence": 1}, "application/json", headers={"Authorization": token}
        )

    assert (answer.status_code, answer.json()["was_repeated"]) == (202, False)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["Vary"] == "Authorization, Cookie, Accept-Language"
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_cookie_beside_the_token_changes_nothing(
    url: str, token: str, cohort_mate: User, viewing: Viewing
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cohort_mate)

    answer = client.post(url, BODY, "application/json", headers={"Authorization": token})

    assert answer.status_code == 202
    viewing.refresh_from_db()
    assert viewing.coverage == ((0, 1000),)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (BODY | {"sequence": -1}, 422, "invalid"),
        ('{"client": ', 400, "malformed"),
    ],
)
def test_what_is_wrong_is_said_in_a_problem(
    url: str, token: str, body: object, status: int, code: str
) -> None:
    answer = Client().post(url, body, "application/json", headers={"Authorization": token})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_who_is_refused_learns_why(
    url: str, token: str, learner: User, cohort_mate: User, viewing: Viewing
) -> None:
    reading = make_token(user=learner, name="r", scopes=["progress:read"], now=timezone.now())
    theirs = make_token(user=cohort_mate, name="t", scopes=["progress:write"], now=timezone.now())
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")

    answers = [
        Client().post(url, BODY, "application/json", headers={"Authorization": header})
        for header in (f"Bearer {reading.text}", f"Bearer {theirs.text}", wrong, "Basic eDp5")
    ]

    assert [answer.status_code for answer in answers] == [403, 404, 401, 401]
    assert Viewing.objects.get(pk=viewing.pk).covered_ms == 0


def test_a_refusal_speaks_the_language_that_was_asked_for(url: str, token: str) -> None:
    headers = {"Authorization": token, "Accept-Language": "ru"}

    answer = Client().post(url, BODY | {"rate": 99}, "application/json", headers=headers)

    assert answer.headers["Content-Language"] == "ru"
    assert "Скорость" in answer.json()["errors"][0]["detail"]
