"""Curricula over REST: reading, and making one from a document."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.tokens import make_token
from apps.conftest import make_user
from apps.curriculum.document import CurriculumDocument, plain_document
from apps.curriculum.models import Revision
from apps.curriculum.selectors import forget_outlines
from apps.curriculum.tests.conftest import SMALL

LIST = "/api/v1/curricula/"
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def with_token(user: User, *scopes: str) -> APIClient:
    made = make_token(user=user, name="test", scopes=list(scopes), expires_at=None, now=NOW)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {made.text}")
    return client


@pytest.fixture
def editor(db: None) -> User:
    return make_user("Ed Editor", may_edit_curricula=True)


def put(client: APIClient, text: str, slug: str = "bread", kind: str = "application/yaml") -> Any:
    return client.put(f"{LIST}{slug}/", data=text.encode(), content_type=kind)


def test_nobody_reads_curricula_without_signing_in(roadmap_revision: Revision) -> None:
    assert APIClient().get(LIST).status_code == 401
    assert APIClient().get(f"{LIST}ml-engineer-50h/").status_code == 401


def test_anyone_signed_in_lists_them(roadmap_revision: Revision, stranger: User) -> None:
    page = signed_in(stranger).get(LIST).json()

    (row,) = [row for row in page["results"] if row["curriculum"] == "ml-engineer-50h"]
    assert row == {
        "curriculum": "ml-engineer-50h",
        "revision": 1,
        "title": {"en": "ML engineer in 50 hours", "ru": "ML-инженер за 50 часов"},
        "summary": row["summary"],
        "videos": 19,
        "once_seconds": 1327 * 60,
    }


def test_a_token_reads_one_whole_in_few_queries(
    roadmap_revision: Revision, stranger: User, django_assert_max_num_queries: Any
) -> None:
    client = with_token(stranger, "curricula:read")

    with django_assert_max_num_queries(9):
        document = client.get(f"{LIST}ml-engineer-50h/").json()

    assert [len(phase["videos"]) for phase in document["phases"]] == [9, 8, 2]
    assert document["estimate"] == {
        "once_seconds": 79620,
        "both_passes_min_seconds": 238860,
        "both_passes_max_seconds": 318480,
        "author_hours": {"min": 50, "max": 50},
        "verdict": "too_little",
    }
    video = document["phases"][0]["videos"][8]
    assert (video["video"], video["position"]) == ("iv-5mZ_9CPY", 9)
    assert (video["is_bonus"], video["is_guest"], video["is_coding"]) == (True, True, False)
    assert video["title"]["ru"] == "Как нейросети рисуют картинки и снимают видео"
    assert video["outcomes"] == ["maths", "neural-networks"]
    assert len(document["outcomes"]) == 14
    assert document["credits"][1]["name"] == "Andrej Karpathy"


def test_a_token_without_the_scope_reads_nothing(
    roadmap_revision: Revision, stranger: User
) -> None:
    assert with_token(stranger, "notes:read").get(LIST).status_code == 403


def test_what_is_not_there_is_a_problem(stranger: User) -> None:
    response = signed_in(stranger).get(f"{LIST}nothing/")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_an_editor_makes_and_changes_a_curriculum(editor: User) -> None:
    client = signed_in(editor)

    made = put(client, SMALL)
    again = put(client, SMALL)
    changed = put(client, SMALL.replace("19:00", "20:00"))

    assert (made.status_code, made.json()["is_new_revision"]) == (201, True)
    assert (again.status_code, again.json()["is_new_revision"]) == (200, False)
    assert changed.status_code == 200
    assert changed.json()["differences"] == [
        "video aaaaaaaaaaa › duration: was “19:00”, is now “20:00”"
    ]
    assert changed.json()["curriculum"]["revision"] == 2
    assert changed.json()["curriculum"]["phases"][0]["videos"][0]["duration_seconds"] == 1200


def test_json_is_taken_too(editor: User, small: CurriculumDocument) -> None:
    response = signed_in(editor).put(f"{LIST}bread/", plain_document(small), format="json")

    assert response.status_code == 201


def test_a_token_needs_the_scope_to_write(editor: User) -> None:
    reader = with_token(editor, "curricula:read")
    writer = with_token(editor, "curricula:write")

    assert put(reader, SMALL).status_code == 403
    assert put(writer, SMALL).status_code == 201


def test_who_may_not_edit_is_told_so_before_the_document_is_read(stranger: User) -> None:
    response = put(signed_in(stranger), "no: [document")

    assert response.status_code == 403
    assert response.json()["code"] == "curriculum_editing_not_allowed"
    assert not Revision.objects.exists()


def test_every_fault_is_in_the_problem_with_its_line(editor: User) -> None:
    text = SMALL.replace("19:00", "19").replace("[flour]", "[salt]")

    response = put(signed_in(editor), text)

    problem = response.json()
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert problem["code"] == "curriculum_document_invalid"
    assert [(e["field"], e["code"], e["line"]) for e in problem["errors"]] == [
        ("phases[0].videos[0].duration", "bad_duration", 21),
        ("phases[0].videos[0].outcomes[0]", "unknown_outcome", 23),
    ]
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        ("", "application/yaml", 422),
        ("", "application/json", 422),
        ("{", "application/json", 422),
        ("[1, 2]", "application/json", 422),
        ("a: &a [*a]", "application/yaml", 422),
        ("\ufffd" * 400_000, "application/yaml", 413),
        (SMALL, "text/csv", 415),
        (SMALL, "application/x-www-form-urlencoded", 415),
    ],
)
def test_bad_bodies_are_refused(editor: User, text: str, kind: str, status: int) -> None:
    assert put(signed_in(editor), text, kind=kind).status_code == status


def test_the_slug_of_the_document_is_that_of_the_address(editor: User) -> None:
    response = put(signed_in(editor), SMALL, slug="butter")

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "slug"


def test_a_reader_who_has_it_is_told_that_nothing_changed(
    roadmap_revision: Revision, stranger: User
) -> None:
    client = signed_in(stranger)
    tag = client.get(f"{LIST}ml-engineer-50h/")["ETag"]

    response = client.get(f"{LIST}ml-engineer-50h/", headers={"If-None-Match": tag})

    assert response.status_code == 304


def test_the_list_costs_the_same_for_one_and_for_many(
    roadmap_revision: Revision, editor: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(editor)
    for number in range(5):
        put(client, SMALL.replace("slug: bread", f"slug: bread-{number}"), slug=f"bread-{number}")
    forget_outlines()

    with django_assert_num_queries(3):
        assert len(client.get(LIST).json()["results"]) == 6
