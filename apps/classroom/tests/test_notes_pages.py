"""/notes/ and /notes/<id>/: finding, sharing, answering and taking away, as people do it in a browser."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Video
from apps.notes.models import Answer, Note
from apps.notes.services import write_answer, write_note
from apps.progress.models import Viewing

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def viewing(membership: Membership, video: Video) -> Viewing:
    return Viewing.objects.create(membership=membership, video=video, number=2, opened_at=NOW)


def note(viewing: Viewing, **fields: Any) -> Note:
    values: dict[str, Any] = {"at_ms": 5_000, "kind": "question", "body": "Why?", "now": NOW}
    return write_note(viewing=viewing, **(values | fields))


def words(response: Any) -> str:
    """The page's words, without tags."""
    main = response.content.decode().partition("</header>")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def body(response: Any) -> str:
    return b"".join(response).decode()


def test_a_question_goes_to_the_cohort_is_answered_and_taken_back(
    client: Client, viewing: Viewing, learner: User, cohort_mate: User
) -> None:
    asked = note(viewing)
    address = f"/notes/{asked.pk}/"
    mate = Client()
    mate.force_login(cohort_mate)
    client.force_login(learner)
    assert mate.get(address).status_code == 404
    assert "Nobody can answer what only you see" in words(client.get(address))

    shared = client.post(address, {"action": "share", "visibility": "cohort"}, follow=True)
    assert "Your cohort and its instructors see this note now." in words(shared)
    assert "Why?" in words(mate.get("/notes/?where=shared"))
    answered = mate.post(address, {"action": "answer", "body": "*Because*"})
    answer = Answer.objects.get()
    assert answered.headers["Location"] == f"{address}#answer-{answer.pk}"

    page = client.get(address)
    assert "<em>Because</em>" in page.content.decode()
    assert "Tomas Silva" in words(page)
    assert "1 answer" in words(client.get("/notes/"))

    back = client.post(
        address, {"action": "share", "visibility": "private", "back": "/notes/?kind=question"}
    )
    assert back.headers["Location"] == "/notes/?kind=question"
    assert mate.get(address).status_code == 404
    assert "Why?" not in words(mate.get("/notes/?where=shared"))
    assert "Because" in words(client.get(address))


def test_a_note_of_the_list_is_shared_and_taken_back_in_one_click(
    client: Client, viewing: Viewing, learner: User
) -> None:
    asked = note(viewing)
    client.force_login(learner)
    listed = client.get("/notes/?kind=question").content.decode()
    assert '<form id="share" method="post">' in listed
    assert 'name="back" value="/notes/?kind=question"' in listed
    click = f'form="share" formaction="/notes/{asked.pk}/" name="visibility" value="{{}}"'
    assert click.format("cohort") in listed
    assert click.format("instructors") in listed
    assert click.format("private") not in listed

    ask = {"action": "share", "back": "/notes/?kind=question"}
    shared = client.post(f"/notes/{asked.pk}/", ask | {"visibility": "instructors"}, follow=True)
    assert shared.redirect_chain == [("/notes/?kind=question", 302)]
    assert "Your instructors see this note now." in words(shared)
    assert click.format("private") in shared.content.decode()
    assert click.format("cohort") not in shared.content.decode()


def test_the_asker_settles_a_question_and_nobody_else(
    client: Client, viewing: Viewing, learner: User, cohort_mate: User
) -> None:
    asked = note(viewing, visibility="cohort")
    told = note(viewing, kind="concept")
    settle = {"action": "settle", "settled": "yes"}
    client.force_login(cohort_mate)
    assert client.post(f"/notes/{asked.pk}/", settle).status_code == 404

    client.force_login(learner)
    assert client.post(f"/notes/{told.pk}/", settle).status_code == 404
    page = client.post(f"/notes/{asked.pk}/", settle, follow=True)
    assert "settled" in words(page)
    assert "Open it again" in words(page)
    assert Note.objects.get(pk=asked.pk).settled_at == NOW


