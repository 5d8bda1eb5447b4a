"""Everything of a person in one file, and the end of their account: on the page and over REST alike."""

import json
import zipfile
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import Token, User
from apps.accounts.tokens import DEFAULT_SCOPES, make_token
from apps.cohorts.models import Cohort, Event, Membership
from apps.conftest import PASSWORD
from apps.core.api.operations import SCOPES
from apps.curriculum.models import Video
from apps.notes.models import Answer, Note
from apps.notes.services import write_answer, write_note
from apps.overview.deletion import delete_account
from apps.overview.services import start_alone
from apps.progress.models import Viewing
from apps.progress.services import open_viewing
from apps.reminders.models import Rewatch
from apps.reminders.services import finish_pass
from apps.webhooks.models import Message, Webhook

PAGE, ARCHIVE = "/settings/account/", "/settings/account/archive.zip"
EXPORT, DELETE = "/api/v1/me/export/", "/api/v1/me/delete/"


@pytest.fixture(autouse=True)
def no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def history(membership: Membership, cohort_mate: User, video: Video, now: datetime) -> Note:
    """A finished first pass, a second one with a shared question, an answer of the mate's, a token."""
    EmailAddress.objects.create(user=membership.user, email=membership.user.email, verified=True)
    first = open_viewing(membership=membership, video=video, number=1, now=now)
    first.membership, first.video = membership, video
    finish_pass(viewing=first, now=now, self_reported=True)
    second = Viewing.objects.create(
        membership=membership, video=video, number=2, opened_at=now + timedelta(days=1)
    )
    note = write_note(
        viewing=second, at_ms=0, kind="question", body="Why *so*?", visibility="cohort", now=now
    )
    write_answer(user=cohort_mate, note_id=note.pk, body="Of the mate", now=now)
    return note


def files(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {
            name: json.loads(archive.read(name)) if name.endswith(".json") else archive.read(name)
            for name in archive.namelist()
        }


def bearer(user: User, now: datetime, scopes: Any = SCOPES) -> APIClient:
    client = APIClient()
    text = make_token(user=user, name="Bot", scopes=scopes, now=datetime.now(tz=now.tzinfo)).text
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def test_the_file_has_everything_of_mine_and_nothing_of_others(
    client: Client, learner: User, history: Note, now: datetime
) -> None:
    text = make_token(user=learner, name="Bot", scopes=["notes:read"], now=now).text
    client.force_login(learner)

    response = client.get(ARCHIVE)
    found = files(response.getvalue())

    assert response["Content-Disposition"].startswith('attachment; filename="second-pass-')
    assert found["profile.json"][0]["email"] == learner.email
    assert [(each["video"], each["number"]) for each in found["passes.json"]] == [
        ("first", 1),
        ("first", 2),
    ]
    assert found["memberships.json"][0]["cohort"] == "autumn"
    assert found["rewatches.json"][0]["video"] == "first"
    assert b"Why *so*?" in found["notes.md"]
    assert {"notes.json", "notes.ipynb", "notes.apkg"} <= found.keys()
    assert found["access_tokens.json"][0]["name"] == "Bot"
    everything = json.dumps({name: str(each) for name, each in found.items()})
    assert learner.password not in everything
    assert text not in everything
    assert Token.objects.get().digest not in everything
    assert found["answers.json"] == []


def test_over_rest_it_is_the_same_file(learner: User, history: Note, now: datetime) -> None:
    response = bearer(learner, now, DEFAULT_SCOPES).get(EXPORT)

    assert response["Content-Type"] == "application/zip"
    assert b"Why *so*?" in files(response.getvalue())["notes.md"]


def test_a_token_that_may_not_read_all_may_not_take_all(learner: User, now: datetime) -> None:
    response = bearer(learner, now, ["notes:read"]).get(EXPORT)

    assert (response.status_code, response.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize("door", ["page", "rest"])
def test_the_account_goes_with_all_that_hangs_on_it(
    client: Client,
    learner: User,
    cohort_mate: User,
    history: Note,
    cohort: Cohort,
    now: datetime,
    door: str,
) -> None:
    alone = start_alone(user=learner, curriculum_slug="networks", now=now).cohort
    Webhook.objects.create(
        cohort=cohort, url="https://example.org/", kinds=["member.left"], made_at=now
    )
    if door == "page":
        client.force_login(learner)
        response = client.post(PAGE, {"password": PASSWORD})
        assert response["Location"] == "/"
        assert "_auth_user_id" not in client.session
    else:
        assert bearer(learner, now).post(DELETE, {"password": PASSWORD}).status_code == 204

    assert not User.objects.filter(pk=learner.pk).exists()
    assert not Note.objects.exists()
    assert not Answer.objects.exists()
    assert not Rewatch.objects.exists()
    assert not Token.objects.exists()
    assert not Cohort.objects.filter(pk=alone.pk).exists()
    assert Cohort.objects.filter(pk=cohort.pk).exists()
    assert User.objects.filter(pk=cohort_mate.pk).exists()
    left = Event.objects.get(kind="left")
    assert (left.actor, left.subject) == (None, None)
    assert Message.objects.get().kind == "member.left"


def test_cohorts_are_locked_before_the_person(learner: User, history: Note, now: datetime) -> None:
    """As everywhere: an instructor who takes them out meanwhile holds the cohort and waits for the person."""
    with CaptureQueriesContext(connection) as asked:
        delete_account(user=learner, now=now)

    locks = [each["sql"] for each in asked if "FOR " in each["sql"] and "UPDATE" in each["sql"]]
    tables = [sql.split(" FROM ")[1].split()[0].strip('"') for sql in locks]
    assert tables[0] == "cohorts_cohort"
    assert "accounts_user" in tables


@pytest.mark.parametrize("door", ["page", "rest"])
def test_a_wrong_password_deletes_nothing(
    client: Client, learner: User, now: datetime, door: str
) -> None:
    if door == "page":
        client.force_login(learner)
        assert "to put right" in client.post(PAGE, {"password": "no"}).content.decode()
    else:
        response = bearer(learner, now).post(DELETE, {"password": "no"})
        assert (response.status_code, response.json()["code"]) == (401, "wrong_credentials")

    assert User.objects.filter(pk=learner.pk).exists()


def test_the_only_instructor_of_others_is_still_needed(
    client: Client, instructor: User, learner: User, now: datetime
) -> None:
    EmailAddress.objects.create(user=instructor, email=instructor.email, verified=True)

    response = bearer(instructor, now).post(DELETE, {"password": PASSWORD})
    client.force_login(instructor)
    page = client.get(PAGE).content.decode()

    assert (response.status_code, response.json()["cohorts"]) == (409, ["autumn"])
    assert 'name="password"' not in page
    assert "You are the only instructor of: Autumn" in page
