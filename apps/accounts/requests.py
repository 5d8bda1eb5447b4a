"""A request whose sender is certainly signed in (behind `login_required`), and whose page it is."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from apps.accounts.models import User
from apps.core.requests import SiteRequest

Params = ParamSpec("Params")


class AuthenticatedRequest(SiteRequest):
    user: User


def is_of_another_person(request: HttpRequest | Request) -> bool:
    """Whether a page of somebody else sent this, who signed in meanwhile in the same browser.

    A page that reports in the background says in `X-Reader` whose page it is.
    """
    reader = request.headers.get("X-Reader", "")
    return bool(reader) and reader != str(request.user.pk)


def for_its_reader(
    view: Callable[Concatenate[AuthenticatedRequest, Params], HttpResponse],
) -> Callable[Concatenate[AuthenticatedRequest, Params], HttpResponse]:
    """A view that answers 401 to a page of somebody else, and takes and gives nothing."""

    @wraps(view)
    def guarded(
        request: AuthenticatedRequest, /, *args: Params.args, **kwargs: Params.kwargs
    ) -> HttpResponse:
        if is_of_another_person(request):
            return HttpResponse(status=401)
        return view(request, *args, **kwargs)

    return guarded