def test_an_answer_can_be_changed_and_deleted_and_two_devices_overwrite_nothing(
    viewing: Viewing, cohort_mate: User, client: Client
) -> None:
    asked = note(viewing, visibility="cohort")
    answer = write_answer(user=cohort_mate, note_id=asked.pk, body="First words", now=NOW)
    address = f"/notes/{asked.pk}/"
    client.force_login(cohort_mate)
    assert "First words</textarea>" in client.get(f"{address}?edit={answer.pk}").content.decode()

    change = {"action": "answer", "answer": answer.pk, "version": 1}
    assert client.post(address, change | {"body": "Second words"}).status_code == 302
    late = client.post(address, change | {"body": "Third words"})
    assert late.status_code == 422
    assert "changed in another place" in words(late)
    assert "Third words</textarea>" in late.content.decode()
    assert Answer.objects.get().body == "Second words"

    client.post(address, {"action": "delete", "answer": answer.pk})
    assert not Answer.objects.exists()


def test_an_empty_answer_is_refused_with_a_word(
    viewing: Viewing, instructor: User, client: Client
) -> None:
    asked = note(viewing, visibility="instructors")
    client.force_login(instructor)

    refused = client.post(f"/notes/{asked.pk}/", {"action": "answer", "body": " "})

    assert refused.status_code == 422
    assert "Write something first." in words(refused)


@pytest.mark.parametrize("who", ["observer", "stranger", "other_instructor"])
def test_others_do_not_find_a_shared_note(
    viewing: Viewing, who: str, client: Client, request: pytest.FixtureRequest
) -> None:
    asked = note(viewing, visibility="cohort")
    client.force_login(request.getfixturevalue(who))

    assert client.get(f"/notes/{asked.pk}/").status_code == 404
    assert client.post(f"/notes/{asked.pk}/", {"action": "answer", "body": "x"}).status_code == 404


def test_only_the_owner_shares(viewing: Viewing, cohort_mate: User, client: Client) -> None:
    asked = note(viewing, visibility="cohort")
    client.force_login(cohort_mate)

    refused = client.post(f"/notes/{asked.pk}/", {"action": "share", "visibility": "private"})

    assert refused.status_code == 404
    assert Note.objects.get().visibility == "cohort"


def test_hits_are_marked_and_the_address_holds_the_question(
    viewing: Viewing, membership: Membership, coding_video: Video, learner: User, client: Client
) -> None:
    coded = Viewing.objects.create(
        membership=membership, video=coding_video, number=2, opened_at=NOW
    )
    note(viewing, kind="concept", body="The gradient points uphill")
    note(coded, kind="code", code="loss.backward() # gradients", now=NOW - timedelta(days=9))
    note(viewing, kind="concept", body="Something else")
    client.force_login(learner)

    both = client.get("/notes/?q=gradient").content.decode()
    assert "The <mark>gradient</mark> points" in both
    assert "# <mark>gradients</mark>" in both
    assert "Something else" not in both
    for narrowing, shown in (
        ("kind=code", "backward"),
        ("part=networks/phase-1", "uphill"),
        ("part=networks/coding", "backward"),
        ("since=2026-11-01", "uphill"),
        ("until=2026-10-30", "backward"),
        ("cohort=autumn&order=moment&kind=code", "backward"),
    ):
        text = words(client.get(f"/notes/?q=gradient&{narrowing}"))
        assert "1 note " in text, narrowing
        assert shown in text, narrowing
    nonsense = client.get("/notes/?part=no/where&since=soon&kind=poem&page=x&cohort=%00")
    assert "Write a day as 2026-11-24." in words(nonsense)


