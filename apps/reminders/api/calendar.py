"""My due rewatches as a calendar feed, for whoever has the secret address."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from apps.core.api.etags import conditional
from apps.core.api.operations import Operation
from apps.core.api.views import APIView
from apps.core.errors import NotFound
from apps.reminders.calendars import calendar_file, owner_of

MEDIA_TYPE = "text/calendar"


class WhateverIsAccepted(BaseContentNegotiation):
    """Calendar programs ask for all sorts of types, and there is only this one."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class CalendarView(APIView):
    renderer_classes = [JSONRenderer]  # of problems
    content_negotiation_class = WhateverIsAccepted
    operations = {
        "GET": Operation(
            id="read_calendar",
            summary="My rewatches as a calendar feed",
            public=True,
            also={(200, MEDIA_TYPE): OpenApiTypes.STR},
            refusals=[NotFound],
        )
    }

    def get(self, request: Request, secret: str) -> HttpResponse:
        """iCalendar: each open rewatch on its day at the learner's hour, as long as it will take; what is overdue
        stands today. The address is a secret of its owner, who can renew it on the settings page of reminders."""
        wake = owner_of(secret)
        if wake is None:
            raise NotFound
        content = calendar_file(wake=wake, now=timezone.now())
        response = HttpResponse(content, content_type=f"{MEDIA_TYPE}; charset=utf-8")
        response.headers["Content-Disposition"] = 'inline; filename="second-pass.ics"'
        response.headers["Content-Language"] = wake.user.language
        response.headers["X-Robots-Tag"] = "noindex"
        return conditional(request._request, response) or response
