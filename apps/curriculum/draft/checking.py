"""What a part of a draft must not say, and what a draft still lacks: by the reader of documents alone.

While one writes, something may be missing; what stands there must be right. Before publishing nothing is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.curriculum.document.content import CurriculumDocument
from apps.curriculum.document.faults import Fault
from apps.curriculum.document.reading import DocumentReader
from apps.curriculum.document.tree import TreeError, tree_of_plain
from apps.curriculum.draft.plan import KEY, Plain, filled, slug_of, without_keys

LACKS = {"missing", "missing_translation", "empty"}


@dataclass(frozen=True, slots=True)
class Need:
    """What is not right yet: in which part (`kind`, `name`) and field, and why."""

    kind: str
    name: str
    field: str
    code: str
    reason: str


def part_faults(kind: str, part: Plain, *, codes: frozenset[str] = frozenset()) -> list[Fault]:
    """What is wrong with the values that stand in a part; paths begin inside of it."""
    reader = DocumentReader()
    reader.outcome_lines = dict.fromkeys(codes, 0)
    try:
        root = tree_of_plain(filled(part))
    except TreeError as error:
        return [Fault(1, "", error.code, error.reason)]
    match kind:
        case "video":
            reader.video(root, "")
        case "phase":
            reader.phase(root, "")
        case "outcome":
            reader.outcome_lines = {}
            reader.outcome(root, "", "is_not" if "is_not" in part else "does")
        case _:
            reader.about(root)
    return [fault for fault in reader.faults if fault.code not in LACKS]


def lenient(document: Plain) -> tuple[CurriculumDocument, tuple[Fault, ...]]:
    """The draft as far as it can be read, and every fault; what is missing is empty in it."""
    reader = DocumentReader()
    plain = {"format": 1} | without_keys(document)
    document_read = reader.document(tree_of_plain(plain))
    return document_read, tuple(reader.faults)


def needs(document: Plain) -> list[Need]:
    """What keeps the draft from being published, in its order."""
    _document, faults = lenient(document)
    return [_need(document, fault) for fault in faults]


def _need(document: Plain, fault: Fault) -> Need:
    kind, name, field = _place(document, fault.path)
    return Need(kind, name, field, fault.code, fault.reason)


def _place(document: Plain, path: str) -> tuple[str, str, str]:
    parts = list(_steps(path))
    match parts:
        case ["phases", int(at), "videos", int(number), *rest]:
            video = document["phases"][at]["videos"][number]
            return "video", slug_of(video), _field(rest)
        case ["phases", int(at), *rest]:
            return "phase", str(document["phases"][at][KEY]), _field(rest)
        case ["outcomes", str(heading), int(at), *rest]:
            return "outcome", str(document["outcomes"][heading][at]["code"]), _field(rest)
    return "about", "", _field(parts)


def _steps(path: str) -> Iterator[str | int]:
    for word in path.split("."):
        name, _bracket, numbers = word.partition("[")
        if name:
            yield name
        for number in numbers.rstrip("]").split("]["):
            if number:
                yield int(number)


def _field(rest: list[str | int]) -> str:
    return ".".join(str(each) for each in rest if isinstance(each, str))
