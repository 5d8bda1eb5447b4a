"""What REST reads: one JSON document of at most a megabyte, with nothing in it that cannot be kept."""

import codecs
import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from apps.core.api.errors import BodyTooLarge

MAX_BODY_BYTES = 1_000_000
MAX_DEPTH = 32


class Unfit(ParseError):
    """JSON, with a value in it that cannot be kept; `field` is its path."""

    def __init__(self, detail: str, *, field: str) -> None:
        super().__init__(detail)
        self.field = field


class StrictJSONParser(BaseParser):
    """JSON (RFC 8259) in UTF-8.

    Refused as malformed: NaN and infinities, numbers too long for a float, nesting deeper than
    `MAX_DEPTH`, a name twice in one object, NUL and lone surrogates, which no text column holds.
    """

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        # Read once, up to one byte too many: Content-Length may be absent or wrong.
        raw = stream.read(MAX_BODY_BYTES + 1)
        if len(raw) > MAX_BODY_BYTES:
            raise BodyTooLarge
        try:
            text = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
            document = json.loads(
                text, parse_constant=_no_constant, object_pairs_hook=_object_with_names_once
            )
        except UnicodeDecodeError as error:
            raise ParseError(f"The body is not UTF-8 (byte {error.start}).") from error
        except RecursionError as error:
            raise ParseError(f"The body is nested deeper than {MAX_DEPTH} levels.") from error
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}") from error
        _check_tree(document)
        return document


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _object_with_names_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {json.dumps(twice)} occurs twice in one object")
    return found


def _check_tree(document: Any) -> None:
    """Walk without recursion: the depth is the client's."""
    pending: list[tuple[Any, int]] = [(document, 1)]
    while pending:
        value, depth = pending.pop()
        match value:
            case str():
                fault = _fault_of(value)
                if fault:
                    raise Unfit(fault, field=_place_of(value, document))
            case float():
                if not math.isfinite(value):
                    fault = "A number in the body is too large."
                    raise Unfit(fault, field=_place_of(value, document))
            case dict() | list():
                if depth > MAX_DEPTH:
                    raise ParseError(f"The body is nested deeper than {MAX_DEPTH} levels.")
                pending.extend((each, depth + 1) for each in _parts(value))


def _parts(value: dict[str, Any] | list[Any]) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.keys()
        yield from value.values()
    else:
        yield from value


def _fault_of(text: str) -> str:
    if "\0" in text:
        return "A text in the body holds the character NUL."
    if not text.isascii() and any("\ud800" <= each <= "\udfff" for each in text):
        return "A text in the body holds half a surrogate pair."
    return ""


def _place_of(wanted: Any, document: Any) -> str:
    """Where this very value lies, as a path with dots; a name that is at fault lies in its object."""
    pending: list[tuple[Any, str]] = [(document, "")]
    while pending:
        value, path = pending.pop()
        if value is wanted:
            return path
        if isinstance(value, dict):
            if any(name is wanted for name in value):
                return path
            inner: list[tuple[Any, Any]] = list(value.items())
        else:
            inner = list(enumerate(value)) if isinstance(value, list) else []
        pending.extend((each, f"{path}.{name}" if path else str(name)) for name, each in inner)
    return ""
