"""Finishing a pass and writing its scaffold: both move the rewatch, so they span apps."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from apps.accounts.api.requests import SignedInRequest
from apps.core.api.operations import Operation
from apps.core.api.serializers import Answer, StrictSerializer
from apps.core.api.views import APIView
from apps.core.errors import InvalidValue
from apps.overview.api.documents import rewatch_json
from apps.overview.api.serializers import VideoRewatchAnswer
from apps.progress.api.documents import viewing_json
from apps.progress.api.serializers import ViewingAnswer
from apps.progress.models import Rating, Viewing
from apps.progress.selectors import own_viewing
from apps.progress.services import (
    MAX_CONCEPT_LENGTH,
    MAX_CONCEPTS,
    MAX_TEXT_LENGTH,
    CoverageMissing,
    FirstPassFirst,
    NoteMissing,
)
from apps.reminders.models import Rewatch
from apps.reminders.selectors import rewatch_state
from apps.reminders.services import finish_pass, write_scaffold
from apps.reminders.slots import local_date


class CompletionBody(StrictSerializer):
    """Nothing, or that it was watched somewhere else."""

    self_reported = serializers.BooleanField(default=False)


class ScaffoldBody(StrictSerializer):
    """The scaffold and the self-rating."""

    concepts = serializers.ListField(
        child=serializers.CharField(max_length=MAX_CONCEPT_LENGTH),
        min_length=1,
        max_length=MAX_CONCEPTS,
    )
    links = serializers.CharField(
        allow_blank=True, default="", max_length=MAX_TEXT_LENGTH, help_text="How they connect."
    )
    rating = serializers.ChoiceField(choices=Rating.values)


class PassAnswer(Answer):
    """The pass, and the rewatch that it made, moved or kept."""

    viewing = ViewingAnswer()
    rewatch = VideoRewatchAnswer(allow_null=True)


def pass_json(
    viewing: Viewing, rewatch: Rewatch | None, request: SignedInRequest
) -> dict[str, Any]:
    today = local_date(timezone.now(), request.user.zone)
    state = rewatch_state(rewatch, today) if rewatch else ""
    return {
        "viewing": viewing_json(viewing, reader=request.user),
        "rewatch": rewatch_json(rewatch, state),
    }


class CompletionView(APIView):
    operations = {
        "POST": Operation(
            id="complete_viewing",
            summary="Complete a pass",
            scope="progress:write",
            within=True,
            body=CompletionBody,
            answer=PassAnswer,
            refusals=[CoverageMissing, NoteMissing],
        )
    }

    def post(self, request: SignedInRequest, viewing_id: str) -> Response:
        """Twice is once. The 409 says in `missing` what there is still to do: `coverage`, `note`."""
        viewing = own_viewing(user=request.user, viewing_id=viewing_id)
        finished = finish_pass(
            viewing=viewing, now=timezone.now(), self_reported=self.body["self_reported"]
        )
        return Response(pass_json(finished.viewing, finished.rewatch, request))


class ScaffoldView(APIView):
    operations = {
        "PUT": Operation(
            id="write_scaffold",
            summary="Write the scaffold of a first pass",
            scope="progress:write",
            within=True,
            body=ScaffoldBody,
            answer=PassAnswer,
            refusals=[InvalidValue, FirstPassFirst],
        )
    }

    def put(self, request: SignedInRequest, viewing_id: str) -> Response:
        """Private, like notes. The rating moves the rewatch while nobody was reminded of it."""
        viewing = own_viewing(user=request.user, viewing_id=viewing_id)
        rewatch = write_scaffold(viewing=viewing, now=timezone.now(), **self.body)
        written = own_viewing(user=request.user, viewing_id=viewing_id)
        return Response(pass_json(written, rewatch, request))
