"""A GET that is asked again and again by programs: what is in order is answered before all that pages need.

Sign-in, limit, scope and ETags are those of every door. Whatever is not plain, or whose bytes are not at hand,
goes the ordinary way.
"""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from apps.core.api import etags
from apps.core.api.limits import limit, write_allowance
from apps.core.api.quick import ANY_ACCEPT, NOTHING
from apps.core.api.views import VARY, APIView
from apps.core.errors import DomainError


class QuickReadView(APIView):
    """Its GET without parameters is answered with the bytes that `read_at_once` has."""

    def read_at_once(self, request: Request) -> bytes | None:
        """The JSON that the ordinary way would answer; None where that way has to be gone."""
        raise NotImplementedError

    def at_once(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse | None:
        """The answer to a request with a token that is in order; else None."""
        if not _is_plain(request):
            return None
        self.request = asked = Request(request, authenticators=self.get_authenticators())
        try:
            limit(asked)
            self.check_permissions(asked)
            content = self.read_at_once(asked)
        except (APIException, DomainError, PermissionDenied):
            return None
        if content is None:
            return None
        return self._answer(request, content)

    def _answer(self, request: HttpRequest, content: bytes) -> HttpResponse:
        whole = HttpResponse(content, content_type="application/json")
        patch_vary_headers(whole, VARY)
        whole.headers["Cache-Control"] = "private, no-cache"
        whole.headers["Allow"] = ", ".join(self.allowed_methods)
        response = etags.conditional(request, whole) or whole
        write_allowance(request, response)
        response.headers["Content-Security-Policy"] = NOTHING
        if response.status_code == 200:
            response.headers["Content-Length"] = str(len(content))
        return response


def _is_plain(request: HttpRequest) -> bool:
    meta = request.META
    return (
        request.method == "GET"
        and not meta.get("QUERY_STRING")
        and meta.get("CONTENT_LENGTH", "") in {"", "0"}
        and "HTTP_TRANSFER_ENCODING" not in meta
        and meta.get("HTTP_ACCEPT", "") in ANY_ACCEPT
    )
