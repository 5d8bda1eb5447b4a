"""Refusals that a page did not expect, shown as pages of their own."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from apps.core.errors import DomainError, NotFound, RoleRequired


class DomainErrorMiddleware:
    """Turn NotFound into the 404 page and RoleRequired into the 403 page; views handle the rest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, DomainError):
            if isinstance(exception, RoleRequired):
                raise PermissionDenied(str(exception.detail)) from exception
            if isinstance(exception, NotFound):
                raise Http404(str(exception.detail)) from exception
