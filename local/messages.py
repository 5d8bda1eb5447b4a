"""`make messages`: gather every string for people into the catalogues, without the gettext programs.

Python modules are read by Babel; templates become Python by Django's own `templatize` first. What is
translated stays, what is new waits empty, what is gone is dropped. Entries are sorted by file and
text and carry no line numbers, so that two people's changes rarely touch the same lines.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import extract

from local.place import ROOT

CATALOGUES = ROOT / "locale"
CODE = ("apps", "config")
TEMPLATES = "templates"
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml", ".ics", ".js"}
NOT_FOR_PEOPLE = {"tests", "migrations", "__pycache__"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    name + lazy: arguments
    for name, arguments in {
        "_": None,
        "gettext": None,
        "gettext_noop": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy")
}


@dataclass(frozen=True, order=True)
class Words:
    """One string for people; `plural` is empty where there is only one form."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass
class Found:
    """Where a string stands, and what its translators are told."""

    files: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)


def words_in_code(code: str) -> Iterator[tuple[Words, list[str]]]:
    """Every marked string of a Python module, with the comments `# Translators: ...` before it."""
    found = extract("python", BytesIO(code.encode()), KEYWORDS, ["Translators:"])
    for _, message, comments, context in found:
        forms = message if isinstance(message, tuple) else (message,)
        if forms[0]:
            yield Words(forms[0], forms[1] if len(forms) > 1 else "", context or ""), comments


def words_in_template(text: str) -> Iterator[tuple[Words, list[str]]]:
    """Every marked string of a template."""
    _let_django_work_alone()
    from django.utils.translation.template import templatize

    # In parentheses no indentation means anything, so that any text is Python enough.
    yield from words_in_code(f"({templatize(text)}\n)")


def files_for_people(root: Path = ROOT) -> Iterator[Path]:
    """Every module and template of the product, in a stable order."""
    for top in CODE:
        for path in sorted((root / top).rglob("*.py")):
            if (
                not NOT_FOR_PEOPLE & set(path.relative_to(root).parts)
                and path.name != "conftest.py"
            ):
                yield path
    for path in sorted((root / TEMPLATES).rglob("*")):
        if path.suffix in TEMPLATE_SUFFIXES:
            yield path


def gather(paths: Iterable[Path], root: Path = ROOT) -> dict[Words, Found]:
    """Every string of these files, sorted by first file, then by text."""
    found: dict[Words, Found] = {}
    for path in paths:
        read = words_in_code if path.suffix == ".py" else words_in_template
        for words, comments in read(path.read_text()):
            place = found.setdefault(words, Found())
            place.files.add(path.relative_to(root).as_posix())
            place.comments += [line for line in comments if line not in place.comments]
    return dict(sorted(found.items(), key=lambda item: (min(item[1].files), item[0])))


def merged(catalogue: polib.POFile, found: dict[Words, Found]) -> polib.POFile:
    """A catalogue of exactly the strings found; it keeps the translations which `catalogue` has."""
    known = {
        Words(entry.msgid, entry.msgid_plural or "", entry.msgctxt or ""): entry
        for entry in catalogue
        if not entry.obsolete
    }
    fresh = polib.POFile(wrapwidth=100)
    fresh.metadata = catalogue.metadata
    fresh.header = catalogue.header
    for words, place in found.items():
        old = known.get(words)
        entry = polib.POEntry(
            msgid=words.text,
            msgctxt=words.context or None,
            comment="\n".join(place.comments),
            tcomment=old.tcomment if old else "",
            occurrences=[(name, "") for name in sorted(place.files)],
            flags=["python-format"] if "%(" in words.text or "%d" in words.text else [],
        )
        if words.plural:
            entry.msgid_plural = words.plural
            entry.msgstr_plural = old.msgstr_plural if old else {0: "", 1: "", 2: ""}
        elif old:
            entry.msgstr = old.msgstr
        if old and "fuzzy" in old.flags:
            entry.flags.append("fuzzy")
        fresh.append(entry)
    return fresh


def is_complete(entry: polib.POEntry) -> bool:
    """Whether an entry says something in every form, and nobody doubts it."""
    forms = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return all(forms) and "fuzzy" not in entry.flags


def _let_django_work_alone() -> None:
    """`templatize` asks the settings for nothing but whether there are settings."""
    from django.conf import settings

    if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
        settings.configure()


def main() -> None:
    found = gather(files_for_people())
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/django.po")):
        fresh = merged(polib.pofile(str(path), wrapwidth=100), found)
        draft = path.with_suffix(".draft")
        fresh.save(str(draft))
        draft.replace(path)
        waiting = [entry for entry in fresh if not is_complete(entry)]
        print(f"{path.relative_to(ROOT)}: {len(fresh)} strings, {len(waiting)} wait for words")
        for entry in waiting if "--waiting" in sys.argv else []:
            print(f"  {entry.msgid!r} ({entry.occurrences[0][0]})")


if __name__ == "__main__":
    main()
