"""Notes over REST. A change has to say which version it is made from."""

from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from apps.accounts.api.requests import SignedInRequest
from apps.cohorts.selectors import learner_membership
from apps.core.api import etags
from apps.core.api.operations import Operation
from apps.core.api.pages import page_of_queryset
from apps.core.api.rendering import AnkiRenderer, MarkdownRenderer, NotebookRenderer
from apps.core.api.serializers import PageQuery, page_of
from apps.core.api.views import APIView, page_response
from apps.core.errors import InvalidValue, NotFound
from apps.notes import selectors, services
from apps.notes.api.documents import answer_json, fields_of, note_json
from apps.notes.api.narrowing import narrowing
from apps.notes.api.serializers import (
    AnswerAnswer,
    AnswerBody,
    ExportedNotesAnswer,
    ExportQuery,
    NoteAnswer,
    NoteBody,
    NoteChangeBody,
    NotesQuery,
)
from apps.notes.exporting import FORMATS, export_name, exported
from apps.notes.models import Answer, Note
from apps.progress.models import SECOND_PASS, Viewing
from apps.progress.selectors import own_viewing, placed_video, viewing_of


class NotesView(APIView):
    operations = {
        "GET": Operation(
            id="list_notes",
            summary="My notes",
            scope="notes:read",
            within=True,
            query=NotesQuery,
            answer=page_of(NoteAnswer),
        ),
        "POST": Operation(
            id="write_note",
            summary="Write a note",
            scope="notes:write",
            within=True,
            body=NoteBody,
            answer=NoteAnswer,
            status=201,
            idempotent=True,
            refusals=[InvalidValue, NotFound, services.NoNotesInFirstPass],
        ),
    }

    def get(self, request: SignedInRequest) -> Response:
        """Newest first; mine, or with `where=shared` what others share with me."""
        query = self.query
        found = selectors.my_notes
        if query["where"] == "shared":
            found = selectors.notes_shared_with
        notes = found(**narrowing(request.user, query))
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
            viewing=self._viewing(request), **fields_of(self.body, now=timezone.now())
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
        "GET": Operation(
            id="read_note", summary="A note", scope="notes:read", within=True, answer=NoteAnswer
        ),
        "PATCH": Operation(
            id="change_note",
            summary="Change a note",
            scope="notes:write",
            within=True,
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
            within=True,
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
        services.change_note(
            note=note,
            expected_version=etags.expected_version(request),
            **fields_of(self.body, now=timezone.now()),
        )
        # As it is read, with its answers counted.
        return note_response(selectors.own_note(user=request.user, note_id=note_id))

    def delete(self, request: SignedInRequest, note_id: str) -> Response:
        """For good; the pass stays completed. `If-Match` is required."""
        note = selectors.own_note(user=request.user, note_id=note_id)
        expected = etags.expected_version(request)
        services.delete_note(note=note, expected_version=expected, now=timezone.now())
        return Response(status=204)


class ExportView(APIView):
    renderer_classes = [JSONRenderer, MarkdownRenderer, NotebookRenderer, AnkiRenderer]
    operations = {
        "GET": Operation(
            id="export_notes",
            summary="My notes as a file",
            scope="notes:read",
            within=True,
            query=ExportQuery,
            answer=ExportedNotesAnswer,
            also={
                (200, MarkdownRenderer.media_type): OpenApiTypes.STR,
                (200, NotebookRenderer.media_type): OpenApiTypes.OBJECT,
                (200, AnkiRenderer.media_type): OpenApiTypes.BINARY,
            },
        )
    }

    def get(self, request: SignedInRequest) -> HttpResponseBase:
        """In the order of the videos, each note with the link to its moment and its answers; `format` chooses the
        file, whatever `Accept` says."""
        kind = FORMATS[self.query["format"]]
        now = timezone.now()
        notes = selectors.my_notes(**narrowing(request.user, self.query))
        response = StreamingHttpResponse(
            exported(notes, kind, now=now), content_type=kind.content_type
        )
        name = export_name(kind, now=now, zone=request.user.zone)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class AnswersView(APIView):
    operations = {
        "GET": Operation(
            id="list_answers",
            summary="The answers to a question",
            scope="notes:read",
            within=True,
            query=PageQuery,
            answer=page_of(AnswerAnswer),
        ),
        "POST": Operation(
            id="write_answer",
            summary="Answer a question",
            scope="notes:write",
            within=True,
            body=AnswerBody,
            answer=AnswerAnswer,
            status=201,
            idempotent=True,
            refusals=[InvalidValue, services.NotAQuestion, services.OwnQuestion],
        ),
    }

    def get(self, request: SignedInRequest, note_id: str) -> Response:
        """The first one first; whoever may read the note reads them."""
        note = selectors.readable_note(user=request.user, note_id=note_id)
        page = page_of_queryset(
            request,
            selectors.answers_to(note=note),
            ordering=("created_at", "id"),
            cursor=self.query.get("cursor"),
            page_size=self.query["page_size"],
        )
        return page_response(page, [answer_json(answer) for answer in page.rows])

    def post(self, request: SignedInRequest, note_id: str) -> Response:
        """By an instructor or a learner of the asker's cohort that the question is shared with."""
        answer = services.write_answer(
            user=request.user, note_id=note_id, body=self.body["body"], now=timezone.now()
        )
        address = reverse("api:answer-detail", kwargs={"note_id": note_id, "answer_id": answer.pk})
        return answer_response(answer, status=201, headers={"Location": address})


class AnswerView(APIView):
    operations = {
        "PATCH": Operation(
            id="change_answer",
            summary="Change my answer",
            scope="notes:write",
            within=True,
            body=AnswerBody,
            answer=AnswerAnswer,
            if_match=True,
            refusals=[InvalidValue, services.AnswerChangedElsewhere],
        ),
        "DELETE": Operation(
            id="delete_answer",
            summary="Delete my answer",
            scope="notes:write",
            within=True,
            status=204,
            if_match=True,
            refusals=[services.AnswerChangedElsewhere],
        ),
    }

    def patch(self, request: SignedInRequest, note_id: str, answer_id: str) -> Response:
        """In other words; `If-Match` with the answer's ETag is required."""
        answer = selectors.own_answer(user=request.user, note_id=note_id, answer_id=answer_id)
        changed = services.change_answer(
            answer=answer,
            body=self.body["body"],
            expected_version=etags.expected_version(request),
            now=timezone.now(),
        )
        return answer_response(changed)

    def delete(self, request: SignedInRequest, note_id: str, answer_id: str) -> Response:
        """For good. `If-Match` is required."""
        answer = selectors.own_answer(user=request.user, note_id=note_id, answer_id=answer_id)
        services.delete_answer(answer=answer, expected_version=etags.expected_version(request))
        return Response(status=204)


def answer_response(answer: Answer, *, status: int = 200, **kwargs: Any) -> Response:
    """The answer with its version as the ETag."""
    headers = {"ETag": etags.version_etag(answer.version), **kwargs.get("headers", {})}
    return Response(answer_json(answer), status=status, headers=headers)


def note_response(note: Note, *, status: int = 200, **kwargs: Any) -> Response:
    """The note with its version as the ETag."""
    headers = {"ETag": etags.version_etag(note.version), **kwargs.get("headers", {})}
    return Response(note_json(note), status=status, headers=headers)
