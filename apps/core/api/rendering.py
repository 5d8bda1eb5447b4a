"""What REST sends: compact JSON, problems under their own media type, and whole lists as streams."""

from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

PROBLEM_MEDIA_TYPE = "application/problem+json"


class ProblemRenderer(JSONRenderer):
    """For refusals; never chosen by negotiation."""

    media_type = PROBLEM_MEDIA_TYPE
    format = "problem"


class _StreamRenderer(BaseRenderer):
    """Only negotiated: a door that offers it answers with a stream of its own."""

    charset: str | None = "utf-8"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


class NDJSONRenderer(_StreamRenderer):
    """One JSON document a line."""

    media_type = "application/x-ndjson"
    format = "ndjson"


class CSVRenderer(_StreamRenderer):
    media_type = "text/csv"
    format = "csv"


class MarkdownRenderer(_StreamRenderer):
    media_type = "text/markdown"
    format = "markdown"


class NotebookRenderer(_StreamRenderer):
    media_type = "application/x-ipynb+json"
    format = "ipynb"


class AnkiRenderer(_StreamRenderer):
    media_type = "application/vnd.anki"
    format = "anki"
    charset = None
