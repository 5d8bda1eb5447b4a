"""A cohort's learners and figures over REST, for those who read them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.requests import SignedInRequest
from apps.cohorts.access import is_instructor
from apps.cohorts.models import Event, Membership
from apps.cohorts.selectors import reading_membership
from apps.cohorts.services import record
from apps.core.api.operations import Operation
from apps.core.api.pages import page_of_rows
from apps.core.api.rendering import CSVRenderer, NDJSONRenderer
from apps.core.api.serializers import page_of
from apps.core.api.views import APIView, page_response
from apps.core.errors import RoleRequired
from apps.dashboards.api.serializers import (
    CohortProgressQuery,
    CohortSummaryAnswer,
    ProgressRowAnswer,
    summary_json,
)
from apps.dashboards.api.streams import stream
from apps.dashboards.board import ORDERS
from apps.dashboards.changes import listed_rows
from apps.dashboards.rows import LearnerRow
from apps.dashboards.selectors import cohort_board
from apps.overview.api.documents import progress_json, progress_row_json
from apps.overview.documents import ProgressDocument
from apps.overview.selectors import progress_documents

# So many learners are read at a time while a whole cohort is streamed.
STREAMED_AT_ONCE = 200


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
        write = progress_json if self.query.get("include") == "videos" else progress_row_json
        chosen = request.accepted_renderer.format
        if chosen != JSONRenderer.format:
            kind = Event.Kind.SAVED_LIST
            record(cohort=reader.cohort, kind=kind, actor=reader.user, now=now, count=len(rows))
            whole = _in_parts(rows, write, request, now, reader)
            return stream(whole, kind=chosen, name=f"{reader.cohort.slug}-progress")
        page = page_of_rows(
            request,
            rows,
            ordering=order,
            key=ORDERS[order],
            cursor=self.query.get("cursor"),
            page_size=self.query["page_size"],
        )
        return page_response(page, _written(page.rows, write, request, now, reader))


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


Write = Callable[[ProgressDocument, Request], dict[str, Any]]


def _in_parts(
    rows: Sequence[LearnerRow], write: Write, request: Request, now: datetime, reader: Membership
) -> Iterator[dict[str, Any]]:
    for start in range(0, len(rows), STREAMED_AT_ONCE):
        yield from _written(rows[start : start + STREAMED_AT_ONCE], write, request, now, reader)


def _written(
    rows: Sequence[LearnerRow], write: Write, request: Request, now: datetime, reader: Membership
) -> list[dict[str, Any]]:
    members = _members(rows)
    documents = progress_documents(memberships=members, now=now)
    return [
        write(document, request) | _said_of(row, member, reader)
        for row, member, document in zip(rows, members, documents, strict=True)
    ]


def _members(rows: Sequence[LearnerRow]) -> list[Membership]:
    """The memberships of these rows, in their order, with all that documents need."""
    found = Membership.objects.select_related("cohort__revision__curriculum", "user").in_bulk(
        [row.membership_id for row in rows]
    )
    return [found[row.membership_id] for row in rows]


def _said_of(row: LearnerRow, member: Membership, reader: Membership) -> dict[str, Any]:
    has_left = member.ended_at is not None
    return {
        "external_id": member.external_id if is_instructor(reader) else "",
        "status": None if has_left else row.status.value,
        "reasons": [] if has_left else [reason.code.value for reason in row.attention.reasons],
        "last_active_at": row.last_active_at,
        "joined_at": member.joined_at,
        "ended_at": member.ended_at,
    }
