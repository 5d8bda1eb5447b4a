"""A cohort's learners and figures over REST, for those who read them."""

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from apps.accounts.api.requests import SignedInRequest
from apps.cohorts.models import Event
from apps.cohorts.selectors import reading_membership
from apps.cohorts.services import record
from apps.core.api.operations import Operation
from apps.core.api.pages import page_of_rows
from apps.core.api.rendering import CSVRenderer, NDJSONRenderer
from apps.core.api.serializers import page_of
from apps.core.api.views import APIView, page_response
from apps.core.errors import RoleRequired
from apps.dashboards.api.row_documents import RowDocuments
from apps.dashboards.api.serializers import (
    CohortProgressQuery,
    CohortSummaryAnswer,
    ProgressRowAnswer,
    summary_json,
)
from apps.dashboards.api.streams import stream
from apps.dashboards.board import ORDERS
from apps.dashboards.changes import listed_rows
from apps.dashboards.selectors import cohort_board


class CohortProgressView(APIView):
    renderer_classes = [JSONRenderer, NDJSONRenderer, CSVRenderer]
    operations = {
        "GET": Operation(
            id="list_cohort_progress",
            summary="The progress of a cohort's learners",
            scope="progress:read",
            query=CohortProgressQuery,
            answer=page_of(ProgressRowAnswer),
            refusals=[RoleRequired],
            also={
                (200, NDJSONRenderer.media_type): OpenApiTypes.STR,
                (200, CSVRenderer.media_type): OpenApiTypes.STR,
            },
        )
    }

    def get(self, request: SignedInRequest, cohort: str) -> HttpResponseBase:
        """For instructors and observers; one row a learner. The texts of learners are in none.

        With `Accept: application/x-ndjson` or `text/csv` the whole list in one answer, without
        pages; the rows of CSV are without videos.
        """
        now = timezone.now()
        reader = reading_membership(user=request.user, cohort_slug=cohort)
        order = self.query["ordering"]
        rows = listed_rows(
            cohort=reader.cohort,
            now=now,
            status=self.query.get("status", ""),
            query=self.query.get("q", ""),
            order=order,
            updated_since=self.query.get("updated_since"),
        )
        with_videos = self.query.get("include") == "videos"
        documents = RowDocuments(reader, request, now, with_videos=with_videos)
        chosen = request.accepted_renderer.format
        if chosen != JSONRenderer.format:
            kind = Event.Kind.SAVED_LIST
            record(cohort=reader.cohort, kind=kind, actor=reader.user, now=now, count=len(rows))
            whole = documents.in_parts(rows)
            return stream(whole, kind=chosen, name=f"{reader.cohort.slug}-progress")
        page = page_of_rows(
            request,
            rows,
            ordering=order,
            key=ORDERS[order],
            cursor=self.query.get("cursor"),
            page_size=self.query["page_size"],
        )
        return page_response(page, documents.written(page.rows))


class CohortSummaryView(APIView):
    operations = {
        "GET": Operation(
            id="read_cohort_summary",
            summary="A cohort in figures",
            scope="progress:read",
            answer=CohortSummaryAnswer,
            refusals=[RoleRequired],
        )
    }

    def get(self, request: SignedInRequest, cohort: str) -> Response:
        """For instructors and observers; what the dashboard says, counted as of `as_of`."""
        reader = reading_membership(user=request.user, cohort_slug=cohort)
        board = cohort_board(cohort=reader.cohort, now=timezone.now())
        return Response(CohortSummaryAnswer(summary_json(board)).data)
