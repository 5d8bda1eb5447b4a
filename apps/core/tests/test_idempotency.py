"""A repeated request is answered once, also when two arrive at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.core.api.errors import KeyUsedDifferently
from apps.core.idempotency import KEPT_FOR, StoredAnswer, answer_once, forget_expired_keys
from apps.core.models import IdempotencyKey
from apps.curriculum.models import Video
from apps.notes.models import Note
from apps.progress.models import Viewing

NOTES = "/api/v1/notes/"


@pytest.fixture
def wish(membership: Membership, video: Video, now: datetime) -> dict[str, Any]:
    viewing = Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)
    return {"viewing": str(viewing.pk), "at_second": 12.5, "kind": "concept", "body": "A weight."}


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def test_the_same_key_and_body_write_one_note(learner: User, wish: dict[str, Any]) -> None:
    client = signed_in(learner)

    first = client.post(NOTES, wish, HTTP_IDEMPOTENCY_KEY="k1")
    again = client.post(NOTES, wish, HTTP_IDEMPOTENCY_KEY="k1")
    reordered = client.post(NOTES, dict(reversed(wish.items())), HTTP_IDEMPOTENCY_KEY="k1")
    without = client.post(NOTES, wish)

    assert first.status_code == again.status_code == reordered.status_code == 201
    assert first.json() == again.json() == reordered.json()
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert without.json()["id"] != first.json()["id"]
    assert Note.objects.count() == 2


def test_another_body_under_the_key_is_refused(learner: User, wish: dict[str, Any]) -> None:
    client = signed_in(learner)
    client.post(NOTES, wish, HTTP_IDEMPOTENCY_KEY="k1")

    response = client.post(NOTES, wish | {"body": "Other."}, HTTP_IDEMPOTENCY_KEY="k1")

    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert Note.objects.count() == 1


def test_a_refusal_is_not_kept(learner: User, wish: dict[str, Any]) -> None:
    client = signed_in(learner)

    refused = client.post(NOTES, wish | {"at_second": 99999}, HTTP_IDEMPOTENCY_KEY="k1")
    mended = client.post(NOTES, wish, HTTP_IDEMPOTENCY_KEY="k1")

    assert (refused.status_code, mended.status_code) == (422, 201)


def test_two_people_may_use_the_same_key(
    learner: User, stranger: User, now: datetime, db: None
) -> None:
    answers = [
        answer_once(
            user_id=user.pk,
            key="k",
            request_hash="h",
            now=now,
            produce=partial(StoredAnswer, 201, user.pk),
        )
        for user in (learner, stranger)
    ]

    assert [answer.document for answer in answers] == [learner.pk, stranger.pk]


def test_a_key_is_forgotten_after_a_day(learner: User, now: datetime) -> None:
    def ask(at: datetime, request_hash: str) -> StoredAnswer:
        return answer_once(
            user_id=learner.pk,
            key="k",
            request_hash=request_hash,
            now=at,
            produce=lambda: StoredAnswer(201, request_hash),
        )

    assert ask(now, "one").document == "one"
    with pytest.raises(KeyUsedDifferently):
        ask(now + KEPT_FOR - timedelta(seconds=1), "two")
    assert ask(now + KEPT_FOR, "two").document == "two"
    assert forget_expired_keys(now=now + KEPT_FOR) == 0
    assert forget_expired_keys(now=now + 2 * KEPT_FOR) == 1
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_one_note(learner: User, wish: dict[str, Any]) -> None:
    start = Barrier(2)

    def post() -> tuple[int, Any]:
        client = signed_in(learner)
        start.wait()
        try:
            response = client.post(NOTES, wish, HTTP_IDEMPOTENCY_KEY="k1")
            return response.status_code, response.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        calls: list[Callable[[], Any]] = [post, post]
        one, two = [future.result() for future in [threads.submit(call) for call in calls]]

    assert one == two
    assert one[0] == 201
    assert Note.objects.count() == 1
