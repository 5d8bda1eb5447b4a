"""Pages in the language and the time zone of the person who reads them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from apps.accounts.models import User


class PersonalLocaleMiddleware:
    """After sign-in the person's own language and zone win over the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language
        with timezone.override(user.zone):
            response = self.get_response(request)
        response.headers["Content-Language"] = user.language
        return response
