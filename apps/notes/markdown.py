"""Markdown of notes to safe HTML, on the server: CommonMark with maths and coloured code, then nh3.

Raw HTML is shown as text. Whatever the renderers below make goes through nh3 last.
"""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from apps.notes.highlighting import highlighted
from apps.notes.highlights import marked, without_marks
from apps.notes.maths import mathml

MATHS: Final = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup",
    "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mphantom",
    "mpadded",
}  # fmt: skip
ALLOWED_TAGS: Final = MATHS | {
    "p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "span",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "s",
}  # fmt: skip
ALLOWED_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "code": {"class"},
    "span": {"class"},
    "ol": {"start"},
    "math": {"display"},
    "mo": {"stretchy", "fence", "form", "accent", "separator", "movablelimits"},
    "mi": {"mathvariant"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mspace": {"width"},
    "mtable": {"columnalign"},
    "mtd": {"columnalign"},
    "mfrac": {"linethickness"},
    "mover": {"accent"},
    "munder": {"accentunder"},
}
ALLOWED_SCHEMES: Final = {"http", "https", "mailto"}
# A formula takes its place in the line, and no more.
_SMALL = re.compile(r"-?\d{0,2}(\.\d{1,4})?(em|ex|px|pt)?\Z")
_SIZES = {"width", "linethickness", "scriptlevel"}


# More than anybody writes; beyond them formulas stay text, and brackets are no links.
MOST_FORMULAS: Final = 300
MOST_BRACKETS: Final = 500


@cache
def _parser(*, has_links: bool = True) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "highlight": _coloured})
    parser.enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, double_inline=True)
    for name in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(name, _formula)
    return parser if has_links else parser.disable(["link", "image", "reference"])


def _coloured(code: str, language: str, _attributes: str) -> str:
    return highlighted(code, language.lower())


def _formula(
    _renderer: RendererProtocol,
    tokens: Sequence[Token],
    index: int,
    _options: Mapping[str, Any],
    env: MutableMapping[str, Any],
) -> str:
    token = tokens[index]
    env["formulas"] = env.get("formulas", 0) + 1
    if env["formulas"] > MOST_FORMULAS:
        return escape(token.markup + token.content + token.markup)
    is_block = token.type != "math_inline"
    made = mathml(without_marks(token.content.strip()), is_block=is_block)
    return f"<p>{made}</p>\n" if token.type == "math_block" else made


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name in _SIZES and _SMALL.match(value) is None:
        return None
    return value


def render(text: str) -> SafeString:
    """Safe HTML of a note's text. Headings begin at h3, below those of the page."""
    return mark_safe(marked(_rendered(text, get_language())))  # noqa: S308 - nh3 has cleaned it


@lru_cache(maxsize=4096)
def _rendered(text: str, _language: str | None) -> str:
    """Kept, since the words of a broken formula aside nothing but the text decides it."""
    parser = _parser(has_links=text.count("[") <= MOST_BRACKETS)
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    return nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        attribute_filter=_attribute if "$" in text else None,
        url_schemes=ALLOWED_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
