"""REST doors about the person who asks."""

from typing import Any, cast

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.requests import SignedInRequest
from apps.accounts.models import User
from apps.core.api.operations import ANY, ANY_WRITE, Operation
from apps.core.api.pages import page_of_queryset
from apps.core.api.quick_read import QuickReadView
from apps.core.api.serializers import PageQuery, page_of
from apps.core.api.views import APIView, page_response
from apps.core.errors import InvalidValue
from apps.overview.api.documents import progress_json
from apps.overview.api.kept import first_page
from apps.overview.api.serializers import MeAnswer, MeBody, ProgressAnswer
from apps.overview.selectors import learning_of, progress_documents
from apps.overview.services import change_profile


class MeView(APIView):
    operations = {
        "GET": Operation(id="read_me", summary="Who I am", scope=ANY, within=True, answer=MeAnswer),
        "PATCH": Operation(
            id="change_me",
            summary="Change my name, language or time zone",
            scope=ANY_WRITE,
            body=MeBody,
            partial=True,
            answer=MeAnswer,
            refusals=[InvalidValue],
        ),
    }

    def get(self, request: SignedInRequest) -> Response:
        """Name, e-mail, language and time zone."""
        return Response(me_json(request.user))

    def patch(self, request: SignedInRequest) -> Response:
        """Another time zone moves the next reminder to the same hour over there."""
        user = change_profile(user=request.user, now=timezone.now(), **self.body)
        return Response(me_json(user))


def me_json(user: User) -> dict[str, Any]:
    return {
        "id": str(user.pk),
        "email": user.email,
        "name": user.display_name,
        "language": user.language,
        "time_zone": user.time_zone,
    }


class MyProgressView(QuickReadView):
    operations = {
        "GET": Operation(
            id="list_my_progress",
            summary="My progress, one document for each of my cohorts",
            scope="progress:read",
            within=True,
            query=PageQuery,
            answer=page_of(ProgressAnswer),
        )
    }

    def read_at_once(self, request: Request) -> bytes | None:
        """The first page of who has no second one, from documents that are kept while nothing changes."""
        user = cast("User", request.user)
        if getattr(user, "limited_to", ""):
            return None
        return first_page(user=user, request=request, now=timezone.now())

    def get(self, request: SignedInRequest) -> Response:
        """Only cohorts in which the person learns; the latest joined comes first."""
        page = page_of_queryset(
            request,
            learning_of(user=request.user),
            ordering=("-joined_at", "-id"),
            cursor=self.query.get("cursor"),
            page_size=self.query["page_size"],
        )
        documents = progress_documents(memberships=page.rows, now=timezone.now())
        return page_response(page, [progress_json(each, request) for each in documents])
