"""A note as JSON, and the JSON of a note as the fields of its service."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.notes.models import Answer, Note


def note_json(note: Note) -> dict[str, Any]:
    """The document of `NoteAnswer`; viewing, membership, cohort and video are loaded with it."""
    viewing = note.viewing
    experiment = None
    if note.kind == Note.Kind.EXPERIMENT:
        experiment = {
            "changed": note.changed,
            "expected": note.expected,
            "happened": note.happened,
        }
    return {
        "id": str(note.pk),
        "cohort": viewing.membership.cohort.slug,
        "video": viewing.video.slug,
        "viewing": str(viewing.pk),
        "author": str(viewing.membership_id),
        "at_second": note.at_ms / 1000,
        "kind": note.kind,
        "body": note.body,
        "code": note.code,
        "output": note.output,
        "experiment": experiment,
        "typed_share": note.typed_share,
        "visibility": note.visibility,
        "answer_count": _answer_count(note),
        "settled_at": note.settled_at,
        "version": note.version,
        "created_at": note.created_at,
        "updated_at": note.updated_at,
    }


def _answer_count(note: Note) -> int:
    """As the selectors have counted it; a note that was just written has none."""
    return int(getattr(note, "answer_count", 0))


def answer_json(answer: Answer) -> dict[str, Any]:
    """The document of `AnswerAnswer`; the author's person is loaded with it."""
    person = answer.author.user
    return {
        "id": str(answer.pk),
        "note": str(answer.note_id),
        "author": {
            "membership": str(answer.author_id),
            "name": person.name,
            "role": answer.author.role,
        },
        "body": answer.body,
        "version": answer.version,
        "created_at": answer.created_at,
        "updated_at": answer.updated_at,
    }


def fields_of(body: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """The arguments of `write_note` or `change_note` in a checked body, and the moment."""
    fields = {
        name: value
        for name, value in body.items()
        if name in {"kind", "body", "code", "output", "typed_share", "visibility"}
    }
    if "at_second" in body:
        fields["at_ms"] = round(body["at_second"] * 1000)
    if "settled" in body:
        fields["settled_at"] = now if body["settled"] else None
    experiment: Mapping[str, Any] = body.get("experiment", {})
    return fields | dict(experiment) | {"now": now}
