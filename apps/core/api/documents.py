"""The published schema, the page to try it on, and the meaning of problem types."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.operations import Operation
from apps.core.api.problems import HTTP_PROBLEMS
from apps.core.api.serializers import Answer
from apps.core.api.views import APIView
from apps.core.errors import DomainError, NotFound


@cache
def schema() -> dict[str, Any]:
    """The whole schema, in English; made once a process, since making it takes a while."""
    with translation.override("en"):
        generator = SchemaGenerator()
        made: dict[str, Any] = generator.get_schema(request=None, public=True)
    return made


def _rendered(renderer: Any) -> bytes:
    return bytes(renderer.render(schema(), renderer_context={}))


@cache
def schema_json() -> bytes:
    return _rendered(OpenApiJsonRenderer())


@cache
def schema_yaml() -> bytes:
    return _rendered(OpenApiYamlRenderer())


@require_safe
def openapi_json(request: HttpRequest) -> HttpResponse:
    return HttpResponse(schema_json(), content_type="application/vnd.oai.openapi+json")


@require_safe
def openapi_yaml(request: HttpRequest) -> HttpResponse:
    return HttpResponse(schema_yaml(), content_type="application/vnd.oai.openapi")


class DocsPage(SpectacularSwaggerSplitView):
    """Swagger UI from our own server. It sets styles on elements, so this page alone allows that."""

    url_name = "api:openapi-json"
    template_name = "core/api_docs.html"
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    @method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)


class ProblemTypeAnswer(Answer):
    """What a problem's code means."""

    type = serializers.CharField()
    code = serializers.CharField()
    status = serializers.IntegerField()
    title = serializers.CharField()


class ProblemTypeView(APIView):
    operations = {
        "GET": Operation(
            id="read_problem_type",
            summary="What a problem's code means",
            public=True,
            answer=ProblemTypeAnswer,
            refusals=[NotFound],
        )
    }

    def get(self, request: Request, code: str) -> Response:
        """`type` of every problem document leads here."""
        known = known_problems().get(code)
        if known is None:
            raise NotFound
        status, title = known
        address = reverse("api:problem-type", kwargs={"code": code})
        return Response({"type": address, "code": code, "status": status, "title": str(title)})


def known_problems() -> dict[str, tuple[int, Any]]:
    """Status and title of every code this process knows."""
    domain = {error.code: (error.status, error.title) for error in _domain_errors(DomainError)}
    return domain | dict(HTTP_PROBLEMS)


def _domain_errors(error: type[DomainError]) -> Iterator[type[DomainError]]:
    yield error
    for each in error.__subclasses__():
        yield from _domain_errors(each)
