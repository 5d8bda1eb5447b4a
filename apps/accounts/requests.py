"""A request whose sender is certainly signed in (behind `login_required`), and whose page it is."""

from django.http import HttpRequest
from rest_framework.request import Request

from apps.accounts.models import User
from apps.core.requests import SiteRequest


class AuthenticatedRequest(SiteRequest):
    user: User


def is_of_another_person(request: HttpRequest | Request) -> bool:
    """Whether a page of somebody else sent this, who signed in meanwhile in the same browser.

    A page that reports in the background says in `X-Reader` whose page it is.
    """
    reader = request.headers.get("X-Reader", "")
    return bool(reader) and reader != str(request.user.pk)
