"""The OpenAPI schema, made from the operations that the doors declare and run by.

Every error an operation can answer with stands in it, with the codes of its domain errors.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import translation
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from apps.core.api.errors import (
    BodyTooLarge,
    ChangedElsewhere,
    KeyUnreadable,
    KeyUsedDifferently,
    LengthRequired,
    ScopeMissing,
    TokenLimited,
    TooManyRequests,
    VersionRequired,
)
from apps.core.api.operations import Operation
from apps.core.api.problems import HTTP_PROBLEMS
from apps.core.api.rendering import PROBLEM_MEDIA_TYPE
from apps.core.api.serializers import Answer
from apps.core.errors import DomainError

Code = tuple[int, str, str]


class FieldErrorAnswer(Answer):
    """One bad value."""

    field = serializers.CharField(help_text="Its path, with dots; empty for the whole request.")
    code = serializers.CharField()
    detail = serializers.CharField()
    line = serializers.IntegerField(required=False, help_text="In a document that was sent.")


class ProblemAnswer(Answer):
    """A problem document of RFC 9457; some problems add members of their own."""

    type = serializers.CharField(help_text="A reference whose last part is the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    instance = serializers.CharField(help_text="The path that was asked for.")
    # A field of that name, not the serializer's own attribute: DRF takes it out of the class.
    errors = FieldErrorAnswer(many=True, required=False)  # type: ignore[assignment]


class OperationSchema(AutoSchema):
    """Reads `view.operations`; views of others (none of ours) are left out."""

    @property
    def operation(self) -> Operation | None:
        declared: dict[str, Operation] = getattr(self.view, "operations", {})
        return declared.get(self.method)

    def is_excluded(self) -> bool:
        return self.operation is None

    def get_operation_id(self) -> str:
        return self.operation.id if self.operation else super().get_operation_id()

    def get_summary(self) -> str | None:
        return self.operation.summary if self.operation else None

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        handler = getattr(self.view, self.method.lower(), None)
        lines = (handler.__doc__ or "").strip().splitlines() if handler else []
        words = "\n".join(line.strip() for line in lines)
        scope = self.operation.scope if self.operation else ""
        said = f"Scope of a token: `{scope}`." if scope else "No sign-in is needed."
        return f"{words}\n\n{said}".strip()

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.removeprefix("/api/v1/").split("/") if part]
        return parts[:1]

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        return type(serializer).__name__.removesuffix("Answer")

    def get_override_parameters(self) -> list[Any]:
        operation = self.operation
        if operation is None:
            return []
        parameters: list[Any] = [operation.query] if operation.query().fields else []
        if operation.idempotent:
            words = "The same key with the same request gets the same answer for a day."
            parameters.append(_header("Idempotency-Key", words))
        if operation.if_match:
            words = "The ETag of the version that this change is made from."
            parameters.append(_header("If-Match", words, required=True))
        if self.method == "GET":
            words = "An ETag you have; the answer is 304 while it is current."
            parameters.append(_header("If-None-Match", words))
        if not operation.public:
            parameters += self._told(operation.status)
        return parameters

    def _told(self, status: int) -> list[OpenApiParameter]:
        """The headers of answers about the limit on requests."""
        left = 'What is left of the minute and its seconds: `"minute";r=599;t=42`.'
        policy = 'How many requests a minute has: `"minute";q=600;w=60`.'
        return [
            _header("RateLimit", left, told_with=[status, 429]),
            _header("RateLimit-Policy", policy, told_with=[status, 429]),
            _header("Retry-After", "Seconds to wait.", told_with=[429]),
        ]

    def get_request_serializer(self) -> Any:
        return self.operation.body if self.operation else None

    def get_response_serializers(self) -> Any:
        operation = self.operation
        if operation is None:
            return None
        # A door may offer streams beside; its answer is JSON.
        key = (operation.status, "application/json") if operation.answer else operation.status
        answers: dict[Any, Any] = {
            key: OpenApiResponse(
                response=operation.answer,
                description=operation.summary,
                examples=list(operation.examples),
            )
        }
        if operation.answer is None and any(status == key for status, _type in operation.also):
            # A file and nothing else.
            del answers[key]
        answers |= dict(operation.also)
        if self.method == "GET":
            answers[304] = OpenApiResponse(description="You have it already.")
        with translation.override("en"):
            return answers | self._problems(operation)

    def _problems(self, operation: Operation) -> dict[tuple[int, str], OpenApiResponse]:
        by_status: dict[int, list[Code]] = {}
        for code in self._codes(operation):
            known = by_status.setdefault(code[0], [])
            if code not in known:
                known.append(code)
        return {
            (status, PROBLEM_MEDIA_TYPE): OpenApiResponse(
                response=ProblemAnswer,
                description=" · ".join(f"`{code}` {title}" for _, code, title in codes),
                examples=[_example(code) for code in codes],
            )
            for status, codes in sorted(by_status.items())
        }

    def _codes(self, operation: Operation) -> Iterator[Code]:
        if not operation.public:
            yield _of_http("not_signed_in")
            yield _of_http("token_refused")
            yield _of_domain(ScopeMissing)
            if "{cohort}" not in self.path and not operation.within:
                yield _of_domain(TokenLimited)
            yield _of_http("not_allowed")
            yield _of_domain(TooManyRequests)
        if "{" in self.path:
            yield _of_http("not_found")
        yield _of_http("not_acceptable")
        yield _of_http("invalid")
        if operation.body is not None:
            yield _of_http("malformed")
            yield _of_domain(LengthRequired)
            yield _of_domain(BodyTooLarge)
            yield _of_http("unsupported_media_type")
        if operation.if_match:
            yield _of_domain(ChangedElsewhere)
            yield _of_domain(VersionRequired)
        if operation.idempotent:
            yield _of_domain(KeyUsedDifferently)
            yield _of_domain(KeyUnreadable)
        for refusal in operation.refusals:
            yield _of_domain(refusal)
        yield _of_http("internal")


def _of_http(code: str) -> Code:
    status, title = HTTP_PROBLEMS[code]
    return status, code, str(title)


def _of_domain(error: type[DomainError]) -> Code:
    return error.status, error.code, str(error.title)


def _example(of: Code) -> OpenApiExample:
    status, code, title = of
    document: dict[str, Any] = {
        "type": f"/api/v1/problems/{code}/",
        "title": title,
        "status": status,
        "code": code,
        "detail": title,
        "instance": "/api/v1/…",
    }
    if code == "invalid":
        document["errors"] = [
            {"field": "name", "code": "required", "detail": "This field is required."}
        ]
    return OpenApiExample(
        code,
        value=document,
        response_only=True,
        media_type=PROBLEM_MEDIA_TYPE,
        status_codes=[str(status)],
    )


def _header(
    name: str, description: str, *, required: bool = False, told_with: Sequence[int] = ()
) -> OpenApiParameter:
    """A header of requests, or of the answers with these statuses."""
    return OpenApiParameter(
        name,
        str,
        OpenApiParameter.HEADER,
        description=description,
        required=required,
        response=list(told_with) or False,
    )
