"""A curriculum document as the body of a request: YAML or JSON, read whole, judged by its lines."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from apps.core.api.errors import BodyTooLarge
from apps.core.api.parsing import MAX_BODY_BYTES


class SentDocument(dict[str, Any]):
    """The bytes of the body under `text`; a dict, since DRF takes nothing else for a body."""


class YAMLDocumentParser(BaseParser):
    media_type = "application/yaml"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> SentDocument:
        raw = stream.read(MAX_BODY_BYTES + 1)
        if len(raw) > MAX_BODY_BYTES:
            raise BodyTooLarge
        return SentDocument(text=raw)


class JSONDocumentParser(YAMLDocumentParser):
    """JSON is YAML but for tabs between its parts, which no text of JSON holds as such."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> SentDocument:
        sent = super().parse(stream, media_type, parser_context)
        return SentDocument(text=sent["text"].replace(b"\t", b" "))
