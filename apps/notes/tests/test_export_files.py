"""Notes as a Jupyter notebook that nbformat finds valid, and as a deck that Anki brings up to date."""

import io
import json
import sqlite3
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import nbformat
import pytest

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.notes import selectors
from apps.notes.exporting import FORMATS, exported
from apps.notes.models import Note
from apps.notes.services import write_answer, write_note
from apps.progress.models import Viewing

DESK = "http://testserver/c/autumn/videos/first/second/"


def taken_away(learner: User, kind: str, now: datetime) -> bytes:
    notes = selectors.my_notes(user=learner)
    pieces = exported(notes, FORMATS[kind], now=now)
    return b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces)


@pytest.fixture
def viewing(membership: Membership, video: Video, now: datetime) -> Viewing:
    return Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)


def test_a_notebook_has_words_code_and_output_in_the_order_of_the_video(
    viewing: Viewing, learner: User, cohort_mate: User, now: datetime
) -> None:
    asked = write_note(
        viewing=viewing, at_ms=65_000, kind="question", body="Why?", visibility="cohort", now=now
    )
    write_answer(user=cohort_mate, note_id=asked.pk, body="So.", now=now)
    code = write_note(
        viewing=viewing, at_ms=5_000, kind="code", code="print('ы')\n", output="ы", now=now
    )

    book = json.loads(taken_away(learner, "ipynb", now))

    nbformat.validate(book)
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    cells = [(cell["cell_type"], cell["source"]) for cell in book["cells"]]
    assert cells == [
        ("markdown", "# My notes\n\nWritten by Second Pass on 2026-11-02."),
        ("markdown", "## First\n\nAutumn"),
        ("markdown", f"### [0:05]({DESK}?at=5) code"),
        ("code", "print('ы')"),
        ("markdown", f"### [1:05]({DESK}?at=65) question\n\nWhy?"),
        ("markdown", "> **Tomas Silva**\n>\n> So."),
    ]
    assert book["cells"][3]["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "ы"}]
    assert book["cells"][3]["id"] == f"note-{code.pk}-code"


def test_a_notebook_of_no_notes_is_valid(learner: User, now: datetime) -> None:
    book = json.loads(taken_away(learner, "ipynb", now))

    nbformat.validate(book)
    assert len(book["cells"]) == 1


def cards(package: bytes, folder: Path) -> dict[str, tuple[list[str], int]]:
    """What Anki reads: the fields and the moment of change of each note, by its lasting id."""
    path = folder / "collection.anki2"
    path.write_bytes(zipfile.ZipFile(io.BytesIO(package)).read("collection.anki2"))
    with sqlite3.connect(path) as collection:
        rows = collection.execute("SELECT guid, flds, mod FROM notes ORDER BY id").fetchall()
        (count,) = collection.execute("SELECT count(*) FROM cards").fetchone()
    assert count == len(rows)
    return {guid: (fields.split("\x1f"), mod) for guid, fields, mod in rows}


def test_a_deck_has_a_card_for_each_concept_and_a_second_import_updates_it(
    viewing: Viewing, learner: User, now: datetime, tmp_path: Path
) -> None:
    titled = write_note(
        viewing=viewing,
        at_ms=65_000,
        kind="concept",
        body="What is *attention*?\n\nA <b>mean</b> with weights.",
        now=now,
    )
    write_note(viewing=viewing, at_ms=70_000, kind="concept", body="One line", now=now)
    write_note(viewing=viewing, at_ms=80_000, kind="observation", body="No card", now=now)

    first = cards(taken_away(learner, "anki", now), tmp_path)
    Note.objects.filter(pk=titled.pk).update(body="What is attention?\n\nOther words.")
    later = cards(taken_away(learner, "anki", now + timedelta(days=1)), tmp_path)

    (question, answer, place), (other, whole, _) = (fields for fields, _mod in first.values())
    assert question.strip() == "<p>What is <em>attention</em>?</p>"
    assert answer.strip() == "<p>A &lt;b&gt;mean&lt;/b&gt; with weights.</p>"
    assert place == f'<a href="{DESK}?at=65">First, 1:05</a>'
    assert (other, whole.strip()) == ("<p>What was the idea here?</p>", "<p>One line</p>")
    assert list(later) == list(first)
    [(changed, mod), _same] = later.values()
    assert changed[1].strip() == "<p>Other words.</p>"
    assert mod == next(iter(first.values()))[1] + 86_400
