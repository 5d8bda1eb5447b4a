"""Scopes, conditional reads and the declarations that every door needs."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.tokens import make_token
from apps.core.api.operations import ANY, SCOPES, Operation
from apps.core.api.views import APIView


def doors(resolver: URLResolver | None = None) -> Iterator[type[APIView]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from doors(pattern)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "view_class", None)
            if isinstance(view, type) and issubclass(view, APIView):
                yield view


def test_every_door_declares_every_method() -> None:
    found = set(doors())

    assert len(found) > 10
    for view in found:
        handlers = {name.upper() for name in view.http_method_names if hasattr(view, name)}
        assert handlers - {"HEAD"} == set(view.operations), view


def test_operation_ids_are_unique() -> None:
    ids = [operation.id for view in set(doors()) for operation in view.operations.values()]

    assert len(ids) == len(set(ids))


def test_a_handler_without_a_declaration_is_refused() -> None:
    with pytest.raises(TypeError, match="DELETE"):

        class Door(APIView):
            operations = {"GET": Operation(id="read", summary="Read", scope=ANY)}

            def get(self) -> None: ...

            def delete(self) -> None: ...


def test_an_operation_is_public_or_has_a_scope() -> None:
    with pytest.raises(ValueError, match="scope"):
        Operation(id="read", summary="Read")


def client_with(user: User, scopes: list[str], now: datetime) -> APIClient:
    text = make_token(user=user, name="Mine", scopes=scopes, now=now).text
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/api/v1/me/progress/", "progress:read"),
        ("POST", "/api/v1/viewings/", "progress:write"),
        ("GET", "/api/v1/viewings/1/", "progress:read"),
        ("POST", "/api/v1/viewings/1/heartbeats/", "progress:write"),
        ("POST", "/api/v1/viewings/1/complete/", "progress:write"),
        ("PUT", "/api/v1/viewings/1/scaffold/", "progress:write"),
        ("PUT", "/api/v1/viewings/1/recall/", "progress:write"),
        ("GET", "/api/v1/notes/", "notes:read"),
        ("POST", "/api/v1/notes/", "notes:write"),
        ("GET", "/api/v1/notes/1/", "notes:read"),
        ("PATCH", "/api/v1/notes/1/", "notes:write"),
        ("DELETE", "/api/v1/notes/1/", "notes:write"),
    ],
)
def test_a_token_needs_the_scope_of_the_operation(
    learner: User, now: datetime, method: str, path: str, scope: str
) -> None:
    with time_machine.travel(now, tick=False):
        others = client_with(learner, [each for each in SCOPES if each != scope], now)
        refused = others.generic(method, path, content_type="application/json")
        right = client_with(learner, [scope], now).generic(
            method, path, content_type="application/json"
        )

    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert refused.json()["scope"] == scope
    assert right.status_code not in {401, 403}


def test_a_token_that_only_reads_cannot_change_its_person(learner: User, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        reading = client_with(learner, ["progress:read"], now)
        writing = client_with(learner, ["progress:write"], now)

        assert reading.get("/api/v1/me/").status_code == 200
        assert reading.patch("/api/v1/me/", {"name": "A"}).status_code == 403
        assert writing.patch("/api/v1/me/", {"name": "A"}).json()["name"] == "A"


def test_a_read_that_changed_nothing_is_not_sent_again(learner: User) -> None:
    client = APIClient()
    client.force_login(learner)
    first = client.get("/api/v1/me/")

    same = client.get("/api/v1/me/", HTTP_IF_NONE_MATCH=first["ETag"])
    client.patch("/api/v1/me/", {"name": "Nadia K"})
    other = client.get("/api/v1/me/", HTTP_IF_NONE_MATCH=first["ETag"])

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert other.status_code == 200
    assert other["ETag"] != first["ETag"]
    assert first["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= {each.strip() for each in first["Vary"].split(",")}


def test_the_moment_of_reading_is_no_change(learner: User, now: datetime) -> None:
    client = APIClient()
    client.force_login(learner)
    with time_machine.travel(now, tick=False):
        first = client.get("/api/v1/me/progress/")

    with time_machine.travel(now.replace(second=1), tick=False):
        again = client.get("/api/v1/me/progress/", HTTP_IF_NONE_MATCH=first["ETag"])

    assert first["ETag"].startswith("W/")
    assert again.status_code == 304


def test_head_is_get_without_a_body(learner: User) -> None:
    client = APIClient()
    client.force_login(learner)

    response = client.head("/api/v1/me/")

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("address", ["/api/v1/nowhere/", "/api/v1/notes"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_where_there_is_no_door_a_client_reads_so_whatever_it_sends(
    db: None, address: str, method: str
) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(address)

    assert (answer.status_code, answer.headers["Content-Type"]) == (
        404,
        "application/problem+json",
    )
