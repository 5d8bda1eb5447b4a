"""From YAML to a plain tree in which every node knows its line; nothing is constructed on the way.

Only scalars, lists and mappings pass. Anchors and aliases (a few hundred bytes of them unfold to
gigabytes), tags (which ask for objects), several documents, deep nesting and characters
that no text needs are refused with their line. JSON is read too: it is YAML.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from django.utils.translation import gettext as _

MAX_CHARACTERS = 256 * 1024
MAX_DEPTH = 12
MAX_NODES = 20_000

# What YAML itself calls printable, without the controls between U+007F and U+009F.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    line: int
    text: str
    # Written without quotes: `null`, `true` and `~` mean something only then.
    is_plain: bool

    @property
    def is_null(self) -> bool:
        return self.is_plain and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Items:
    line: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping as it was written: a key may stand in it twice, and its reader says so."""

    line: int
    entries: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Items | Entries


class TreeError(Exception):
    """The text is no tree of ours; only its first fault is known."""

    def __init__(self, line: int, code: str, reason: str) -> None:
        self.line, self.code, self.reason = line, code, reason
        super().__init__(f"{line}: {reason}")


def read_tree(text: str) -> Node:
    """The tree of one YAML (or JSON) document; raises TreeError with line and reason."""
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_CHARACTERS:
        raise TreeError(
            1,
            "too_large",
            _("The document is longer than %(limit)d characters.") % {"limit": MAX_CHARACTERS},
        )
    if found := _FORBIDDEN.search(text):
        raise TreeError(
            text.count("\n", 0, found.start()) + 1,
            "bad_character",
            _("The character U+%(code)04X does not belong in a text.") % {"code": ord(found[0])},
        )
    try:
        return _Composer(yaml.parse(text, Loader=yaml.SafeLoader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise TreeError(
            mark.line + 1 if mark else 1,
            "syntax",
            _("This is not YAML: %(problem)s.") % {"problem": error.problem or error.context},
        ) from error
    except yaml.YAMLError as error:
        raise TreeError(
            1, "syntax", _("This is not YAML: %(problem)s.") % {"problem": error}
        ) from error


def tree_of_plain(value: object) -> Node:
    """The tree of plain data as JSON has it, without lines; raises TreeError at what no text needs."""
    match value:
        case dict():
            return Entries(
                1,
                tuple(
                    (Scalar(1, str(k), is_plain=True), tree_of_plain(v)) for k, v in value.items()
                ),
            )
        case list() | tuple():
            return Items(1, tuple(tree_of_plain(each) for each in value))
        case bool():
            return Scalar(1, "true" if value else "false", is_plain=True)
        case None:
            return Scalar(1, "null", is_plain=True)
        case str():
            return Scalar(1, _clean(value, 1), is_plain=False)
    return Scalar(1, str(value), is_plain=True)


def _clean(text: str, line: int) -> str:
    if found := _FORBIDDEN.search(text):
        raise TreeError(
            line,
            "bad_character",
            _("The character U+%(code)04X does not belong in a text.") % {"code": ord(found[0])},
        )
    return text


class _Composer:
    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.count = 0

    def next(self) -> yaml.Event:
        return next(self.events)

    def document(self) -> Node:
        self.next()  # the stream begins
        if isinstance(self.next(), yaml.StreamEndEvent):
            raise TreeError(1, "empty", _("The document is empty."))
        root = self.node(self.next(), 0)
        self.next()  # the document ends
        following = self.next()
        if not isinstance(following, yaml.StreamEndEvent):
            raise TreeError(
                _line(following),
                "several_documents",
                _("A second document begins here; write one file for each."),
            )
        return root

    def node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        self.count += 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise TreeError(
                line, "alias", _("Anchors (&) and aliases (*) are not allowed; write the text out.")
            )
        if getattr(event, "tag", None):
            raise TreeError(line, "tag", _("Tags (!) are not allowed."))
        if depth > MAX_DEPTH:
            raise TreeError(line, "too_deep", _("The document is nested too deeply here."))
        if self.count > MAX_NODES:
            raise TreeError(
                line,
                "too_large",
                _("The document has more than %(limit)d parts.") % {"limit": MAX_NODES},
            )
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(line, _clean(event.value, line), is_plain=event.style is None)
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(line, tuple(self.items(depth)))
        return Entries(line, tuple(self.entries(depth)))

    def items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            yield self.node(event, depth + 1)

    def entries(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise TreeError(
                    key.line, "syntax", _("A key must be a word, not a list or a mapping.")
                )
            yield key, self.node(self.next(), depth + 1)


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark else 1
