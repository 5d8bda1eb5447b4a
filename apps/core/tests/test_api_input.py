"""Whatever is sent to a REST door, the answer is a problem document that says what is wrong."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.core.api.parsing import MAX_DEPTH
from apps.curriculum.models import Video
from apps.progress.models import Viewing

ME = "/api/v1/me/"
NOTES = "/api/v1/notes/"


@pytest.fixture
def client(learner: User) -> APIClient:
    client = APIClient()
    client.force_login(learner)
    return client


@pytest.fixture
def second_pass(membership: Membership, video: Video, now: Any) -> Viewing:
    return Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)


def check_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    problem: dict[str, Any] = response.json()
    assert set(problem) >= {"type", "title", "status", "code", "detail", "instance"}
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"/api/v1/problems/{code}/"
    return problem


BAD_BODIES: dict[str, bytes] = {
    "half an object": b'{"name": "A"',
    "nothing but a comma": b",",
    "single quotes": b"{'name': 'A'}",
    "NaN": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "a number beyond all floats": b'{"name": 1e999}',
    "a number of 5000 digits": b'{"name": ' + b"9" * 5000 + b"}",
    "bytes that are no UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "A"}'.encode("utf-16"),
    "NUL in a text": b'{"name": "A\\u0000B"}',
    "half a surrogate pair": b'{"name": "\\ud800"}',
    "a name twice": b'{"name": "A", "name": "B"}',
    "deep nesting": b'{"name": ' + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1) + b"}",
    "nesting deeper than the parser's stack": b"[" * 400_000,
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_body_that_is_no_json_of_ours_is_malformed(client: APIClient, body: bytes) -> None:
    response = client.patch(ME, body, content_type="application/json")

    check_problem(response, 400, "malformed")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"name": 7}, "name", "wrong_type"),
        ({"name": ["A"]}, "name", "wrong_type"),
        ({"name": None}, "name", "null"),
        ({"name": ""}, "name", "blank"),
        ({"name": "x" * 151}, "name", "max_length"),
        ({"language": "tlh"}, "language", "invalid_choice"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "invalid"),
        ({"time_zone": "../../etc/passwd"}, "time_zone", "invalid"),
        ({"email": "other@example.org"}, "email", "unknown"),
        ({"nmae": "A"}, "nmae", "unknown"),
        ({"": 1}, "", "unknown"),
    ],
)
def test_a_value_that_is_wrong_is_named(
    client: APIClient, body: dict[str, Any], field: str, code: str
) -> None:
    problem = check_problem(client.patch(ME, body), 422, "invalid")

    assert [(each["field"], each["code"]) for each in problem["errors"]] == [(field, code)]
    assert problem["errors"][0]["detail"]


@pytest.mark.parametrize("body", [[], [1], "name", 7, True, None])
def test_a_body_that_is_no_object_is_refused(client: APIClient, body: Any) -> None:
    response = client.patch(ME, json.dumps(body), content_type="application/json")

    check_problem(response, 422, "invalid")


def test_a_fault_inside_is_named_by_its_path(client: APIClient, second_pass: Viewing) -> None:
    body = {
        "viewing": str(second_pass.pk),
        "at_second": 1,
        "kind": "experiment",
        "experiment": {"changed": 5, "why": "?"},
    }

    problem = check_problem(client.post(NOTES, body), 422, "invalid")

    assert {each["field"] for each in problem["errors"]} == {"experiment.changed", "experiment.why"}


def test_a_body_of_three_megabytes_is_too_large(client: APIClient) -> None:
    body = json.dumps({"name": "x" * 3_000_000})

    response = client.patch(ME, body, content_type="application/json")

    check_problem(response, 413, "body_too_large")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
    ],
)
def test_only_json_is_read(client: APIClient, content_type: str) -> None:
    response = client.generic("PATCH", ME, "name=A", content_type=content_type)

    check_problem(response, 415, "unsupported_media_type")


def test_a_body_in_chunks_is_not_taken_for_none(client: APIClient) -> None:
    """Without a length Django reads nothing, and a change of nothing would be a 200."""
    response = client.generic(
        "PATCH", ME, content_type="application/json", HTTP_TRANSFER_ENCODING="chunked"
    )

    check_problem(response, 411, "length_required")


def test_a_format_that_is_not_there_is_said_as_a_problem(client: APIClient) -> None:
    check_problem(client.get(ME, HTTP_ACCEPT="text/csv"), 406, "not_acceptable")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_a_method_that_is_not_there_is_said_with_those_that_are(
    client: APIClient, method: str
) -> None:
    response = client.generic(method, ME)

    check_problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, PATCH, HEAD"


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v1/",
        "/api/v1/me",
        "/api/v2/me/",
        "/api/v1/nothing/",
        "/api/v1/viewings/%00/",
        "/api/v1/viewings/-1/",
        "/api/v1/viewings/1e3/",
        "/api/v1/viewings/99999999999999999999/",
        "/api/v1/viewings/²/",
        "/api/v1/notes/abc/",
        "/api/v1/problems/nothing-of-ours/",
    ],
)
def test_an_address_that_is_not_there_is_a_problem_too(client: APIClient, path: str) -> None:
    check_problem(client.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("colour=red", "colour", "unknown"),
        ("kind=code&kind=concept", "kind", "repeated"),
        ("kind=poem", "kind", "invalid_choice"),
        ("page_size=0", "page_size", "min_value"),
        ("page_size=201", "page_size", "max_value"),
        ("page_size=many", "page_size", "invalid"),
        ("updated_since=yesterday", "updated_since", "invalid"),
        ("updated_since=2026-11-02T12:00:00", "updated_since", "naive"),
        ("q=%00", "q", "null_characters_not_allowed"),
        ("cursor=", "cursor", "blank"),
        ("cursor=cD0x", "cursor", "invalid"),
        ("cursor=%F0%9F%92%A9", "cursor", "invalid"),
        ("cursor=" + "a" * 900, "cursor", "invalid"),
        ("cursor=" + "a" * 1001, "cursor", "max_length"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(
    client: APIClient, query: str, field: str, code: str
) -> None:
    problem = check_problem(client.get(f"{NOTES}?{query}"), 422, "invalid")

    assert [(each["field"], each["code"]) for each in problem["errors"]] == [(field, code)]


def test_a_parameter_where_none_is_known_is_refused(client: APIClient) -> None:
    check_problem(client.get(f"{ME}?verbose=1"), 422, "invalid")


def test_a_body_where_none_is_known_is_refused(client: APIClient, second_pass: Viewing) -> None:
    response = client.generic("GET", ME, '{"a": 1}', content_type="application/json")

    check_problem(response, 422, "invalid")


def test_the_type_of_a_problem_leads_to_its_meaning(client: APIClient) -> None:
    problem = client.get("/api/v1/nothing/").json()

    meaning = client.get(problem["type"]).json()

    assert meaning == {
        "type": problem["type"],
        "code": "not_found",
        "status": 404,
        "title": problem["title"],
    }


def test_a_fault_of_ours_is_a_problem_without_a_word_about_it(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("apps.overview.api.views.change_profile", broken)
    client.raise_request_exception = False

    response = client.patch(ME, {"name": "A"})

    check_problem(response, 500, "internal")
    assert b"secret" not in response.content


def test_a_host_that_is_not_ours_is_a_problem_too(client: APIClient) -> None:
    check_problem(client.get(ME, HTTP_HOST="evil.example"), 400, "malformed")


def test_problems_speak_the_readers_language(client: APIClient, learner: User) -> None:
    User.objects.filter(pk=learner.pk).update(language="ru")

    problem = client.patch(ME, {"name": ""}).json()

    assert problem["errors"][0]["detail"] == "Это поле нужно заполнить."


def test_moments_are_utc_whatever_the_readers_zone(client: APIClient, second_pass: Viewing) -> None:
    answer = client.get(f"/api/v1/viewings/{second_pass.pk}/").json()

    assert answer["opened_at"] == "2026-11-02T12:00:00Z"
