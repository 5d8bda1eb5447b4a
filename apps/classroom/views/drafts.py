"""…/videos/<video>/drafts/<key>/: what is being typed, kept on the server every second or two (JSON)."""

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest, for_its_reader
from apps.classroom.desks import draft_document
from apps.classroom.seats import Seat, learner_seat
from apps.classroom.views.texts import is_desk_open
from apps.core.errors import DomainError, InvalidValue, NotFound
from apps.notes.models import Note
from apps.notes.selectors import drafts_of
from apps.notes.services import (
    TEXTS,
    DraftChangedElsewhere,
    DraftIsSaved,
    discard_draft,
    keep_draft,
)
from apps.progress.models import Viewing

# Texts of six fields at their longest, each character written as \\uXXXX, and some room.
LARGEST_BODY = 1_500_000
# What is written before a second pass is open hangs on the first one.
OF_FIRST_PASS = ("recall", "scaffold")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "PUT", "DELETE"])
@for_its_reader
def draft(request: AuthenticatedRequest, cohort: str, video: str, key: str) -> HttpResponse:
    """GET reads a draft, PUT keeps it, DELETE puts it away; `?version=` is the one that was seen.

    412 and 409 bring what stands on the server instead.
    """
    seat = learner_seat(user=request.user, cohort=cohort, video=video)
    viewing = _viewing(seat, key)
    try:
        if request.method in ("GET", "HEAD"):
            found = drafts_of(viewing=viewing).filter(key=key).first()
            return JsonResponse(draft_document(found) if found else {"version": 0})
        if request.method == "DELETE":
            discard_draft(viewing=viewing, key=key, expected_version=_seen_version(request))
            return JsonResponse({})
        if key == "recall" and seat.second is not None and is_desk_open(seat, seat.second):
            # Sent before it was saved, and arrived after.
            raise DraftIsSaved(None)
        said = _said(request)
        kept = keep_draft(
            viewing=viewing,
            key=key,
            values=said["values"],
            kind=said["kind"],
            at_ms=said["at_ms"],
            expected_version=said["version"],
            now=timezone.now(),
        )
    except DraftChangedElsewhere as refusal:
        return JsonResponse(draft_document(refusal.draft), status=refusal.status)
    except DraftIsSaved as refusal:
        return JsonResponse({"note": refusal.note and _note_document(refusal.note)}, status=409)
    except InvalidValue as refusal:
        return JsonResponse({"detail": str(refusal.detail)}, status=422)
    except NotFound:
        raise
    except DomainError as refusal:
        return JsonResponse({"detail": str(refusal.detail)}, status=422)
    return JsonResponse({"version": kept.version})


def _viewing(seat: Seat, key: str) -> Viewing:
    viewing = seat.first if key in OF_FIRST_PASS else seat.second
    if viewing is None:
        raise NotFound
    return viewing


def _said(request: HttpRequest) -> dict[str, Any]:
    """The body: values by name, kind, at_ms and the version that was seen."""
    if len(request.body) > LARGEST_BODY:
        raise InvalidValue(field="values")
    try:
        data = json.loads(request.body)
    except ValueError:
        raise InvalidValue(field="values") from None
    if not isinstance(data, dict) or not isinstance(data.get("values"), dict):
        raise InvalidValue(field="values")
    kind, version, at_ms = data.get("kind") or "", data.get("version", 0), data.get("at_ms")
    if kind and kind not in Note.Kind.values:
        raise InvalidValue(field="kind")
    if not _is_count(version) or not (at_ms is None or _is_count(at_ms)):
        raise InvalidValue(field="version")
    return {"values": data["values"], "kind": kind, "version": version, "at_ms": at_ms}


def _seen_version(request: HttpRequest) -> int | None:
    text = request.GET.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**31


def _note_document(note: Note) -> dict[str, Any]:
    values = {name: getattr(note, name) for name in TEXTS if getattr(note, name)}
    if note.typed_share is not None:
        values["typed_share"] = str(note.typed_share)
    return {
        "id": note.pk,
        "kind": note.kind,
        "values": values,
        "at": int(note.updated_at.timestamp() * 1000),
    }
