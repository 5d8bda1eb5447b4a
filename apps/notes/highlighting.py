"""Code of notes as HTML with classes for its colours (static/css/code.css). Languages of the method only."""

from functools import cache, lru_cache
from typing import Final

from django.utils.html import escape
from pygments import lex
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token

LANGUAGES: Final = frozenset(
    {
        "python", "py", "pycon", "bash", "sh", "console", "json", "yaml", "toml", "sql", "c", "cpp",
        "cuda", "javascript", "js", "diff",
    }
)  # fmt: skip


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


@lru_cache(maxsize=2048)
def highlighted(code: str, language: str = "python") -> str:
    """The code, escaped, its words in spans; in a language that is not ours it is only escaped."""
    if language not in LANGUAGES:
        return escape(code)
    parts: list[str] = []
    for kind, text in lex(code, _lexer(language)):
        css = STANDARD_TYPES.get(kind) or STANDARD_TYPES.get(kind.parent or Token) or ""
        # Names and signs are most of a code, and look like any text.
        if css and css[0] in "kscmbg" and text.strip():
            parts.append(f'<span class="{css}">{escape(text)}</span>')
        else:
            parts.append(escape(text))
    return "".join(parts)
