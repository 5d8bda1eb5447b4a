"""The published schema: valid, complete, the same as its snapshot, and true."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_spec_validator import OpenAPIV31SpecValidator

from apps.core.api.documents import schema, schema_json, schema_yaml
from apps.core.api.operations import SCOPES
from apps.core.api.views import APIView

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(schema_json())
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def test_the_schema_is_valid_openapi_31(published: dict[str, Any]) -> None:
    assert published["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(published).validate()


def test_nothing_was_guessed_while_it_was_made() -> None:
    schema.cache_clear()
    with GENERATOR_STATS.silence():
        GENERATOR_STATS.reset()
        schema()
        messages = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]

    assert messages == []


def test_the_snapshot_is_current() -> None:
    call_command("openapi_snapshot", "--check")


def test_json_and_yaml_say_the_same(published: dict[str, Any]) -> None:
    assert yaml.safe_load(schema_yaml()) == published


def served_paths(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, type[APIView]]]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from served_paths(pattern, path)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "view_class", None)
            if isinstance(view, type) and issubclass(view, APIView):
                yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path), view


def test_every_door_stands_in_it(published: dict[str, Any]) -> None:
    served = {
        (path, method.lower())
        for path, view in served_paths(get_resolver())
        for method in view.operations
    }

    assert {(path, method) for path, method, _ in operations(published)} == served


def test_every_operation_says_its_scope_and_its_errors(published: dict[str, Any]) -> None:
    for path, method, operation in operations(published):
        name = f"{method.upper()} {path}"
        answers = set(operation["responses"])
        assert operation["summary"], name
        assert {"406", "422", "500"} <= answers, name
        if "{" in path:
            assert "404" in answers, name
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= answers, name
        security = operation.get("security", [])
        scopes = [scope for each in security for scope in each.get("bearer", [])]
        assert set(scopes) <= set(SCOPES), name
        if security not in ([], [{}]):
            assert {"401", "403"} <= answers, name
            assert {"session": []} in security, name


def test_every_error_is_a_problem_with_an_example(published: dict[str, Any]) -> None:
    for path, method, operation in operations(published):
        for status, answer in operation["responses"].items():
            if int(status) < 400:
                continue
            name = f"{method.upper()} {path} {status}"
            assert set(answer["content"]) == {"application/problem+json"}, name
            problem = answer["content"]["application/problem+json"]
            assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}, name
            assert problem["examples"], name
            for example in problem["examples"].values():
                assert str(example["value"]["status"]) == status, name


@pytest.mark.django_db
def test_it_is_served_to_anybody_in_both_formats(client: Client, published: dict[str, Any]) -> None:
    as_json = client.get("/api/v1/openapi.json")
    as_yaml = client.get("/api/v1/openapi.yaml")

    assert as_json["Content-Type"] == "application/vnd.oai.openapi+json"
    assert json.loads(as_json.content) == published
    assert yaml.safe_load(as_yaml.content) == published
