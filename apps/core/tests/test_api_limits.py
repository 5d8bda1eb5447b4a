"""The limit on requests: per token and per person, told in every answer, and no matter of life and death."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.tokens import make_token
from apps.core.api import limits
from apps.core.api.limits import _Counts
from apps.progress.models import Viewing

ME = "/api/v1/me/"


@pytest.fixture(autouse=True)
def three_a_minute(settings: Settings, now: datetime) -> Iterator[None]:
    settings.API_REQUESTS_PER_MINUTE = 3
    with time_machine.travel(now + timedelta(seconds=18), tick=False):
        yield


def with_token(user: User, now: datetime, *scopes: str) -> APIClient:
    client = APIClient()
    text = make_token(user=user, name="T", scopes=scopes or ["notes:read"], now=now).text
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def test_each_answer_says_what_is_left(learner: User, now: datetime) -> None:
    client = with_token(learner, now)

    answers = [client.get(ME) for _ in range(4)]

    assert [each["RateLimit"] for each in answers] == [
        '"minute";r=2;t=42',
        '"minute";r=1;t=42',
        '"minute";r=0;t=42',
        '"minute";r=0;t=42',
    ]
    assert {each["RateLimit-Policy"] for each in answers} == {'"minute";q=3;w=60'}
    assert [each.status_code for each in answers] == [200, 200, 200, 429]


def test_who_asked_too_much_hears_for_how_long(learner: User, now: datetime) -> None:
    client = with_token(learner, now)
    for _ in range(3):
        client.get(ME)

    refused = client.get(ME)

    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_requests"
    assert refused["Retry-After"] == "42"


def test_the_next_minute_begins_anew(learner: User, now: datetime) -> None:
    client = with_token(learner, now)
    for _ in range(4):
        client.get(ME)

    with time_machine.travel(now + timedelta(seconds=60), tick=False):
        assert client.get(ME).status_code == 200


def test_tokens_are_counted_apart_and_sessions_by_their_person(
    learner: User, cohort_mate: User, now: datetime
) -> None:
    first, second = with_token(learner, now), with_token(learner, now)
    for _ in range(3):
        first.get(ME)
    assert (first.get(ME).status_code, second.get(ME).status_code) == (429, 200)

    sessions = [Client(), Client()]
    for session in sessions:
        session.force_login(learner)
    statuses = [session.get(ME).status_code for session in sessions * 2]
    other = Client()
    other.force_login(cohort_mate)

    assert statuses == [200, 200, 200, 429]
    assert other.get(ME).status_code == 200


def test_a_refusal_for_the_scope_is_counted_and_a_heartbeat_is(
    learner: User, second_pass: Viewing, now: datetime
) -> None:
    client = with_token(learner, now, "progress:write")
    beat = {"client": "00000000-0000-0000-0000-000000000001", "sequence": 1}
    address = f"/api/v1/viewings/{second_pass.pk}/heartbeats/"

    answers = [client.get("/api/v1/notes/"), *(client.post(address, beat) for _ in range(3))]

    assert [each.status_code for each in answers] == [403, 202, 202, 429]
    assert answers[1]["RateLimit"] == '"minute";r=1;t=42'
    assert answers[3]["Retry-After"] == "42"


@pytest.fixture
def second_pass(membership: Any, video: Any, now: datetime) -> Viewing:
    return Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)


def test_nobody_waits_for_a_cache_that_is_dead(
    learner: User, now: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Dead:
        def add(self, *args: Any, **kwargs: Any) -> None:
            asked.append(args)
            raise ConnectionError

    monkeypatch.setattr(limits, "cache", Dead())
    monkeypatch.setattr(limits, "_counts", _Counts())
    client = with_token(learner, now)

    answers = [client.get(ME) for _ in range(5)]

    assert {each.status_code for each in answers} == {200}
    assert not any("RateLimit" in each for each in answers)
    assert len(asked) == 1


def test_two_processes_together_give_no_more_than_the_quota(now: datetime) -> None:
    """Taken ten at a time; each request is one of the thousand that are counted, or is refused."""
    processes = [_Counts(), _Counts(), _Counts()]
    caller = f"test:{id(processes)}"

    given = sum(
        not allowance.is_spent
        for number in range(1200)
        if (allowance := processes[number % 3].count(caller, quota=1000, now=now)) is not None
    )

    assert given == 1000


def test_without_a_quota_nothing_is_counted(
    learner: User, now: datetime, settings: Settings
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0

    answer = with_token(learner, now).get(ME)

    assert "RateLimit" not in answer
