"""Problem documents (RFC 9457): the one shape of every refusal under `/api/`.

`type` is a reference relative to the site whose last part is the code, the same on every
installation; that address answers what the code means. A bad value is named in `errors`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.errors import BodyTooLarge, TooManyRequests, TooManyTries
from apps.core.api.rendering import PROBLEM_MEDIA_TYPE, ProblemRenderer
from apps.core.errors import DomainError, InvalidValue

Title = str | Promise

# What HTTP itself refuses, by code: status and title. Domain errors bring their own.
HTTP_PROBLEMS: Mapping[str, tuple[int, Title]] = {
    "malformed": (400, _("The request could not be read")),
    "not_signed_in": (401, _("Sign in, or send an access token")),
    "token_refused": (401, _("This access token is not valid")),
    "not_allowed": (403, _("You may not do that")),
    "not_found": (404, _("There is nothing here")),
    "method_not_allowed": (405, _("This address does not know that method")),
    "not_acceptable": (406, _("None of the formats you accept is available")),
    "unsupported_media_type": (415, _("Send JSON, with Content-Type: application/json")),
    "invalid": (422, _("Something in it is not right")),
    "internal": (500, _("Something went wrong on our side")),
}


def problem(
    *,
    code: str,
    status: int,
    title: Title,
    detail: Title = "",
    instance: str,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The document itself; `extra` are the problem's own members and cannot replace the common."""
    document = {key: _plain(value) for key, value in (extra or {}).items()}
    return document | {
        "type": f"/api/v1/problems/{code}/",
        "title": str(title),
        "status": status,
        "code": code,
        "detail": str(detail or title),
        "instance": instance,
    }


def problem_response(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. What nobody expected stays an exception, and becomes a 500 below."""
    request: Request = context["request"]
    described = _described(exc)
    if described is None:
        return None
    document = problem(instance=request.path, **described)
    response = Response(document, status=document["status"], headers=_headers(exc, request))
    # Whatever the client accepts, a refusal is a problem document.
    request.accepted_renderer = ProblemRenderer()
    request.accepted_media_type = PROBLEM_MEDIA_TYPE
    return response


def _described(exc: Exception) -> dict[str, Any] | None:
    match exc:
        case DomainError():
            extra = dict(exc.extra)
            if isinstance(exc, InvalidValue) and exc.field:
                error = {"field": exc.field, "code": exc.code, "detail": str(exc.detail)}
                extra.setdefault("errors", [error])
            return {
                "code": exc.code,
                "status": exc.status,
                "title": exc.title,
                "detail": exc.detail,
                "extra": extra,
            }
        case exceptions.ValidationError():
            return _http("invalid", extra={"errors": list(_field_errors(exc.detail))})
        case ModelValidationError():
            return _http("invalid", extra={"errors": list(_model_errors(exc))})
        case RequestDataTooBig():
            return _described(BodyTooLarge())
        case exceptions.ParseError():
            field = str(getattr(exc, "field", ""))
            error = {"field": field, "code": "malformed", "detail": str(exc.detail)}
            return _http("malformed", exc.detail, extra={"errors": [error]} if field else None)
        case SuspiciousOperation():
            return _http("malformed")
        case exceptions.NotAuthenticated():
            return _http("not_signed_in")
        case exceptions.AuthenticationFailed():
            return _http("token_refused", exc.detail)
        case exceptions.PermissionDenied():
            return _http("not_allowed", exc.detail)
        case PermissionDenied():
            return _http("not_allowed", str(exc))
        case exceptions.NotFound() | Http404():
            return _http("not_found")
        case exceptions.MethodNotAllowed():
            return _http("method_not_allowed", exc.detail)
        case exceptions.NotAcceptable():
            return _http("not_acceptable")
        case exceptions.UnsupportedMediaType():
            return _http("unsupported_media_type")
        case exceptions.Throttled():
            return _described(TooManyTries(retry_after=_wait(exc)))
    return None


def _http(code: str, detail: Any = "", extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    status, title = HTTP_PROBLEMS[code]
    return {"code": code, "status": status, "title": title, "detail": detail, "extra": extra}


def _wait(exc: exceptions.Throttled) -> int:
    return int(getattr(exc, "wait", None) or 60)


def _headers(exc: Exception, request: Request) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(exc, TooManyTries | TooManyRequests):
        headers["Retry-After"] = str(exc.retry_after)
    if isinstance(exc, exceptions.Throttled):
        headers["Retry-After"] = str(_wait(exc))
    described = _described(exc)
    if described and described["status"] == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    return headers


def _plain(value: Any) -> Any:
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _field_errors(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested details as flat errors; the field's path is written with dots."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            here = "" if name == "non_field_errors" else str(name)
            yield from _field_errors(inner, ".".join(filter(None, [field, here])))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            # A list of a list's items; empty places are items without a fault.
            nested = isinstance(inner, Mapping | list)
            if not nested or inner:
                yield from _field_errors(inner, f"{field}.{index}" if nested else field)
    else:
        yield {"field": field, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}


def _model_errors(error: ModelValidationError) -> Iterator[dict[str, str]]:
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for field, errors in by_field.items():
        for each in errors:
            name = "" if field == "__all__" else field
            detail = " ".join(each.messages)
            yield {"field": name, "code": each.code or "invalid", "detail": detail}


# Django's own handlers, for what no view answered: problems under /api/, pages elsewhere.


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _router_problem(request: HttpRequest, code: str) -> HttpResponse:
    document = problem(instance=request.path, **_http(code))
    return JsonResponse(
        document, status=document["status"], content_type=PROBLEM_MEDIA_TYPE, safe=False
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not is_api(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        document = problem(instance=request.path, **_described(BodyTooLarge()) or {})
        return JsonResponse(document, status=413, content_type=PROBLEM_MEDIA_TYPE)
    return _router_problem(request, "malformed")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return _router_problem(request, "not_allowed")
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return _router_problem(request, "not_found")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if is_api(request):
        return _router_problem(request, "internal")
    return defaults.server_error(request)
