"""Where requests with a token leave the way of pages: they need no session, no messages, no language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from apps.core.api.quick import QuickView
from apps.core.api.quick_read import QuickReadView

DOORS: dict[str, type[QuickView] | type[QuickReadView]] = {"POST": QuickView, "GET": QuickReadView}


class QuickDoorMiddleware:
    """Answers what comes with a token at once, where a door has an answer at hand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _answer_of_a_quick_door(request) or self.get_response(request)


def _answer_of_a_quick_door(request: HttpRequest) -> HttpResponse | None:
    kind = DOORS.get(request.method or "")
    if kind is None or "HTTP_AUTHORIZATION" not in request.META:
        return None
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    view = getattr(match.func, "view_class", None)
    if view is None or not issubclass(view, kind):
        return None
    door: QuickView | QuickReadView = view()
    door.setup(request, *match.args, **match.kwargs)
    return door.at_once(request, *match.args, **match.kwargs)
