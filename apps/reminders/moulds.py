"""Templates whose context is nothing but texts, rendered once for each shape of it and filled in from then on.

A mail's template costs milliseconds, and two mails of one shape (as many lines, the same ones begun, the same language)
differ only in the texts that stand in them. So a template is rendered with marks in their place, and each mail is cut
and pasted from that. A template may ask whether a text is empty and how many there are, and nothing else: no filters.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

# Of the private use area: no template has them, and escaping leaves them alone.
MARK = re.compile("\ue000([0-9]+)\ue001")
Tree = str | bool | Sequence["Tree"] | Mapping[str, "Tree"]


def fill(template: str, context: Mapping[str, Any], *, is_html: bool) -> str:
    """What `render_to_string` answers, for a template with autoescape as `is_html` says."""
    texts = list(_texts(context))
    pieces = _mould(template, get_language(), _shape(context))
    if is_html:
        texts = [escape(text) for text in texts]
    return "".join([piece if isinstance(piece, str) else texts[piece] for piece in pieces])


@lru_cache(maxsize=1024)
def _mould(template: str, language: str | None, shape: Any) -> tuple[str | int, ...]:
    """The template's own words, and the numbers of the texts between them."""
    count = 0

    def marked(shape: Any) -> Any:
        nonlocal count
        kind, content = shape
        if kind == "text":
            count += 1
            return f"\ue000{count - 1}\ue001" if content else ""
        if kind == "list":
            return [marked(each) for each in content]
        if kind == "dict":
            return {name: marked(each) for name, each in content}
        return content

    pieces = MARK.split(render_to_string(template, marked(shape)))
    return tuple(int(piece) if place % 2 else piece for place, piece in enumerate(pieces))


def _shape(tree: Tree) -> tuple[str, Any]:
    """All of it that a template may ask for, and nothing of the texts."""
    if isinstance(tree, str):
        return "text", bool(tree)
    if isinstance(tree, Mapping):
        return "dict", tuple([(name, _shape(each)) for name, each in tree.items()])
    if isinstance(tree, Sequence):
        return "list", tuple([_shape(each) for each in tree])
    return "fact", tree


def _texts(tree: Tree) -> Iterator[str]:
    """In the order in which `_mould` counts them."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        for each in tree.values():
            yield from _texts(each)
    elif isinstance(tree, Sequence):
        for each in tree:
            yield from _texts(each)
