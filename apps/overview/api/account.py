"""Everything of mine as one file, and the end of my account."""

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from apps.accounts.api.requests import SignedInRequest
from apps.accounts.tokens import DEFAULT_SCOPES, WrongCredentials
from apps.accounts.tokens_tries import TriesNotCounted
from apps.core.api.errors import ScopeMissing, TooManyTries
from apps.core.api.operations import ANY_WRITE, Operation
from apps.core.api.serializers import StrictSerializer
from apps.core.api.views import APIView
from apps.overview.archive import archive_name, archive_of
from apps.overview.deletion import StillNeeded, check_password, delete_account

MEDIA_TYPE = "application/zip"


class ZipRenderer(JSONRenderer):
    """Chosen by who asks for the file; problems are JSON all the same."""

    media_type = MEDIA_TYPE


class DeletionBody(StrictSerializer):
    """The password once more, whichever way one is signed in."""

    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class ArchiveView(APIView):
    renderer_classes = [JSONRenderer, ZipRenderer]
    operations = {
        "GET": Operation(
            id="export_me",
            summary="Everything of mine, as one file",
            scope="notes:read",
            also={(200, MEDIA_TYPE): OpenApiTypes.BINARY},
        )
    }

    def get(self, request: SignedInRequest) -> FileResponse:
        """A ZIP file: JSON of each table, and my notes as Markdown. The token needs every scope that reads."""
        if request.auth is not None:
            for scope in DEFAULT_SCOPES:
                if scope not in request.auth.scopes:
                    raise ScopeMissing(scope)
        now = timezone.now()
        name = archive_name(user=request.user, now=now)
        return FileResponse(
            archive_of(user=request.user, now=now),
            as_attachment=True,
            filename=name,
            content_type=MEDIA_TYPE,
        )


class DeletionView(APIView):
    operations = {
        "POST": Operation(
            id="delete_me",
            summary="Delete my account",
            scope=ANY_WRITE,
            body=DeletionBody,
            status=204,
            refusals=[WrongCredentials, StillNeeded, TooManyTries, TriesNotCounted],
        )
    }

    def post(self, request: SignedInRequest) -> Response:
        """At once and for good, with all that hangs on it; the access token ends with it. As on the page
        `/settings/account/`, which says what goes and what stays."""
        now = timezone.now()
        check_password(
            user=request.user,
            password=self.body["password"],
            address=BaseThrottle().get_ident(request),
            now=now,
        )
        delete_account(user=request.user, now=now)
        return Response(status=204)
