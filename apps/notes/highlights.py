"""Marking what a search found, in texts that are rendered afterwards.

PostgreSQL says where the hits are, between two letters that no keyboard has; they become <mark> only in finished, safe
HTML. So a note cannot smuggle a mark, and a mark cannot break a note.
"""

import re

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from apps.notes.highlighting import highlighted
from apps.notes.models import APART, JOINTS, Note, words_of_code
from apps.notes.search import CODE_CONFIG, SEARCH_CONFIG, code_query, search_query

BEGIN, END = "\ue000", "\ue001"
PROSE = ("body", "changed", "expected", "happened")
CODE = ("code", "output")
_HIT = re.compile(f"{BEGIN}([^{BEGIN}{END}<>]*){END}")
# A link's address is no place for a mark, plain or as Markdown writes it.
_IN_ADDRESS = re.compile("%EE%80%8[01]", re.IGNORECASE)
# Nor is its host, which the beginning of a word finds as a whole.
_HOST = re.compile(f"://{BEGIN}([^{BEGIN}{END}]*){END}")
_SIGNS = re.compile(f"[{BEGIN}{END}]")
_TOGETHER = str.maketrans(APART, JOINTS)


def with_hits(notes: QuerySet[Note], q: str) -> QuerySet[Note]:
    """The notes with their texts once more, the hits between the two letters; for `show_hits`."""
    query, in_code = search_query(q), code_query(q)
    if query is None or in_code is None:
        return notes

    def hits(text: Combinable) -> SearchHeadline:
        return _headline(text, query, SEARCH_CONFIG)

    # Twice, by a language and word by word: a hit inside a hit is one mark.
    return notes.annotate(
        **{f"{name}_hits": hits(F(name)) for name in PROSE},
        **{
            f"{name}_hits": _headline(hits(words_of_code(name)), in_code, CODE_CONFIG)
            for name in CODE
        },
    )


def _headline(text: Combinable, query: SearchQuery, config: str) -> SearchHeadline:
    return SearchHeadline(
        text, query, config=config, start_sel=BEGIN, stop_sel=END, highlight_all=True
    )


def show_hits(note: Note) -> Note:
    """The same note for showing only: its texts are those with the hits."""
    for name in (*PROSE, *CODE):
        text = getattr(note, f"{name}_hits", None)
        if text is not None:
            shown = text.translate(_TOGETHER) if name in CODE else _HOST.sub(r"://\1", text)
            setattr(note, name, shown)
    return note


def marked(html: str) -> str:
    """Safe HTML with its hits as <mark>; a letter that has no partner goes."""
    if BEGIN not in html and END not in html and "%EE%80%8" not in html.upper():
        return html
    html = _IN_ADDRESS.sub("", html)
    return _SIGNS.sub("", _HIT.sub(r"<mark>\1</mark>", html))


def without_marks(text: str) -> str:
    """The text without the two letters, for those that would read them as their own."""
    return _SIGNS.sub("", text)


def marked_code(text: str) -> SafeString:
    """Code as safe HTML: with its hits where a search found any, coloured where not."""
    if _SIGNS.search(text):
        return mark_safe(marked(escape(text)))  # noqa: S308 - escaped before, and <mark> is ours
    return mark_safe(highlighted(text))  # noqa: S308 - escaped word by word


def marked_output(text: str) -> SafeString:
    """Output as safe HTML with its hits."""
    return mark_safe(marked(escape(text)))  # noqa: S308 - escaped before, and <mark> is ours
