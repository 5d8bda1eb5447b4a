"""`me/progress/` with a token: the bytes of the ordinary way, from two statements, never an old one."""

import json
import pickle
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework.request import Request
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.tokens import make_token
from apps.cohorts.models import Membership
from apps.curriculum.models import Phase, Video
from apps.notes.services import write_note
from apps.overview.api.kept import kept_document
from apps.overview.selectors import progress_documents
from apps.progress.models import Summary, Viewing
from apps.progress.services import open_viewing
from apps.reminders.models import Rewatch
from apps.reminders.services import finish_pass

PROGRESS = "/api/v1/me/progress/"


@pytest.fixture
def client(learner: User, now: datetime) -> APIClient:
    client = APIClient()
    text = make_token(user=learner, name="T", scopes=["progress:read"], now=now).text
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.fixture
def first_pass(membership: Membership, video: Video, now: datetime) -> Viewing:
    viewing = open_viewing(membership=membership, video=video, number=1, now=now)
    viewing.membership, viewing.video = membership, video
    return finish_pass(viewing=viewing, now=now, self_reported=True).viewing


def both(client: APIClient) -> tuple[Any, Any]:
    """The quick answer, and that of the ordinary way: a page size is no plain request."""
    return client.get(PROGRESS), client.get(f"{PROGRESS}?page_size=50")


def test_it_is_the_same_to_the_byte(client: APIClient, first_pass: Viewing, now: datetime) -> None:
    with time_machine.travel(now + timedelta(days=3, microseconds=7), tick=False):
        quick, ordinary = both(client)

    assert quick.content == ordinary.content
    assert json.loads(quick.content)["results"][0]["totals"]["pace"] is not None
    assert quick["ETag"] == ordinary["ETag"]
    names = {"Content-Type", "Cache-Control", "Vary", "Allow", "RateLimit-Policy"}
    assert {name: quick[name] for name in names} == {name: ordinary[name] for name in names}


def test_what_is_kept_holds_no_rows(
    membership: Membership, first_pass: Viewing, now: datetime
) -> None:
    """They would take twenty times the room that is counted."""
    (document,) = progress_documents(memberships=[membership], now=now)
    kept = kept_document(document, None, Request(RequestFactory().get(PROGRESS)))

    whole = pickle.dumps(kept)
    assert len(whole) < sum(map(len, kept.pieces)) + 1_000


def test_a_document_that_is_kept_costs_one_statement_beside_the_token(
    client: APIClient, first_pass: Viewing, now: datetime
) -> None:
    with time_machine.travel(now, tick=False):
        client.get(PROGRESS)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(PROGRESS)

    assert len(queries) == 2


def test_the_clock_moves_plan_pace_and_due_days_without_a_change(
    client: APIClient, first_pass: Viewing, now: datetime
) -> None:
    answers = []
    for hours in (0, 5, 24, 24 * 9):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            quick, ordinary = both(client)
            assert quick.content == ordinary.content
            answers.append(quick.content)

    assert len(set(answers)) == 4


CHANGES: dict[str, Callable[[Viewing], object]] = {
    "a viewing": lambda seen: Viewing.objects.filter(pk=seen.pk).update(pauses=9),
    "another viewing": lambda seen: Viewing.objects.create(
        membership=seen.membership, video=seen.video, number=2, opened_at=seen.opened_at
    ),
    "a viewing that goes": lambda seen: Viewing.objects.filter(pk=seen.pk).delete(),
    "a promise": lambda seen: Rewatch.objects.filter(membership=seen.membership).update(snoozes=4),
    "the summary": lambda seen: Summary.objects.filter(membership=seen.membership).update(
        active_seconds=777
    ),
    "the person": lambda seen: User.objects.filter(pk=seen.membership.user_id).update(name="Ann"),
    "the cohort": lambda seen: seen.membership.cohort.__class__.objects.update(slug="winter"),
    "a video": lambda seen: Video.objects.filter(pk=seen.video_id).update(duration_seconds=999),
    "a phase": lambda seen: Phase.objects.filter(position=1).update(position=7),
    "a note": lambda seen: write_note(
        viewing=Viewing.objects.select_related("membership__cohort", "video").get(
            pk=Viewing.objects.create(
                membership=seen.membership, video=seen.video, number=2, opened_at=seen.opened_at
            ).pk
        ),
        at_ms=0,
        kind="concept",
        body="A",
        now=seen.opened_at,
    ),
    "leaving": lambda seen: Membership.objects.filter(pk=seen.membership_id).update(
        ended_at=seen.opened_at
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_seen_at_once(
    name: str, client: APIClient, first_pass: Viewing, now: datetime
) -> None:
    with time_machine.travel(now + timedelta(days=2), tick=False):
        before = client.get(PROGRESS).content
        CHANGES[name](first_pass)
        quick, ordinary = both(client)

    assert quick.content == ordinary.content != before


def test_who_has_it_already_hears_304(
    client: APIClient, first_pass: Viewing, now: datetime
) -> None:
    with time_machine.travel(now + timedelta(days=90), tick=False):
        tag = client.get(PROGRESS)["ETag"]
        same = client.get(PROGRESS, HTTP_IF_NONE_MATCH=tag)

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert same["RateLimit"]


def test_what_is_not_in_order_goes_the_ordinary_way(
    client: APIClient, membership: Membership, now: datetime
) -> None:
    unknown = APIClient()
    unknown.credentials(HTTP_AUTHORIZATION="Bearer 2p_" + "0" * 64)

    with time_machine.travel(now, tick=False):
        answers = [
            unknown.get(PROGRESS),
            client.get(PROGRESS, HTTP_ACCEPT="text/html"),
            client.get(f"{PROGRESS}?colour=red"),
            client.generic("GET", PROGRESS, "{", content_type="application/json"),
        ]

    assert [each.status_code for each in answers] == [401, 406, 422, 400]


def test_a_name_can_hold_anything(client: APIClient, first_pass: Viewing, now: datetime) -> None:
    User.objects.filter(pk=first_pass.membership.user_id).update(name='"as_of":"" \\ <b> {0} %s')

    with time_machine.travel(now, tick=False):
        quick, ordinary = both(client)

    assert quick.content == ordinary.content
