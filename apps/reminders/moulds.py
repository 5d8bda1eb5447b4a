"""Templates whose context is nothing but texts, rendered once for each shape of it and filled in from then on.

A mail's template costs milliseconds, and two mails of one shape (as many lines, the same ones begun, the same language)
differ only in the texts that stand in them. So a template is rendered with marks in their place, and each mail is cut
and pasted from that. A template may ask whether a text is empty and how many there are, and nothing else: no filters.
"""

import html
import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import count
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

# Of the private use area: no template has them, and escaping leaves them alone.
MARK = re.compile("\ue000([0-9]+)\ue001")


class Filling:
    """A context of texts, facts (booleans), lists and mappings, for as many templates as one likes."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._texts: list[str] = []
        self._shape = _shape(context, self._texts)
        self._language = get_language()

    def text(self, template: str) -> str:
        """What `render_to_string` answers, for a template without autoescape."""
        return self._poured(template, self._texts)

    def html(self, template: str) -> str:
        """What `render_to_string` answers, for a template with autoescape."""
        return self._poured(template, self._escaped)

    @cached_property
    def _escaped(self) -> list[str]:
        return list(map(html.escape, self._texts))

    def _poured(self, template: str, texts: Sequence[str]) -> str:
        words, places = _mould(template, self._language, self._shape)
        pieces = [*words]
        pieces[1::2] = [texts[place] for place in places]
        return "".join(pieces)


def _shape(tree: Any, texts: list[str]) -> Any:
    """All of it that a template may ask for and nothing of the texts, which are put into the list."""
    if isinstance(tree, str):
        texts.append(tree)
        return TEXT if tree else EMPTY
    if isinstance(tree, dict):
        return tuple([(name, _shape(each, texts)) for name, each in tree.items()])
    if isinstance(tree, list):
        return ListShape([_shape(each, texts) for each in tree])
    return tree


class ListShape(tuple[Any, ...]):
    """Of a list, where a plain tuple is the shape of a mapping."""

    __slots__ = ()


TEXT, EMPTY = "text", ""


@lru_cache(maxsize=1024)
def _mould(
    template: str, language: str | None, shape: Any
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The template's own words with room between them, and the numbers of the texts that go there."""
    numbers = count()

    def marked(shape: Any) -> Any:
        if isinstance(shape, str):
            number = next(numbers)
            return f"\ue000{number}\ue001" if shape == TEXT else ""
        if isinstance(shape, ListShape):
            return [marked(each) for each in shape]
        if isinstance(shape, tuple):
            return {name: marked(each) for name, each in shape}
        return shape

    pieces = MARK.split(render_to_string(template, marked(shape)))
    return tuple(pieces), tuple(map(int, pieces[1::2]))
