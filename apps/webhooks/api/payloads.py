"""What is sent, for the `webhooks` of the OpenAPI document. Like all of version 1 it changes only by adding."""

from typing import Any

from apps.webhooks.models import TEST, Kind

_TEXT: dict[str, Any] = {"type": "string"}
_MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
_DAY: dict[str, Any] = {"type": "string", "format": "date"}
_SECONDS: dict[str, Any] = {"type": "integer"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_ABOUT = {
    "cohort": _TEXT,
    "membership": _TEXT,
    "role": {"type": "string", "enum": ["learner", "instructor", "observer"]},
    "person": _object(id=_TEXT, name=_TEXT),
}
_REWATCH = _object(
    id=_TEXT,
    due_on=_DAY,
    first_due_on=_DAY,
    kept_at={"type": ["string", "null"], "format": "date-time"},
)
_VIEWING = _object(
    id=_TEXT,
    number=_SECONDS,
    opened_at=_MOMENT,
    completed_at=_MOMENT,
    evidence=_TEXT,
    active_seconds=_SECONDS,
)
_DATA: dict[str, dict[str, Any]] = {
    Kind.VIEWING_COMPLETED: _object(**_ABOUT, video=_TEXT, viewing=_VIEWING),
    Kind.REWATCH_DUE: _object(**_ABOUT, video=_TEXT, rewatch=_REWATCH),
    Kind.REWATCH_KEPT: _object(**_ABOUT, video=_TEXT, rewatch=_REWATCH),
    Kind.MEMBER_JOINED: _object(**_ABOUT, joined_at=_MOMENT),
    Kind.MEMBER_LEFT: _object(**_ABOUT, left_at=_MOMENT),
    TEST: _object(cohort=_TEXT),
}
_WORDS = {
    Kind.VIEWING_COMPLETED: "A pass of a video is completed: the first, the second or an extra one",
    Kind.REWATCH_DUE: "The day of a rewatch has begun where its learner is",
    Kind.REWATCH_KEPT: "A second pass is completed, and its promise kept",
    Kind.MEMBER_JOINED: "Somebody came into the cohort, or back to it",
    Kind.MEMBER_LEFT: "Somebody left the cohort or was taken out",
    TEST: "Sent by the button on the webhook's page; it tells of nothing",
}
_HEADERS = {
    "webhook-id": "The same at every try: what you have seen already needs nothing but a 200.",
    "webhook-timestamp": "Seconds since 1970 of this try; refuse what is older than five minutes.",
    "webhook-signature": "`v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body` under the secret.",
}


def payload_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of the body of one kind."""
    return _object(type={"const": str(kind)}, timestamp=_MOMENT, data=_DATA[kind])


def add_webhooks(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: what we send stands in the document beside what we are asked."""
    result["webhooks"] = {str(kind): {"post": _operation(kind)} for kind in _DATA}
    return result


def _operation(kind: str) -> dict[str, Any]:
    name = "".join(part.title() for part in str(kind).split("."))
    return {
        "operationId": f"on_{str(kind).replace('.', '_')}",
        "summary": _WORDS[kind],
        "tags": ["webhooks"],
        "parameters": [
            {
                "name": header,
                "in": "header",
                "required": True,
                "description": words,
                "schema": {"type": "string"},
            }
            for header, words in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": payload_schema(kind) | {"title": f"{name}Message"}}
            },
        },
        "responses": {
            "2XX": {"description": "It has arrived."},
            "410": {"description": "Never again: the webhook is switched off."},
            "default": {"description": "It is tried again, nine times within some three days."},
        },
    }
