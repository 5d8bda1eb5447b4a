"""Reading curricula, and making one from a document."""

from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.operations import Operation
from apps.core.api.serializers import PageQuery, page_of
from apps.core.api.views import APIView
from apps.core.errors import InvalidValue, NotFound
from apps.curriculum.api.parsing import JSONDocumentParser, YAMLDocumentParser
from apps.curriculum.api.serializers import (
    CurriculumAnswer,
    CurriculumDocumentBody,
    CurriculumRowAnswer,
    ImportedCurriculumAnswer,
)
from apps.curriculum.document import DocumentRefused
from apps.curriculum.selectors import current_revision, current_revisions, revision_outline
from apps.curriculum.services import EditingNotAllowed, check_may_edit, import_curriculum


class CurriculaView(APIView):
    operations = {
        "GET": Operation(
            id="list_curricula",
            summary="All curricula",
            scope="curricula:read",
            within=True,
            query=PageQuery,
            answer=page_of(CurriculumRowAnswer),
        )
    }

    def get(self, request: Request) -> Response:
        """The newest revision of each, by name."""
        rows = current_revisions().annotate(
            video_count=Count("placements"),
            once_seconds=Sum("placements__video__duration_seconds", default=0),
        )
        return self.page(rows, ordering=("curriculum__slug",), answer=CurriculumRowAnswer)


class CurriculumView(APIView):
    parser_classes = [JSONDocumentParser, YAMLDocumentParser]
    operations = {
        "GET": Operation(
            id="read_curriculum",
            summary="A curriculum, whole",
            scope="curricula:read",
            within=True,
            answer=CurriculumAnswer,
            refusals=[NotFound],
        ),
        "PUT": Operation(
            id="import_curriculum",
            summary="Make or change a curriculum from a document",
            scope="curricula:write",
            body=CurriculumDocumentBody,
            answer=ImportedCurriculumAnswer,
            refusals=[EditingNotAllowed, DocumentRefused],
            also={(201, "application/json"): ImportedCurriculumAnswer},
        ),
    }

    def check_permissions(self, request: Request) -> None:
        """Who may not edit learns so before anything of the document is read."""
        super().check_permissions(request)
        if request.method == "PUT":
            check_may_edit(user=request.user)

    def get(self, request: Request, curriculum: str) -> Response:
        """Phases, videos and outcomes of the newest revision."""
        return Response(CurriculumAnswer(_outline(curriculum)).data)

    def put(self, request: Request, curriculum: str) -> Response:
        """Needs the right to edit curricula. Every fault of the document comes with its line.

        A document that says nothing new changes nothing; otherwise a new revision is made, which
        new cohorts get; those that run keep theirs. 201 where the curriculum is new.
        """
        document = self.body["document"]
        if document.slug != curriculum:
            raise InvalidValue(
                _("The document's slug is not the one in the address."), field="slug"
            )
        imported = import_curriculum(document=document, now=timezone.now(), by=request.user)
        answer: dict[str, Any] = {
            "is_new_revision": imported.is_new_revision,
            "differences": [str(each) for each in imported.differences],
            "curriculum": _outline(curriculum),
        }
        status = 201 if imported.is_new_curriculum else 200
        return Response(ImportedCurriculumAnswer(answer).data, status=status)


def _outline(slug: str) -> Any:
    return revision_outline(revision_id=current_revision(slug=slug).pk)
