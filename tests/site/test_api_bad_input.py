"""One table of what clients get wrong, asked of every operation there is: each time a problem document
that says what is wrong, and where.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.tokens import make_token, revoke_token
from apps.core.api.operations import SCOPES
from apps.core.api.parsing import MAX_BODY_BYTES, MAX_DEPTH
from tests.site.test_api_access import cast, places  # noqa: F401 - fixtures
from tests.site.test_openapi import operations, published  # noqa: F401 - fixtures

DEEP = MAX_DEPTH + 1


@dataclass(frozen=True, slots=True)
class Bad:
    """A body, the refusal, and the words in which it is told."""

    body: bytes
    status: int
    code: str
    says: str = ""
    field: str | None = None
    content_type: str = "application/json"


BODIES: Mapping[str, Bad] = {
    "half an object": Bad(b'{"a": 1', 400, "malformed", "line 1 column 8"),
    "a trailing comma": Bad(b'{"a": 1,}', 400, "malformed", "line 1 column"),
    "two documents": Bad(b"{} {}", 400, "malformed", "Extra data"),
    "no quotes": Bad(b"{a: 1}", 400, "malformed", "line 1 column 2"),
    "NaN": Bad(b'{"a": NaN}', 400, "malformed", "NaN is not a number"),
    "Infinity": Bad(b'{"a": [-Infinity]}', 400, "malformed", "-Infinity is not a number"),
    "a number beyond all floats": Bad(b'{"a": {"b": 1e999}}', 400, "malformed", "large", "a.b"),
    "bad UTF-8": Bad(b'{"a": "\xc3\x28"}', 400, "malformed", "not UTF-8 (byte 7)"),
    "UTF-16": Bad('{"a": 1}'.encode("utf-16"), 400, "malformed", "not UTF-8 (byte 0)"),
    "NUL": Bad(b'{"a": [0, "b\\u0000"]}', 400, "malformed", "NUL", "a.1"),
    "NUL in a name": Bad(b'{"a": {"\\u0000": 1}}', 400, "malformed", "NUL", "a"),
    "half a surrogate": Bad(b'{"a": "\\udc00"}', 400, "malformed", "surrogate", "a"),
    "a name twice": Bad(b'{"a": {"b": 1, "b": 2}}', 400, "malformed", '"b" occurs twice'),
    "deep nesting": Bad(b"[" * DEEP + b"]" * DEEP, 400, "malformed", f"{MAX_DEPTH} levels"),
    "nesting beyond all stacks": Bad(b'{"a":' * 150_000, 400, "malformed", "levels"),
    "ten megabytes": Bad(b'{"a": "' + b"x" * 10_000_000 + b'"}', 413, "body_too_large"),
    "one byte too many": Bad(b" " * MAX_BODY_BYTES + b"{", 413, "body_too_large"),
    "an array": Bad(b"[]", 422, "invalid"),
    "a word": Bad(b'"a"', 422, "invalid"),
    "a field that is not known": Bad(b'{"nobody_knows": 1}', 422, "invalid", "", "nobody_knows"),
    "a form": Bad(
        b"a=1", 415, "unsupported_media_type", "", None, "application/x-www-form-urlencoded"
    ),
    "no type": Bad(b"{}", 415, "unsupported_media_type", "", None, "text/plain"),
}
# A body that is YAML or JSON.
READS_YAML = {"PUT /api/v1/curricula/{curriculum}/"}


@pytest.fixture
def client(
    cast: dict[str, User | None],  # noqa: F811 - the fixture
    now: datetime,
    settings: Any,
) -> APIClient:
    settings.API_REQUESTS_PER_MINUTE = 0
    return with_token(cast["instructor"], now)


def with_token(user: User | None, now: datetime, scopes: Any = SCOPES) -> APIClient:
    assert user is not None
    client = APIClient()
    text = make_token(user=user, name="T", scopes=scopes, now=now).text
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def check(response: Any, name: str, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = json.loads(response.content)
    assert (response.status_code, problem["code"]) == (status, code), (name, problem)
    assert response["Content-Type"] == "application/problem+json", name
    assert problem["instance"].startswith("/api/v1/"), name
    assert problem["detail"], name
    return problem


def test_a_bad_body_is_told_by_every_operation_that_takes_one(
    client: APIClient,
    places: dict[str, str],  # noqa: F811 - the fixture
    published: dict[str, Any],  # noqa: F811 - the fixture
    now: datetime,
) -> None:
    # Who may not edit curricula learns so before their document is read.
    User.objects.update(may_edit_curricula=True)
    doors = {
        f"{method.upper()} {path}": (method.upper(), path.format(**places))
        for path, method, operation in operations(published)
        if "requestBody" in operation
    }
    assert len(doors) > 15
    with time_machine.travel(now, tick=False):
        for fault, bad in BODIES.items():
            for name, (method, path) in doors.items():
                if name in READS_YAML and bad.status in {400, 422}:
                    # Told with lines, as test_api.py of the curriculum says.
                    continue
                response = client.generic(method, path, bad.body, bad.content_type)  # type: ignore[arg-type]  # bytes too
                problem = check(response, f"{fault}: {name}", bad.status, bad.code)
                assert bad.says in problem["detail"], (name, problem)
                if bad.field is not None:
                    fields = {each["field"] for each in problem["errors"]}
                    assert bad.field in fields, (name, problem)


QUERIES: Mapping[str, tuple[str, str]] = {
    "nobody_knows=1": ("nobody_knows", "unknown"),
    "nobody_knows=%ff%fe": ("nobody_knows", "unknown"),
    "page_size=201": ("page_size", "max_value"),
    "page_size=9999999999999999999999": ("page_size", "max_value"),
    "page_size=-1": ("page_size", "min_value"),
    "page_size=1e2": ("page_size", "invalid"),
    "page_size=10&page_size=20": ("page_size", "repeated"),
    "cursor=%00": ("cursor", "null_characters_not_allowed"),
    "cursor=forged": ("cursor", "invalid"),
    "cursor=WzAsWyJ0Il0sIngiXQ:1abcde:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA": (
        "cursor",
        "invalid",
    ),
    "cursor=.eJwrBgAAdAB1:1abcde:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA": (
        "cursor",
        "invalid",
    ),
    "cursor=" + "a" * 1001: ("cursor", "max_length"),
}


def test_a_bad_parameter_is_told_by_every_read(
    client: APIClient,
    places: dict[str, str],  # noqa: F811 - the fixture
    published: dict[str, Any],  # noqa: F811 - the fixture
    now: datetime,
) -> None:
    asked = 0
    with time_machine.travel(now, tick=False):
        for path, method, operation in operations(published):
            known = {each["name"] for each in operation.get("parameters", ())}
            for query, (field, code) in QUERIES.items():
                if method != "get" or (field not in known and code != "unknown"):
                    continue
                response = client.get(f"{path.format(**places)}?{query}")
                problem = check(response, f"{path}?{query}", 422, "invalid")
                found = {(each["field"], each["code"]) for each in problem["errors"]}
                assert (field, code) in found, (path, problem)
                asked += 1
    assert asked > 50


def test_a_bad_token_is_told_by_every_operation_that_needs_one(
    cast: dict[str, User | None],  # noqa: F811 - the fixture
    places: dict[str, str],  # noqa: F811 - the fixture
    published: dict[str, Any],  # noqa: F811 - the fixture
    now: datetime,
) -> None:
    learner = cast["learner"]
    assert learner is not None
    soon = now + timedelta(minutes=1)
    expired = make_token(user=learner, name="E", scopes=SCOPES, now=now, expires_at=soon).text
    revoked = make_token(user=learner, name="R", scopes=SCOPES, now=now)
    revoke_token(token=revoked.token)
    headers = {
        "expired": f"Bearer {expired}",
        "revoked": f"Bearer {revoked.text}",
        "cut off": f"Bearer {expired[:-1]}",
        "no token": "Bearer",
        "two words": "Bearer a b",
        "another site's": "Bearer ghp_" + "0" * 36,
        "bytes": "Bearer 2p_\xff\xfe",
        "upper case": f"Bearer {expired.upper()}",
    }
    client = APIClient()
    with time_machine.travel(soon, tick=False):
        for path, method, operation in operations(published):
            if not operation.get("security") or {} in operation["security"]:
                continue
            for name, header in headers.items():
                response = client.generic(
                    method.upper(), path.format(**places), HTTP_AUTHORIZATION=header
                )
                check(response, f"{name}: {method} {path}", 401, "token_refused")
                assert response["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_token_without_the_scope_is_told_which_one_it_needs(
    cast: dict[str, User | None],  # noqa: F811 - the fixture
    places: dict[str, str],  # noqa: F811 - the fixture
    published: dict[str, Any],  # noqa: F811 - the fixture
    now: datetime,
) -> None:
    asked = 0
    with time_machine.travel(now, tick=False):
        client_of = {
            scope: with_token(cast["instructor"], now, [each for each in SCOPES if each != scope])
            for scope in SCOPES
        }
        for path, method, operation in operations(published):
            for way in operation.get("security", ()):
                for scope in way.get("bearer", ()):
                    response = client_of[scope].generic(
                        method.upper(), path.format(**places), content_type="application/json"
                    )
                    problem = check(response, f"{method} {path}", 403, "scope_missing")
                    assert problem["scope"] == scope
                    assert scope in problem["detail"]
                    asked += 1
    assert asked > 20
