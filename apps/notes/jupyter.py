"""Notes as a Jupyter notebook: words and code in the order of the videos, each with the link to its moment.

Version 4.5 of the format, in which every cell has an id.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from apps.notes.exported_markdown import answers_to, title_of_all, title_of_video, words_of
from apps.notes.models import Note

Cell = Mapping[str, Any]
END: Final = {
    "metadata": {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


def write_notebook(notes: Iterator[Note], now: datetime) -> Iterator[str]:
    """Cell by cell; what is cut off in the middle is no JSON, and so cannot pass for the whole."""
    yield '{"cells": [\n' + _text(_markdown("notes", title_of_all(now)))
    heading: tuple[int, int] | None = None
    for note in notes:
        place = (note.viewing.membership_id, note.viewing.video_id)
        if place != heading:
            heading = place
            yield ",\n" + _text(_markdown(f"video-{place[0]}-{place[1]}", title_of_video(note)))
        for cell in _cells(note):
            yield ",\n" + _text(cell)
    yield f"\n], {_text(END)[1:-1]}}}\n"


def _cells(note: Note) -> Iterator[Cell]:
    name = f"note-{note.pk}"
    yield _markdown(name, "\n\n".join(words_of(note)))
    if note.code.strip() or note.output.strip():
        yield {
            "cell_type": "code",
            "id": f"{name}-code",
            "metadata": {},
            "execution_count": None,
            "source": note.code.strip("\n"),
            "outputs": [_output(note.output)] if note.output.strip() else [],
        }
    answers = "\n\n".join(answers_to(note))
    if answers:
        yield _markdown(f"{name}-answers", answers)


def _markdown(name: str, source: str) -> Cell:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def _output(text: str) -> Mapping[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
