"""Which changes of the schema break a client, and which do not."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.core.api import documents
from apps.core.api.compatibility import breaks
from apps.core.management.commands import openapi_snapshot

Document = dict[str, Any]

BEFORE: Document = {
    "paths": {
        "/notes/": {
            "get": {
                "security": [{"bearer": ["notes:read"]}, {"session": []}],
                "parameters": [
                    {
                        "in": "query",
                        "name": "kind",
                        "schema": {"type": "string", "enum": ["a", "b"]},
                    },
                    {"in": "query", "name": "size", "schema": {"type": "integer", "maximum": 200}},
                ],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Note"}},
                            "text/csv": {"schema": {"type": "string"}},
                        }
                    },
                    "404": {"content": {}},
                },
            },
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Body"}}
                    }
                },
                "responses": {"201": {}},
            },
        }
    },
    "components": {
        "schemas": {
            "Note": {
                "type": "object",
                "required": ["id", "at"],
                "properties": {
                    "id": {"type": "string"},
                    "at": {"type": "number"},
                    "kind": {"oneOf": [{"$ref": "#/components/schemas/Kind"}, {"type": "null"}]},
                    "answers": {"type": "array", "items": {"$ref": "#/components/schemas/Note"}},
                },
            },
            "Kind": {"type": "string", "enum": ["a", "b"]},
            "Body": {
                "type": "object",
                "required": ["body"],
                "properties": {
                    "body": {"type": "string", "maxLength": 100},
                    "at": {"type": ["number", "null"]},
                },
            },
        }
    },
}


def of(document: Document, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "get": document["paths"]["/notes/"]["get"],
        "post": document["paths"]["/notes/"]["post"],
    } | document["components"]["schemas"]
    part: dict[str, Any] = found[name]
    return part


BREAKING: dict[str, tuple[Callable[[Document], Any], str]] = {
    "a path": (lambda d: d["paths"].clear(), "GET /notes/ is gone"),
    "a method": (lambda d: d["paths"]["/notes/"].pop("post"), "POST /notes/ is gone"),
    "an answer": (lambda d: of(d, "post")["responses"].pop("201"), "no 201 any more"),
    "a format": (
        lambda d: of(d, "get")["responses"]["200"]["content"].pop("text/csv"),
        "no text/csv any more",
    ),
    "a member": (lambda d: of(d, "Note")["properties"].pop("id"), "id is gone"),
    "what was certain": (lambda d: of(d, "Note")["required"].remove("at"), "at may be missing"),
    "a type, out": (
        lambda d: of(d, "Note")["properties"].update(id={"type": ["string", "null"]}),
        "id: may be null",
    ),
    "a value": (lambda d: of(d, "Kind")["enum"].remove("b"), "the value b is gone"),
    "a parameter": (lambda d: of(d, "get")["parameters"].pop(), "the parameter size"),
    "a required one": (
        lambda d: of(d, "get")["parameters"].append(
            {"in": "query", "name": "new", "required": True, "schema": {}}
        ),
        "the new parameter new is required",
    ),
    "a bound": (
        lambda d: of(d, "get")["parameters"][1]["schema"].update(maximum=100),
        "maximum is 100",
    ),
    "a field, in": (lambda d: of(d, "Body")["properties"].pop("at"), "at is gone"),
    "a required field": (
        lambda d: (
            of(d, "Body")["properties"].update(new={"type": "string"}),
            of(d, "Body")["required"].append("new"),
        ),
        "new is required",
    ),
    "a type, in": (
        lambda d: of(d, "Body")["properties"].update(at={"type": "number"}),
        "at: null is not taken",
    ),
    "a length": (
        lambda d: of(d, "Body")["properties"]["body"].update(maxLength=99),
        "maxLength is 99",
    ),
    "a new length": (
        lambda d: of(d, "Body")["properties"]["body"].update(minLength=2),
        "minLength is 2",
    ),
    "only some values": (
        lambda d: of(d, "Body")["properties"]["body"].update(enum=["x"]),
        "takes only x",
    ),
    "the body": (lambda d: of(d, "post")["requestBody"].update(required=True), "body is required"),
    "another scope": (
        lambda d: of(d, "get").update(security=[{"bearer": ["cohorts:read"]}]),
        "needs cohorts:read",
    ),
    "a sign-in": (
        lambda d: of(d, "post").update(security=[{"session": []}]),
        "needs a sign-in",
    ),
}

HARMLESS: dict[str, Callable[[Document], Any]] = {
    "nothing": lambda d: None,
    "a new path": lambda d: d["paths"].update({"/more/": {"get": {"responses": {}}}}),
    "a new member": lambda d: of(d, "Note")["properties"].update(more={"type": "string"}),
    "a new value": lambda d: of(d, "Kind")["enum"].append("c"),
    "a new choice": lambda d: of(d, "Body")["properties"].update(more={"type": "string"}),
    "a new parameter": lambda d: of(d, "get")["parameters"].append(
        {"in": "query", "name": "new", "schema": {"type": "string"}}
    ),
    "a wider bound": lambda d: of(d, "get")["parameters"][1]["schema"].update(maximum=300),
    "no bound": lambda d: of(d, "Body")["properties"]["body"].pop("maxLength"),
    "what is no longer required": lambda d: of(d, "Body")["required"].clear(),
    "what became certain": lambda d: of(d, "Note")["required"].append("kind"),
    "an error less": lambda d: of(d, "get")["responses"].pop("404"),
    "a narrower answer": lambda d: of(d, "Note")["properties"].update(at={"type": "integer"}),
    "a wider input": lambda d: of(d, "Body")["properties"].update(
        at={"type": ["number", "null", "string"]}
    ),
}


@pytest.mark.parametrize("name", BREAKING)
def test_what_takes_something_away_is_named(name: str) -> None:
    change, words = BREAKING[name]
    after = deepcopy(BEFORE)
    change(after)

    found = breaks(BEFORE, after)

    assert any(words in each for each in found), found


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_adds_breaks_nobody(name: str) -> None:
    after = deepcopy(BEFORE)
    HARMLESS[name](after)

    assert breaks(BEFORE, after) == []


def test_our_own_schema_is_read_whole() -> None:
    """Without a member that is everywhere it has to say so for many operations."""
    before = openapi_snapshot.read((settings.ROOT / "docs" / "openapi.yaml").read_bytes())
    after = deepcopy(before)
    del after["components"]["schemas"]["Note"]["properties"]["body"]
    del after["paths"]["/api/v1/me/"]["patch"]

    assert breaks(before, before) == []
    found = breaks(before, after)
    assert "PATCH /api/v1/me/ is gone" in found
    assert any("body is gone" in each for each in found)


def test_the_snapshot_is_not_written_over_a_broken_promise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    before = openapi_snapshot.read(documents.schema_yaml())
    before["paths"]["/api/v1/gone/"] = {"get": {"responses": {}}}
    snapshot = tmp_path / "openapi.yaml"
    snapshot.write_text(yaml.safe_dump(before))
    monkeypatch.setattr(openapi_snapshot, "SNAPSHOT", snapshot)

    for options in ([], ["--check"]):
        with pytest.raises(CommandError, match="GET /api/v1/gone/ is gone"):
            call_command("openapi_snapshot", *options)
    call_command("openapi_snapshot", "--breaking")

    assert snapshot.read_bytes() == documents.schema_yaml()
    call_command("openapi_snapshot", "--check")
