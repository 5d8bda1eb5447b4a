"""What every answer passes: refusals that a page did not expect, shown as pages; what a document may load."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from apps.core.api.quick import NOTHING
from apps.core.errors import DomainError, NotFound, RoleRequired

DATA_TYPES = ("application/json", "application/problem+json")


class DomainErrorMiddleware:
    """Turn NotFound into the 404 page and RoleRequired into the 403 page; views handle the rest.

    An address that takes only forms answers a browser's GET with a page, too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and request.method == "GET":
            # Signing in again in the middle of a form leads here by a GET: no blank page, a way on.
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, DomainError):
            if isinstance(exception, RoleRequired):
                raise PermissionDenied(str(exception.detail)) from exception
            if isinstance(exception, NotFound):
                raise Http404(str(exception.detail)) from exception


class ContentPolicyMiddleware(CSPMiddleware):
    """The site's Content-Security-Policy on pages; data, which is no page, may load and run nothing."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith(DATA_TYPES):
            response.headers.setdefault("Content-Security-Policy", NOTHING)
            return response
        return super().process_response(request, response)
