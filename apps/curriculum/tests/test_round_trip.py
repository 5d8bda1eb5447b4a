"""Out and in again is the same; and whatever is broken in a document, its own line is named."""

import re
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.curriculum.document import (
    CurriculumDocument,
    DocumentRefused,
    document_digest,
    plain_document,
    read_document,
    write_yaml,
)
from apps.curriculum.draft.checking import lenient, needs
from apps.curriculum.draft.outlines import document_of_outline, outline_of_document
from apps.curriculum.draft.plan import with_keys, without_keys
from apps.curriculum.tests.documents import documents


@settings(max_examples=25, deadline=None)
@given(document=documents())
def test_export_and_import_is_the_identity(document: CurriculumDocument) -> None:
    read = read_document(write_yaml(document))

    assert read == document
    assert document_digest(read) == document_digest(document)


@settings(max_examples=25, deadline=None)
@given(document=documents())
def test_a_draft_says_what_its_document_says(document: CurriculumDocument) -> None:
    draft = with_keys(plain_document(document))

    assert lenient(draft) == (document, ())
    assert needs(draft) == []
    assert lenient(without_keys(draft))[0] == document


@settings(max_examples=25, deadline=None)
@given(document=documents())
def test_an_outline_keeps_the_document(document: CurriculumDocument) -> None:
    assert document_of_outline(outline_of_document(document, number=1)) == document


Breaking = Callable[[str], str]
BREAKINGS: dict[str, tuple[str, Breaking]] = {
    "bad_duration": (r"^\s+duration: ", lambda line: re.sub(r"duration: .*", "duration: soon", line)),
    "bad_youtube_id": (r"^\s*- youtube: ", lambda line: re.sub(r"youtube: .*", "youtube: abc", line)),
    "unknown_key": (r"^\s+author: ", lambda line: line.replace("author:", "autor:", 1)),
    "bad_slug": (r"^\s*- code: ", lambda line: re.sub(r"code: .*", "code: A b", line)),
    "bad_format": (r"^format: ", lambda line: "format: 2"),
    "tag": (r"^slug: ", lambda line: "slug: !!str random"),
    "syntax": (r"^slug: ", lambda line: "slug: [random"),
}  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(document=documents(), code=st.sampled_from(sorted(BREAKINGS)), pick=st.randoms())
def test_the_broken_line_is_the_one_that_is_named(
    document: CurriculumDocument, code: str, pick: Random
) -> None:
    pattern, breaking = BREAKINGS[code]
    lines = write_yaml(document).splitlines()
    places = [at for at, line in enumerate(lines) if re.match(pattern, line)]
    at = pick.choice(places)
    lines[at] = breaking(lines[at])

    with pytest.raises(DocumentRefused) as caught:
        read_document("\n".join(lines))

    named = {fault.line for fault in caught.value.faults if fault.code == code}
    # An open bracket is only noticed where something follows that can't stand in it.
    assert named == {at + 2 if code == "syntax" else at + 1}
