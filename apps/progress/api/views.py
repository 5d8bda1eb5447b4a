"""Opening a pass, reading it, and reporting what is played. Finishing is `overview`'s door."""

from typing import Any

from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated
from rest_framework.response import Response

from apps.accounts.api.requests import SignedInRequest
from apps.accounts.requests import is_of_another_person
from apps.cohorts.selectors import learner_membership
from apps.core.api.operations import Operation
from apps.core.api.quick import QuickView
from apps.core.api.views import APIView
from apps.core.errors import InvalidValue, NotFound, RoleRequired
from apps.progress import selectors, services
from apps.progress.api.documents import heartbeat_json, viewing_json
from apps.progress.api.serializers import (
    HeartbeatAnswer,
    HeartbeatBody,
    RecallBody,
    ViewingAnswer,
    ViewingBody,
)
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import report_heartbeat


class ViewingsView(APIView):
    operations = {
        "POST": Operation(
            id="open_viewing",
            summary="Open a pass, or return it where it was opened before",
            scope="progress:write",
            within=True,
            body=ViewingBody,
            answer=ViewingAnswer,
            status=201,
            also={(200, "application/json"): ViewingAnswer},
            refusals=[
                NotFound,
                RoleRequired,
                services.EarlierVideoFirst,
                services.RewatchesFirst,
                services.NightFirst,
                services.FirstPassFirst,
                services.CohortClosed,
            ],
        )
    }

    def post(self, request: SignedInRequest) -> Response:
        """201 when it is new, 200 when it was there."""
        now = timezone.now()
        membership = learner_membership(user=request.user, cohort_slug=self.body["cohort"])
        placement = selectors.placed_video(membership=membership, video_slug=self.body["video"])
        viewing = services.open_viewing(
            membership=membership,
            video=placement.video,
            number=self.body["number"],
            override=self.body["override"],
            now=now,
        )
        viewing.membership, viewing.video = membership, placement.video
        status = 201 if viewing.opened_at == now else 200
        return Response(viewing_json(viewing, reader=request.user), status=status)


class ViewingView(APIView):
    operations = {
        "GET": Operation(
            id="read_viewing",
            summary="A pass",
            scope="progress:read",
            within=True,
            answer=ViewingAnswer,
        )
    }

    def get(self, request: SignedInRequest, viewing_id: str) -> Response:
        """For its learner, and for the instructors and observers of the cohort."""
        viewing = selectors.readable_viewing(user=request.user, viewing_id=viewing_id)
        return Response(viewing_json(viewing, reader=request.user))


class HeartbeatsView(QuickView):
    operations = {
        "POST": Operation(
            id="record_heartbeat",
            summary="Report what was played",
            scope="progress:write",
            within=True,
            body=HeartbeatBody,
            answer=HeartbeatAnswer,
            status=202,
            refusals=[InvalidValue],
        )
    }

    def read_body(self, document: Any) -> dict[str, Any]:
        return {"beat": Heartbeat.parse(document)}

    def post(self, request: SignedInRequest, viewing_id: str) -> Response:
        """A client and sequence count once, in any order. Coverage grows at most twice as fast as
        time passes since the viewing was opened; `refused` says what was not counted."""
        if is_of_another_person(request):
            raise NotAuthenticated
        answer = report_heartbeat(
            user=request.user, viewing_id=viewing_id, beat=self.body["beat"], now=timezone.now()
        )
        return Response(heartbeat_json(answer), status=202)


class RecallView(APIView):
    operations = {
        "PUT": Operation(
            id="write_recall",
            summary="Keep what is remembered before the second pass",
            scope="progress:write",
            within=True,
            body=RecallBody,
            answer=ViewingAnswer,
            refusals=[InvalidValue, services.FirstPassFirst],
        )
    }

    def put(self, request: SignedInRequest, viewing_id: str) -> Response:
        """Private, like notes."""
        viewing = selectors.own_viewing(user=request.user, viewing_id=viewing_id)
        written = services.write_recall(viewing=viewing, text=self.body["text"], now=timezone.now())
        return Response(viewing_json(written, reader=request.user))
