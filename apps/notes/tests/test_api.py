"""Notes over REST: written, found, changed by nobody unseen, shared on purpose."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.notes.models import Note
from apps.progress.models import Viewing

NOTES = "/api/v1/notes/"


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def client(learner: User) -> APIClient:
    return signed_in(learner)


@pytest.fixture
def viewing(membership: Membership, video: Video, now: datetime) -> Viewing:
    return Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)


def wish(viewing: Viewing, **changes: Any) -> dict[str, Any]:
    body = {"viewing": str(viewing.pk), "at_second": 61.25, "kind": "concept", "body": "A *sum*."}
    return body | changes


def test_a_note_is_written_and_read(client: APIClient, viewing: Viewing, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        written = client.post(NOTES, wish(viewing))

    assert written.status_code == 201
    assert written["ETag"] == '"v1"'
    note = written.json()
    assert note == {
        "id": str(Note.objects.get().pk),
        "cohort": "autumn",
        "video": "first",
        "viewing": str(viewing.pk),
        "author": str(viewing.membership_id),
        "at_second": 61.25,
        "kind": "concept",
        "body": "A *sum*.",
        "code": "",
        "output": "",
        "experiment": None,
        "typed_share": None,
        "visibility": "private",
        "answer_count": 0,
        "settled_at": None,
        "version": 1,
        "created_at": "2026-11-02T12:00:00Z",
        "updated_at": "2026-11-02T12:00:00Z",
    }
    assert client.get(written["Location"]).json() == note
    viewing.refresh_from_db()
    assert viewing.note_count == 1


def test_an_experiment_carries_its_three_texts(client: APIClient, viewing: Viewing) -> None:
    experiment = {"changed": "lr=10", "expected": "slow", "happened": "NaN"}

    written = client.post(NOTES, wish(viewing, kind="experiment", experiment=experiment)).json()

    assert written["experiment"] == experiment


def test_a_note_finds_its_pass_by_cohort_and_video(client: APIClient, viewing: Viewing) -> None:
    body = {"cohort": "autumn", "video": "first", "at_second": 1, "kind": "concept", "body": "A"}

    written = client.post(NOTES, body)
    unopened = client.post(NOTES, body | {"video": "second"})
    both = client.post(NOTES, body | {"viewing": str(viewing.pk)})
    neither = client.post(NOTES, {"at_second": 1, "kind": "concept", "body": "A"})

    assert (written.status_code, written.json()["viewing"]) == (201, str(viewing.pk))
    assert unopened.status_code == 404
    assert (both.status_code, neither.status_code) == (422, 422)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at_second": -1}, "at_second"),
        ({"at_second": 20 * 60 + 1}, "at_second"),
        ({"at_second": "1"}, "at_second"),
        ({"at_second": 1e300}, "at_second"),
        ({"kind": "poem"}, "kind"),
        ({"body": "   "}, "body"),
        ({"body": "x" * 20_001}, "body"),
        ({"kind": "code"}, "code"),
        ({"kind": "experiment"}, "changed"),
        ({"visibility": "world"}, "visibility"),
        ({"typed_share": 1.5}, "typed_share"),
        ({"experiment": []}, "experiment"),
        ({"author": "me"}, "author"),
        ({"version": 3}, "version"),
    ],
)
def test_a_note_that_cannot_be_is_refused(
    client: APIClient, viewing: Viewing, changes: dict[str, Any], field: str
) -> None:
    response = client.post(NOTES, wish(viewing, **changes))

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field
    assert not Note.objects.exists()


def test_a_first_pass_takes_no_notes(
    client: APIClient, membership: Membership, video: Video, now: datetime
) -> None:
    first = Viewing.objects.create(membership=membership, video=video, number=1, opened_at=now)

    response = client.post(NOTES, wish(first))

    assert (response.status_code, response.json()["code"]) == (409, "no_notes_in_first_pass")


def test_nothing_is_overwritten_unseen(client: APIClient, viewing: Viewing) -> None:
    note = client.post(NOTES, wish(viewing)).json()
    url = f"{NOTES}{note['id']}/"

    blind = client.patch(url, {"body": "Blind"})
    mine = client.patch(url, {"body": "Mine"}, HTTP_IF_MATCH='"v1"')
    late = client.patch(url, {"body": "Late"}, HTTP_IF_MATCH='"v1"')
    odd = client.patch(url, {"body": "Odd"}, HTTP_IF_MATCH='W/"abc"')
    late_delete = client.delete(url, HTTP_IF_MATCH='"v1"')

    assert (blind.status_code, blind.json()["code"]) == (428, "precondition_required")
    assert (mine.status_code, mine["ETag"], mine.json()["version"]) == (200, '"v2"', 2)
    assert (late.status_code, odd.status_code, late_delete.status_code) == (412, 412, 412)
    assert Note.objects.get().body == "Mine"
    assert client.delete(url).status_code == 428
    assert client.delete(url, HTTP_IF_MATCH='"v2"').status_code == 204
    assert client.get(url).status_code == 404


def test_a_change_leaves_alone_what_it_does_not_name(client: APIClient, viewing: Viewing) -> None:
    experiment = {"changed": "lr=10", "expected": "slow", "happened": ""}
    body = wish(viewing, kind="experiment", experiment=experiment)
    url = f"{NOTES}{client.post(NOTES, body).json()['id']}/"

    changed = client.patch(url, {"experiment": {"happened": "NaN"}}, HTTP_IF_MATCH='"v1"').json()

    assert changed["experiment"] == experiment | {"happened": "NaN"}
    assert changed["at_second"] == 61.25


def test_a_read_note_is_not_sent_again(client: APIClient, viewing: Viewing) -> None:
    url = f"{NOTES}{client.post(NOTES, wish(viewing)).json()['id']}/"

    assert client.get(url, HTTP_IF_NONE_MATCH='"v1"').status_code == 304


def test_notes_are_found_by_words_and_filters(
    client: APIClient, viewing: Viewing, now: datetime
) -> None:
    with time_machine.travel(now, tick=False):
        client.post(NOTES, wish(viewing, body="Нейронные сети складывают"))
        client.post(NOTES, wish(viewing, kind="code", code="weights = 3"))
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        client.post(NOTES, wish(viewing, body="Weighted networks"))

    def found(**query: str) -> list[str]:
        results = client.get(NOTES, query).json()["results"]
        return [note["body"] for note in results]

    assert found(q="нейронная сеть") == ["Нейронные сети складывают"]
    assert found(q="network") == ["Weighted networks"]
    assert found(kind="code") == ["A *sum*."]
    assert found(updated_since="2026-11-02T13:00:00Z") == ["Weighted networks"]
    assert found(updated_since="2026-11-02T14:00:00+01:00") == ["Weighted networks"]
    assert found(cohort="winter") == []
    assert len(found(cohort="autumn", video="first")) == 3
    assert found(q="'\"& | !(") == []


def test_a_note_is_read_by_those_it_is_shared_with(
    client: APIClient,
    viewing: Viewing,
    cohort_mate: User,
    instructor: User,
    observer: User,
    other_instructor: User,
    stranger: User,
) -> None:
    readers = (cohort_mate, instructor, observer, other_instructor, stranger)
    seen = {}

    for visibility in ("private", "instructors", "cohort"):
        note = client.post(NOTES, wish(viewing, visibility=visibility)).json()
        url = f"{NOTES}{note['id']}/"
        seen[visibility] = [signed_in(reader).get(url).status_code for reader in readers]
        changes = [
            signed_in(reader).patch(url, {"body": "X"}, HTTP_IF_MATCH='"v1"').status_code
            for reader in readers
        ]
        assert changes == [404] * 5

    assert seen == {
        "private": [404, 404, 404, 404, 404],
        "instructors": [404, 200, 404, 404, 404],
        "cohort": [200, 200, 404, 404, 404],
    }


def test_a_shared_question_is_answered_over_rest(
    client: APIClient, viewing: Viewing, cohort_mate: User, instructor: User
) -> None:
    asked = client.post(NOTES, wish(viewing, kind="question", visibility="cohort")).json()
    url = f"{NOTES}{asked['id']}/answers/"
    mate, teacher = signed_in(cohort_mate), signed_in(instructor)

    made = mate.post(url, {"body": "Because."}, HTTP_IDEMPOTENCY_KEY="one")
    again = mate.post(url, {"body": "Because."}, HTTP_IDEMPOTENCY_KEY="one")
    teacher.post(url, {"body": "Quite."})

    assert (made.status_code, again.json()) == (201, made.json())
    answer = made.json()
    assert made.headers["Location"].endswith(f"{url}{answer['id']}/")
    assert answer["author"]["name"] == "Tomas Silva"
    assert answer["author"]["role"] == "learner"
    listed = client.get(url).json()["results"]
    assert [each["body"] for each in listed] == ["Because.", "Quite."]
    assert client.get(f"{NOTES}{asked['id']}/").json()["answer_count"] == 2
    assert [each["id"] for each in mate.get(NOTES, {"where": "shared"}).json()["results"]] == [
        asked["id"]
    ]
    assert mate.get(NOTES).json()["results"] == []

    one = f"{url}{answer['id']}/"
    assert mate.patch(one, {"body": "B"}).status_code == 428
    assert mate.patch(one, {"body": "B"}, HTTP_IF_MATCH='"v1"').json()["body"] == "B"
    assert mate.patch(one, {"body": "C"}, HTTP_IF_MATCH='"v1"').status_code == 412
    assert teacher.delete(one, HTTP_IF_MATCH='"v2"').status_code == 404
    assert mate.delete(one, HTTP_IF_MATCH='"v2"').status_code == 204
    assert client.post(url, {"body": "x"}).json()["code"] == "own_question"
    assert teacher.post(url, {"body": " "}).status_code == 422


def test_only_questions_are_answered_and_only_by_whom_they_are_shared_with(
    client: APIClient, viewing: Viewing, cohort_mate: User, observer: User, stranger: User
) -> None:
    told = client.post(NOTES, wish(viewing, visibility="cohort")).json()
    private = client.post(NOTES, wish(viewing, kind="question")).json()

    refused = signed_in(cohort_mate).post(f"{NOTES}{told['id']}/answers/", {"body": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_question")
    for reader in (cohort_mate, observer, stranger):
        api = signed_in(reader)
        assert api.get(f"{NOTES}{private['id']}/answers/").status_code == 404
        assert api.post(f"{NOTES}{private['id']}/answers/", {"body": "x"}).status_code == 404


def test_the_asker_settles_a_question_and_keeps_its_answers(
    client: APIClient, viewing: Viewing, cohort_mate: User, now: datetime
) -> None:
    asked = client.post(NOTES, wish(viewing, kind="question", visibility="cohort")).json()
    url = f"{NOTES}{asked['id']}/"
    signed_in(cohort_mate).post(f"{url}answers/", {"body": "Because."})

    with time_machine.travel(now, tick=False):
        settled = client.patch(url, {"settled": True}, HTTP_IF_MATCH='"v1"').json()
    assert (settled["settled_at"], settled["answer_count"]) == ("2026-11-02T12:00:00Z", 1)
    again = client.patch(url, {"settled": False}, HTTP_IF_MATCH='"v2"').json()
    assert again["settled_at"] is None

    told = client.post(NOTES, wish(viewing)).json()
    refused = client.patch(f"{NOTES}{told['id']}/", {"settled": True}, HTTP_IF_MATCH='"v1"')
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize(
    ("query", "bodies"),
    [
        ({"cohort": "autumn", "phase": 1}, ["late", "early"]),
        ({"cohort": "autumn", "phase": 99}, []),
        ({"cohort": "winter", "phase": 1}, []),
        ({"created_since": "2026-11-03T12:00:00Z"}, ["late"]),
        ({"created_before": "2026-11-03T12:00:00Z"}, ["early"]),
        ({"created_since": "2026-11-04T12:00:00Z"}, []),
    ],
)
def test_lists_and_files_are_narrowed_by_phase_and_by_when_a_note_was_written(
    client: APIClient, viewing: Viewing, now: datetime, query: dict[str, Any], bodies: list[str]
) -> None:
    for day, text in enumerate(("early", "late")):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            client.post(NOTES, wish(viewing, body=text))

    listed = client.get(NOTES, query).json()["results"]
    export = client.get(f"{NOTES}export/", {"format": "json", **query})

    assert [note["body"] for note in listed] == bodies
    exported = json.loads(b"".join(export))["notes"]
    assert sorted(note["body"] for note in exported) == sorted(bodies)


def test_a_phase_is_named_with_its_cohort(client: APIClient, viewing: Viewing) -> None:
    refused = client.get(NOTES, {"phase": 1})

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


def test_notes_are_taken_away_as_markdown_or_json(
    client: APIClient, viewing: Viewing, now: datetime
) -> None:
    with time_machine.travel(now, tick=False):
        client.post(NOTES, wish(viewing))
        client.post(NOTES, wish(viewing, kind="question", body="Why?"))
        export = client.get(f"{NOTES}export/", {"format": "json", "kind": "question"})
        text = client.get(f"{NOTES}export/", {"format": "markdown"})

    [note] = json.loads(b"".join(export))["notes"]
    assert (note["body"], note["video_title"]) == ("Why?", "First")
    assert note["url"] == "http://testserver/c/autumn/videos/first/second/?at=61"
    assert text.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert "A *sum*." in b"".join(text).decode()
    assert client.get(f"{NOTES}export/", {"format": "docx"}).status_code == 422


@pytest.mark.parametrize(
    ("kind", "media_type", "suffix", "begins"),
    [
        ("ipynb", "application/x-ipynb+json; charset=utf-8", "ipynb", b'{"cells": ['),
        ("anki", "application/vnd.anki", "apkg", b"PK"),
    ],
)
def test_notes_are_taken_away_for_jupyter_and_for_anki(
    client: APIClient,
    viewing: Viewing,
    now: datetime,
    kind: str,
    media_type: str,
    suffix: str,
    begins: bytes,
) -> None:
    with time_machine.travel(now, tick=False):
        client.post(NOTES, wish(viewing))
        answer = client.get(f"{NOTES}export/", {"format": kind})

    assert answer.headers["Content-Type"] == media_type
    name = f"second-pass-notes-2026-11-02.{suffix}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert b"".join(answer).startswith(begins)
