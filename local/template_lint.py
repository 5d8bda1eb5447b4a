"""What no template may contain: each finding with its file, line and reason.

The strict Content-Security-Policy forbids inline styles and scripts; the rest are house rules. Run
as `python -m local.template_lint [FILE ...]`.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.place import ROOT


@dataclass(frozen=True)
class Rule:
    """A pattern that must not occur. Mails are HTML of another age and keep their inline styles."""

    pattern: re.Pattern[str]
    reason: str
    in_mails: bool = True


RULES = (
    Rule(re.compile(r"\sstyle\s*="), "inline styles are blocked by our policy", in_mails=False),
    Rule(re.compile(r"<style\b"), "style elements are blocked by our policy", in_mails=False),
    Rule(re.compile(r"<[^>]*\son[a-z]+\s*="), "inline handlers are blocked by our policy"),
    Rule(
        re.compile(r"<script\b(?![^>]*(?:\ssrc\s*=|application/json|\snonce\s*=))[^>]*>"),
        "inline scripts are blocked by our policy",
    ),
    Rule(re.compile(r"{%\s*(?:block)?trans\s"), "write translate and blocktranslate in full"),
    Rule(
        re.compile(r"{%\s*blocktranslate(?![^%]*\btrimmed\b)[^%]*%}"),
        "blocktranslate needs `trimmed`, or line breaks get into the catalogue",
    ),
    Rule(re.compile(r"<img\b(?![^>]*\salt\s*=)[^>]*>"), "an image needs alt, if only an empty one"),
    Rule(re.compile(r"https?://(?:fonts|cdn|unpkg)\b"), "nothing comes from other hosts"),
)
COMMENT = re.compile(r"\A\s*(?:{%\s*load [^%]*%}\s*)*(?:{#|{%\s*comment)")
ANY_COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.DOTALL)


def findings(path: Path) -> Iterator[str]:
    """Every broken rule of one template, as `file:line: reason`."""
    text = path.read_text()
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    if "components" in path.parts and not COMMENT.match(text):
        yield f"{name}:1: a component opens with a comment that lists its parameters"
    # Comments keep their lines, so that the numbers stay true.
    code = ANY_COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    for rule in RULES:
        if "emails" in path.parts and not rule.in_mails:
            continue
        for found in rule.pattern.finditer(code):
            line = code.count("\n", 0, found.start()) + 1
            yield f"{name}:{line}: {rule.reason}"


def main() -> None:
    given = [Path(word).resolve() for word in sys.argv[1:]]
    paths = given or sorted((ROOT / "templates").rglob("*.html"))
    found = [finding for path in paths for finding in findings(path)]
    print("\n".join(found))
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
