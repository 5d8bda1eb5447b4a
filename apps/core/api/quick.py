"""A door that everyone knocks at every few seconds: what is in order is answered without detours.

Sign-in, scope, the reading of JSON and the handler are those of every door. Left out is what a request in order
does not need: negotiation, serializers, rendering contexts. Whatever is not in order goes the ordinary way,
which says what is wrong with it.
"""

from io import BytesIO
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from apps.core.api.limits import limit, write_allowance
from apps.core.api.parsing import StrictJSONParser
from apps.core.api.views import VARY, APIView
from apps.core.errors import DomainError

LARGEST = 65_536
# Data, which is no page, may load and run nothing.
NOTHING = "default-src 'none'; frame-ancestors 'none'"
ANY_ACCEPT = frozenset({"", "*/*", "application/json"})


class QuickView(APIView):
    """Its POST takes a JSON document that `read_body` checks, and changes nothing before it refuses."""

    def read_body(self, document: Any) -> dict[str, Any]:
        """What `self.body` is to be, or a DomainError."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # What comes with a token was tried before it came here.
        if "HTTP_AUTHORIZATION" not in request.META:
            user = request.user
            answer = self.at_once(request, *args, **kwargs)
            if answer is not None:
                return answer
            # Whoever was refused is nobody by now; the ordinary way asks again.
            request.user = user
        return super().dispatch(request, *args, **kwargs)

    def at_once(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """The answer to a request that is in order; else None, and the request can be read again."""
        if not _is_plain(request):
            return None
        # Kept by Django, so that the ordinary way can read it again.
        body = request.body
        try:
            return self._answer(request, body, *args, **kwargs)
        except (APIException, DomainError, PermissionDenied):
            return None

    def _answer(self, request: HttpRequest, body: bytes, *args: Any, **kwargs: Any) -> HttpResponse:
        # The check of the CSRF token looks into the body for one, so it has to be able to read it.
        self.request = asked = Request(
            request, parsers=self.get_parsers(), authenticators=self.get_authenticators()
        )
        limit(asked)
        self.check_permissions(asked)
        self.body = self.read_body(StrictJSONParser().parse(BytesIO(body)))
        answer = self.post(asked, *args, **kwargs)  # type: ignore[attr-defined]  # every quick door has it
        response = HttpResponse(
            JSONRenderer().render(answer.data),
            status=answer.status_code,
            content_type="application/json",
        )
        patch_vary_headers(response, VARY)
        write_allowance(request, response)
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Allow"] = ", ".join(self.allowed_methods)
        response.headers["Content-Security-Policy"] = NOTHING
        response.headers["Content-Length"] = str(len(response.content))
        return response


def _is_plain(request: HttpRequest) -> bool:
    meta = request.META
    length = meta.get("CONTENT_LENGTH", "")
    return (
        request.method == "POST"
        and request.content_type == "application/json"
        and not meta.get("QUERY_STRING")
        and meta.get("HTTP_ACCEPT", "") in ANY_ACCEPT
        and length.isdecimal()
        and int(length) <= LARGEST
    )
