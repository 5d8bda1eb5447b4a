"""Words for people: nothing in them slips past the translators, and English keeps to our glossary."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest

from local.messages import CATALOGUES, files_for_people, gather
from local.place import ROOT

LETTERS = re.compile(r"[^\W\d_]{2,}")
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
# Names, formats and keys that are the same in every language.
SAME_EVERYWHERE = frozenset(
    {"API", "ASCII", "CC", "CSV", "Cookie", "Ctrl", "Enter", "HTML", "ID", "JSON", "OpenAPI"}
    | {"Pass", "PyTorch", "REST", "Second", "URL", "UTC", "UTF", "UUID", "YAML", "YouTube"}
    | {"iCalendar", "slug", "two", "passes", "webhook"}
)
# The words that the glossary replaces: curriculum, video, cohort, learner, instructor, scaffold.
FOREIGN = re.compile(
    r"\b(?<!of )(?:courses?|lectures?|lessons?|homework|students?|pupils?|teachers?|classmates?"
    r"|flashcards?|quiz(?:zes)?|gamif\w*|streaks?)\b",
    re.IGNORECASE,
)


def latin_only(translation: str) -> list[str]:
    """The words of a translation that has none of its own language, names aside."""
    if CYRILLIC.search(translation):
        return []
    plain = re.sub(r"%\(\w+\)\w+|{\w*}|<[^>]+>", " ", translation)
    return [word for word in LETTERS.findall(plain) if word not in SAME_EVERYWHERE]


def needs_words(text: str) -> bool:
    """Whether a text says anything but names."""
    return any(word not in SAME_EVERYWHERE for word in LETTERS.findall(text))


def bare_words(template: str) -> list[str]:
    """What a template says to people outside translate tags and variables."""
    text = re.sub(r"{#.*?#}", "", template)
    for block in ("comment", "blocktranslate"):
        text = re.sub(rf"{{%\s*{block}\b.*?%}}.*?{{%\s*end{block}\s*%}}", "", text, flags=re.DOTALL)
    for block in ("accent", r"\w*_class"):  # names of classes, not words
        text = re.sub(rf"{{%\s*block {block}\s*%}}.*?{{%\s*endblock", "{% endblock", text)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return [said for said in reader.said if needs_words(said)]


class _Reader(HTMLParser):
    """Collects texts and the attributes that are read aloud or shown."""

    SPOKEN = ("alt", "aria-label", "placeholder", "title")
    SILENT = ("script", "style", "code", "kbd", "pre")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self.inside.append(tag)
        self.said += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.said.append(" ".join(data.split()))


def bare_sentences(code: str) -> list[str]:
    """Literals of a module that people read and nobody can translate."""
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name.endswith("ValidationError") or name in ERRORS_WITH_WORDS:
                found += node.args[:1]
            elif re.fullmatch(r"messages\.(success|info|warning|error)", name):
                found += node.args[1:2]
            is_schema = name.startswith(("serializers.", "extend_schema", "Open"))
            for keyword in [] if is_schema else node.keywords:
                if keyword.arg in SHOWN and not (keyword.arg == "title" and "HttpRe" in name):
                    found.append(keyword.value)
        elif isinstance(node, ast.ClassDef):
            found += _class_words(node)
    return [
        value.value
        for value in found
        if isinstance(value, ast.Constant)
        and isinstance(value.value, str)
        and needs_words(value.value)
    ]


ERRORS_WITH_WORDS = {"InvalidValue", "NotFound", "RoleRequired"}
SHOWN = {"detail", "empty_label", "label", "verbose_name", "verbose_name_plural"}


def _class_words(node: ast.ClassDef) -> Iterator[ast.expr]:
    """Titles of errors, and the labels of choices."""
    bases = {ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases}
    for line in node.body:
        if not isinstance(line, ast.Assign) or not isinstance(line.targets[0], ast.Name):
            continue
        if line.targets[0].id == "title" and not bases & {"TestCase", "Enum", "StrEnum"}:
            yield line.value
        if bases & {"TextChoices", "IntegerChoices"}:
            if isinstance(line.value, ast.Tuple):
                yield line.value.elts[-1]
            else:
                yield ast.Constant(f"{node.name}.{line.targets[0].id} has no label")


@pytest.fixture(scope="module")
def entries() -> list[polib.POEntry]:
    return list(polib.pofile(str(CATALOGUES / "ru" / "LC_MESSAGES" / "django.po")))


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def edges(text: str) -> tuple[str, str]:
    return re.findall(r"\A\s*", text)[0], re.findall(r"\s*\Z", text)[0]


def in_templates() -> list[Path]:
    return [path for path in files_for_people() if path.suffix in {".html", ".txt"}]


def in_modules() -> list[Path]:
    return [path for path in files_for_people() if path.suffix == ".py"]


def test_a_translation_begins_and_ends_with_the_same_spaces(entries: list[polib.POEntry]) -> None:
    broken = [
        (entry.msgid, form)
        for entry in entries
        for form in forms(entry)
        if form and edges(form) != edges(entry.msgid)
    ]

    assert broken == []


def test_russian_is_written_in_russian(entries: list[polib.POEntry]) -> None:
    assert latin_only("Save it") == ["Save", "it"]
    assert latin_only("%(count)s REST") == []

    broken = [form for entry in entries for form in forms(entry) if form and latin_only(form)]

    assert broken == []


def test_russian_has_its_own_quotes_and_no_doubled_spaces(entries: list[polib.POEntry]) -> None:
    untidy = re.compile(r"[“”„‟]|(?<![=\w])\"(?=[а-яё])|  | \.|\bеще\b|\bее\b", re.IGNORECASE)

    assert [form for entry in entries for form in forms(entry) if untidy.search(form)] == []


def test_templates_say_nothing_outside_translate_tags() -> None:
    assert bare_words('<p title="Move it">{{ day }} and {% translate "x" %}</p>') == [
        "Move it",
        "and",
    ]
    assert (
        bare_words("{% blocktranslate trimmed %}You{% endblocktranslate %} <kbd>Ctrl</kbd>") == []
    )

    found = {
        path.relative_to(ROOT).as_posix(): words
        for path in in_templates()
        # The style guide names classes and files.
        if path.name != "styleguide.html" and (words := bare_words(path.read_text()))
    }

    assert found == {}


def test_modules_say_nothing_that_cannot_be_translated() -> None:
    assert bare_sentences('raise ValidationError("This is wrong.")') == ["This is wrong."]
    assert bare_sentences('messages.success(request, "Saved.")') == ["Saved."]
    assert bare_sentences('field = CharField(label="Your name")') == ["Your name"]
    assert bare_sentences('class Full(DomainError):\n    title = "It is full"') == ["It is full"]
    assert bare_sentences('class Kind(TextChoices):\n    A = "a", "Concept"') == ["Concept"]
    assert bare_sentences('class Kind(TextChoices):\n    A = "a"') == ["Kind.A has no label"]
    assert bare_sentences('raise ValidationError(_("This is wrong."))') == []

    found = {
        path.relative_to(ROOT).as_posix(): words
        for path in in_modules()
        if (words := bare_sentences(path.read_text()))
    }

    assert found == {}


def test_english_keeps_to_the_glossary() -> None:
    assert FOREIGN.findall("This course has lectures; of course.") == ["course", "lectures"]

    strings = gather(files_for_people())
    found = [
        words.text
        for words in strings
        if FOREIGN.search(words.text) or FOREIGN.search(words.plural)
    ]

    assert found == []
