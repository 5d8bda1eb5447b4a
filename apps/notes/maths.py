"""LaTeX of notes to MathML, on the server. What cannot be read stays as it was written, with a plain word."""

import re
from typing import Final

from django.utils.html import escape
from django.utils.translation import gettext as _
from latex2mathml.converter import convert

LONGEST_FORMULA: Final = 1_000
DEEPEST: Final = 30
# Macros can grow without end, and some commands carry addresses or styles into the page.
_REFUSED = re.compile(
    r"\\(?:[a-z]*def|let|(?:re|provide)?(?:new)?command|newenvironment|DeclareMathOperator|href|url"
    r"|class|style|cssId|id|data|require|input|include|loop|repeat|verb)(?![A-Za-z])"
)


def mathml(tex: str, *, is_block: bool) -> str:
    """MathML of a formula; its source, escaped, where there is none. Sanitise what comes out."""
    if not _is_refused(tex):
        try:
            made = convert(tex, display="block" if is_block else "inline")
        except Exception:
            made = ""
        if made:
            return made
    words = escape(_("this formula could not be read"))
    return f'<code class="tex">{escape(tex)}</code> <span class="tex-broken">({words})</span>'


def _is_refused(tex: str) -> bool:
    return len(tex) > LONGEST_FORMULA or _depth(tex) > DEEPEST or _REFUSED.search(tex) is not None


def _depth(tex: str) -> int:
    depth = deepest = 0
    for sign in re.findall(r"\\begin|\\left|\\end|\\right|[{}^_]", tex):
        if sign in ("{", "\\begin", "\\left"):
            depth += 1
        elif sign in ("}", "\\end", "\\right"):
            depth -= 1
        deepest = max(deepest, depth)
    return deepest
