"""The base of every REST door."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import partial
from typing import Any, ClassVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView as AnyView

from apps.core.api import etags
from apps.core.api.errors import LengthRequired
from apps.core.api.limits import limit, write_allowance
from apps.core.api.operations import Operation
from apps.core.api.pages import Page, page_of_queryset
from apps.core.idempotency import StoredAnswer, answer_once, checked_key, fingerprint

VARY = ["Authorization", "Cookie", "Accept-Language"]


class APIView(AnyView):
    """A door whose methods are declared in `operations`; a handler without a declaration is refused.

    Before a handler runs: sign-in and scope, then the query string (`self.query`), then the body
    (`self.body`). An answer to GET carries an ETag and becomes 304 for who has it.
    """

    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    operations: ClassVar[Mapping[str, Operation]] = {}
    query: dict[str, Any]
    body: dict[str, Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        handlers = {name.upper() for name in cls.http_method_names if hasattr(cls, name)}
        undeclared = handlers - set(cls.operations) - {"HEAD"}
        if undeclared:
            raise TypeError(f"{cls.__name__} declares no operation for {', '.join(undeclared)}")

    @property
    def operation(self) -> Operation | None:
        """The declaration of the method that was asked for."""
        method = (self.request.method if self.request else None) or ""
        return self.operations.get("GET" if method == "HEAD" else method)

    def get_authenticators(self) -> list[BaseAuthentication]:
        # A public operation is the same for everyone; a stale cookie must not get in its way.
        operation = self.operation
        return [] if operation is not None and operation.public else super().get_authenticators()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Times are UTC whatever zone the reader's pages are in.
        with timezone.override(UTC):
            return super().dispatch(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        # Before scopes are looked at: who is refused all day long is counted too.
        limit(request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        operation = self.operation
        if operation is None:
            raise exceptions.MethodNotAllowed(str(request.method))
        query = operation.query(data=request.query_params)
        query.is_valid(raise_exception=True)
        self.query = query.validated_data
        self.body = self._checked_body(request, operation)
        keyed = operation.idempotent and "Idempotency-Key" in request.headers
        if keyed and not operation.public:
            method = str(request.method).lower()
            # DRF looks the handler up on the instance next.
            setattr(self, method, partial(self._once, getattr(self, method)))

    def _checked_body(self, request: Request, operation: Operation) -> dict[str, Any]:
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            raise LengthRequired
        if operation.body is None:
            if request.data:
                message = "This operation takes no body."
                raise exceptions.ValidationError(message, code="unknown")
            return {}
        body = operation.body(
            data=request.data,
            partial=operation.partial,
            context={"request": request, "view": self},
        )
        body.is_valid(raise_exception=True)
        return cast("dict[str, Any]", body.validated_data)

    def _once(self, handler: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The handler's answer, kept under the request's Idempotency-Key."""

        def produce() -> StoredAnswer:
            response: Response = handler(request, *args, **kwargs)
            document = json.loads(JSONRenderer().render(response.data) or "null")
            headers = {name: response[name] for name in ("ETag", "Location") if name in response}
            return StoredAnswer(response.status_code, document, headers)

        answer = answer_once(
            user_id=cast("int", request.user.pk),
            key=checked_key(request.headers["Idempotency-Key"]),
            request_hash=request_fingerprint(request),
            now=timezone.now(),
            produce=produce,
        )
        return Response(answer.document, status=answer.status, headers=answer.headers)

    def page(
        self,
        rows: QuerySet[Any],
        *,
        ordering: Sequence[str],
        answer: type[BaseSerializer[Any]],
        context: dict[str, Any] | None = None,
    ) -> Response:
        """One page of a queryset as the query asks; `self.query` has to be a PageQuery's."""
        page: Page[Model] = page_of_queryset(
            self.request,
            rows,
            ordering=ordering,
            cursor=self.query.get("cursor"),
            page_size=self.query["page_size"],
        )
        results = answer(page.rows, many=True, context=context or {}).data
        return page_response(page, results)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        finished = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(finished, VARY)
        write_allowance(self.request._request, finished)
        finished.headers.setdefault("Cache-Control", "private, no-cache")
        is_read = request.method in {"GET", "HEAD"} and finished.status_code == 200
        if is_read and hasattr(finished, "add_post_render_callback"):
            finished.add_post_render_callback(partial(_conditionally, self.request))
        return finished


def _conditionally(request: Request, response: HttpResponse) -> HttpResponse | None:
    answer = etags.conditional(request._request, response)
    if answer is not None:
        # A 304 is an answer of its own.
        write_allowance(request._request, answer)
    return answer


def page_response(page: Page[Any], results: Any) -> Response:
    """A page's document."""
    return Response({"next": page.next, "previous": page.previous, "results": results})


def request_fingerprint(request: Request) -> str:
    """What an Idempotency-Key is bound to: method, address and the body's meaning."""
    body = json.dumps(request.data, sort_keys=True)
    return fingerprint(str(request.method), request.get_full_path(), body)