def test_the_export_is_markdown_with_links_answers_and_safe_fences(
    viewing: Viewing, learner: User, cohort_mate: User, client: Client
) -> None:
    Video.objects.filter(pk=viewing.video_id).update(title={"en": "A [B](x) # C", "ru": "Г"})
    asked = note(viewing, at_ms=65_000, body="# Why\n\n```\nopen", visibility="cohort")
    write_answer(user=cohort_mate, note_id=asked.pk, body="two\nlines", now=NOW)
    note(viewing, at_ms=1_000, kind="code", code="print('```')", output="```", body="")
    note(viewing, at_ms=70_000, kind="experiment", changed="a", expected="b", happened="c", body="")
    client.force_login(learner)

    response = client.get("/notes/export/?format=markdown")
    text = body(response)

    assert response.headers["Content-Type"] == "text/markdown; charset=utf-8"
    name = "second-pass-notes-2026-11-02.md"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    desk = "http://testserver/c/autumn/videos/first/second/"
    assert text == (
        "# My notes\n\nWritten by Second Pass on 2026-11-02.\n"
        "\n## A \\[B\\]\\(x\\) \\# C\n\nAutumn\n"
        f"\n### [0:01]({desk}?at=1) code\n\n````python\nprint('```')\n````\n\n````text\n```\n````\n"
        f"\n### [1:05]({desk}?at=65) question\n\n#### Why\n\n```\nopen\n```"
        "\n\n> **Tomas Silva**\n>\n> two\n> lines\n"
        f"\n### [1:10]({desk}?at=70) experiment\n\n**I changed**\n\na\n\n**I expected**\n\nb"
        "\n\n**It did**\n\nc\n"
    )


def test_the_export_as_json_is_narrowed_as_the_page_is(
    viewing: Viewing, learner: User, cohort_mate: User, client: Client
) -> None:
    asked = note(viewing, visibility="cohort")
    write_answer(user=cohort_mate, note_id=asked.pk, body="So.", now=NOW)
    note(viewing, kind="concept", body="Other")
    client.force_login(learner)

    everything = json.loads(body(client.get("/notes/export/?format=json")))
    questions = json.loads(body(client.get("/notes/export/?format=json&kind=question")))

    assert [each["body"] for each in everything["notes"]] == ["Why?", "Other"]
    [entry] = questions["notes"]
    assert entry["url"] == "http://testserver/c/autumn/videos/first/second/?at=5"
    assert entry["answers"][0]["body"] == "So."
    assert entry["answers"][0]["author"]["name"] == "Tomas Silva"
    client.force_login(cohort_mate)
    assert json.loads(body(client.get("/notes/export/?format=json")))["notes"] == []


def test_a_learner_sees_what_the_instructors_see(
    viewing: Viewing, learner: User, instructor: User, client: Client
) -> None:
    note(viewing, body="Shown", visibility="instructors")
    note(viewing, body="Hidden")
    teacher = Client()
    teacher.force_login(instructor)
    client.force_login(learner)

    mine = words(client.get("/c/autumn/seen/"))
    theirs = words(teacher.get(f"/teach/autumn/learners/{viewing.membership_id}/"))

    assert "What your instructors see" in mine
    for text in ("Shown", "question 2"):
        assert text in mine
        assert text in theirs
    assert "Hidden" not in mine + theirs
    assert teacher.get("/c/autumn/seen/").status_code == 403


def test_notes_of_a_cohort_one_has_left_stay_readable_and_lead_nowhere(
    viewing: Viewing, membership: Membership, cohort: Cohort, learner: User, client: Client
) -> None:
    note(viewing, body="Still mine")
    membership.ended_at = NOW
    membership.save()
    client.force_login(learner)

    page = client.get("/notes/").content.decode()

    assert "Still mine" in page
    assert "/c/autumn/videos/" not in page
    assert client.get(f"/notes/{Note.objects.get().pk}/").status_code == 200


def test_a_page_of_notes_costs_the_same_for_few_and_many(
    viewing: Viewing, learner: User, client: Client
) -> None:
    client.force_login(learner)
    costs = []
    for size in (5, 300):
        for number in range(size):
            note(viewing, body=f"word {number}", visibility="cohort")
        client.get("/notes/?q=word")
        with CaptureQueriesContext(connection) as queries:
            client.get("/notes/?q=word")
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 8
