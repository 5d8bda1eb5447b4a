"""What the server can do at best: one row read, one row written, and nothing else of Django.

It also counts the queries of a request that asks for it, of every door alike.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from apps.cohorts.models import Cohort
from apps.progress.models import Viewing
from bench.ceilings_paths import READ, WRITE


class Ceilings:
    """Answers its two addresses before any other middleware sees them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("X-Count-Queries") is None:
            return self._answer(request)
        counted = _Count()
        with connection.execute_wrapper(counted):
            response = self._answer(request)
        response.headers["X-Queries"] = str(counted.number)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        pk = request.GET.get("pk", "0")
        if request.path == READ:
            return _bare({"name": Cohort.objects.get(pk=pk).name})
        if request.path == WRITE:
            place = int(request.GET["n"]) % 1000
            return _bare({"rows": Viewing.objects.filter(pk=pk).update(position_ms=place)})
        return self.get_response(request)


def _bare(document: dict[str, Any]) -> HttpResponse:
    """CommonMiddleware is not there to say the length, and without it the answer is chunked."""
    response = JsonResponse(document)
    response.headers["Content-Length"] = str(len(response.content))
    return response


class _Count:
    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.number += 1
        return execute(*args)
