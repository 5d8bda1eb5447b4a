"""Notes over REST. A change has to say which version it is made from."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from apps.accounts.api.requests import SignedInRequest
from apps.cohorts.selectors import learner_membership
from apps.core.api import etags
from apps.core.api.operations import Operation
from apps.core.api.pages import page_of_queryset
from apps.core.api.serializers import page_of
from apps.core.api.views import APIView, page_response
from apps.core.errors import InvalidValue, NotFound
from apps.notes import selectors, services
from apps.notes.api.documents import fields_of, note_json
from apps.notes.api.serializers import NoteAnswer, NoteBody, NoteChangeBody, NotesQuery
from apps.notes.models import Note
from apps.progress.models import SECOND_PASS, Viewing
from apps.progress.selectors import own_viewing, placed_video, viewing_of


class NotesView(APIView):
    operations = {
        "GET": Operation(
            id="list_notes",
            summary="My notes",
            scope="notes:read",
            query=NotesQuery,
            answer=page_of(NoteAnswer),
        ),
        "POST": Operation(
            id="write_note",
            summary="Write a note",
            scope="notes:write",
            body=NoteBody,
            answer=NoteAnswer,
            status=201,
            idempotent=True,
            refusals=[InvalidValue, NotFound, services.NoNotesInFirstPass],
        ),
    }

    def get(self, request: SignedInRequest) -> Response:
        """Newest first. What others share is read by its address."""
        query = self.query
        notes = selectors.my_notes(
            user=request.user,
            cohort_slug=query.get("cohort"),
            video_slug=query.get("video"),
            kind=query.get("kind"),
            q=query.get("q"),
            updated_since=query.get("updated_since"),
        )
        page = page_of_queryset(
            request,
            notes,
            ordering=("-created_at", "-id"),
            cursor=query.get("cursor"),
            page_size=query["page_size"],
        )
        return page_response(page, [note_json(note) for note in page.rows])

    def post(self, request: SignedInRequest) -> Response:
        """In a second or extra pass that was opened before."""
        note = services.write_note(
            viewing=self._viewing(request), now=timezone.now(), **fields_of(self.body)
        )
        address = reverse("api:note-detail", kwargs={"note_id": note.pk})
        return note_response(note, status=201, headers={"Location": address})

    def _viewing(self, request: SignedInRequest) -> Viewing:
        body = self.body
        named = {name for name in ("viewing", "cohort", "video") if name in body}
        if named == {"viewing"}:
            return own_viewing(user=request.user, viewing_id=body["viewing"])
        if named != {"cohort", "video"}:
            raise InvalidValue(_("Name a viewing, or a cohort and a video."), field="viewing")
        membership = learner_membership(user=request.user, cohort_slug=body["cohort"])
        video = placed_video(membership=membership, video_slug=body["video"]).video
        viewing = viewing_of(membership=membership, video_id=video.pk, number=SECOND_PASS)
        if viewing is None:
            raise NotFound(_("Open the second pass of this video first."))
        viewing.membership, viewing.video = membership, video
        return viewing


class NoteView(APIView):
    operations = {
        "GET": Operation(id="read_note", summary="A note", scope="notes:read", answer=NoteAnswer),
        "PATCH": Operation(
            id="change_note",
            summary="Change a note",
            scope="notes:write",
            body=NoteChangeBody,
            partial=True,
            answer=NoteAnswer,
            if_match=True,
            refusals=[InvalidValue, services.NoteChangedElsewhere],
        ),
        "DELETE": Operation(
            id="delete_note",
            summary="Delete a note",
            scope="notes:write",
            status=204,
            if_match=True,
            refusals=[services.NoteChangedElsewhere],
        ),
    }

    def get(self, request: SignedInRequest, note_id: str) -> Response:
        """One's own, or one that was shared with the person who asks."""
        return note_response(selectors.readable_note(user=request.user, note_id=note_id))

    def patch(self, request: SignedInRequest, note_id: str) -> Response:
        """Only what is given; `If-Match` with the note's ETag is required."""
        note = selectors.own_note(user=request.user, note_id=note_id)
        changed = services.change_note(
            note=note,
            expected_version=etags.expected_version(request),
            now=timezone.now(),
            **fields_of(self.body),
        )
        return note_response(changed)

    def delete(self, request: SignedInRequest, note_id: str) -> Response:
        """For good; the pass stays completed. `If-Match` is required."""
        note = selectors.own_note(user=request.user, note_id=note_id)
        expected = etags.expected_version(request)
        services.delete_note(note=note, expected_version=expected, now=timezone.now())
        return Response(status=204)


def note_response(note: Note, *, status: int = 200, **kwargs: Any) -> Response:
    """The note with its version as the ETag."""
    headers = {"ETag": etags.version_etag(note.version), **kwargs.get("headers", {})}
    return Response(note_json(note), status=status, headers=headers)
