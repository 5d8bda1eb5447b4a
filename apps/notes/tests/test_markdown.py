"""Markdown with maths and code, and a table of hostile notes of which none runs."""

import re
import time

import pytest

from apps.notes.highlighting import highlighted
from apps.notes.markdown import ALLOWED_TAGS, render

TAG = re.compile(r"<\s*([a-zA-Z][\w:-]*)([^>]*)>")

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<svg/onload=alert(1)><animate onbegin=alert(1) attributeName=x>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    '[x](https://a.example "onmouseover=alert(1)")',
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "`<script>`\n\n```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "```python\n'''</code></pre><script>alert(1)</script>'''\n```",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\text{</mtext></math><script>alert(1)</script>}$",
    r"$\text{<mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>}$",
    r"$\style{position:fixed}{x}$ $\class{btn}{x}$ $\cssId{x}{y}$",
    r"$\color{red;background:url(//evil.example)}{x}$",
    '<math><maction actiontype="statusline#http://evil.example" xlink:href="javascript:alert(1)">x</maction></math>',
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<a href=x style=position:fixed;inset:0>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><base href=//evil.example>",
    "<form action=//evil.example><input name=csrfmiddlewaretoken><button>x</button></form>",
]

BOMBS = [
    r"$\def\a{\a\a}\a$",
    r"$\newcommand{\a}{\b\b}\newcommand{\b}{\a\a}\a$",
    r"$\let\x=\x \loop\x\repeat$",
    "$" + "{" * 900 + "x" + "}" * 900 + "$",
    "$" + r"\sqrt{" * 160 + "x" + "}" * 160 + "$",
    "$" + r"\left(" * 150 + r"\right)" * 150 + "$",
    "$" + r"\begin{matrix}" * 60 + "$",
    "$" + "x^" * 400 + "x$",
    "$x$ " * 4_900,
    ">" * 19_000,
    "* " * 9_000,
    "[" * 19_000,
    "*a_ " * 4_900,
    "`" * 9_999 + "x" + "`" * 9_998,
    "|a" * 4_000 + "\n" + "|-" * 4_000,
    "```python\n" + "(" * 19_000 + "\n```",
    "```python\n" + '"' * 19_001 + "\n```",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_note_runs_nothing(text: str) -> None:
    html = str(render(text))

    for name, attributes in TAG.findall(html):
        assert name in ALLOWED_TAGS
        assert not re.search(
            r"\b(on\w+|style|srcdoc|xlink:href|src)\s*=", attributes.split('title="')[0]
        )
        href = re.search(r'href="([^"]*)"', attributes)
        assert href is None or href[1].startswith(
            ("http://", "https://", "mailto:", "//", "/", "#", "?")
        )


@pytest.mark.parametrize("text", BOMBS)
def test_a_bomb_is_drawn_within_a_second_or_shown_as_it_is(text: str) -> None:
    began = time.perf_counter()
    html = str(render(text[:20_000]))

    assert time.perf_counter() - began < 3
    assert len(html) < 4_000_000


def test_formulas_become_mathml() -> None:
    html = str(render(r"The loss $-\log p_i$ and" "\n\n" r"$$\frac{a}{b}$$"))

    assert '<math display="inline">' in html
    assert '<math display="block">' in html
    assert "<mfrac>" in html


def test_prices_are_no_formulas() -> None:
    assert "<math" not in str(render("It costs $5 and $6."))


def test_a_broken_formula_stays_as_it_was_written() -> None:
    assert str(render(r"So $\frac{$ then")) == (
        '<p>So <code class="tex">\\frac{</code> '
        '<span class="tex-broken">(this formula could not be read)</span> then</p>\n'
    )


def test_code_has_classes_and_no_colours_of_its_own() -> None:
    html = str(render("```python\nfor x in y:\n    pass  # <b>\n```"))

    assert '<span class="k">for</span>' in html
    assert "# &lt;b&gt;" in html
    assert "style=" not in html


def test_a_language_that_is_not_ours_is_shown_plain() -> None:
    assert highlighted("<b>", "brainfuck") == "&lt;b&gt;"
