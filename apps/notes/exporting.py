"""Taking one's notes away: one file, in the order of the videos, each note with its link to the moment.

Texts are written while they are read, so any number of notes costs the same memory.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from rest_framework.utils.encoders import JSONEncoder

from apps.core.localized import localized
from apps.notes.anki import write_deck
from apps.notes.api.documents import answer_json, note_json
from apps.notes.exported_markdown import note_address, write_markdown
from apps.notes.jupyter import write_notebook
from apps.notes.models import Answer, Note
from apps.notes.selectors import by_video

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: how its address and its name call it, its media type, and who writes it."""

    name: str
    suffix: str
    media_type: str
    write: Callable[[Iterator[Note], datetime], Iterator[str] | Iterator[bytes]]
    is_text: bool = True

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; charset=utf-8" if self.is_text else self.media_type


def exported(
    notes: QuerySet[Note], kind: Format, *, now: datetime
) -> Iterator[str] | Iterator[bytes]:
    """The file piece by piece."""
    answers = Answer.objects.select_related("author__user").order_by("created_at", "id")
    rows = by_video(notes).prefetch_related(Prefetch("answers", queryset=answers))
    return kind.write(rows.iterator(chunk_size=AT_ONCE), now)


def export_name(kind: Format, *, now: datetime, zone: tzinfo) -> str:
    """A file name of ours alone, with the reader's day."""
    return f"second-pass-notes-{now.astimezone(zone):%Y-%m-%d}.{kind.suffix}"


def _json(notes: Iterator[Note], now: datetime) -> Iterator[str]:
    """One array; a list that is cut off in the middle is no JSON, and so cannot pass for the whole."""
    encoder = JSONEncoder(ensure_ascii=False)
    yield f'{{"exported_at": {json.dumps(now.isoformat())}, "notes": ['
    for number, note in enumerate(notes):
        yield ("," if number else "") + "\n" + encoder.encode(_entry(note))
    yield "\n]}\n"


def _entry(note: Note) -> Mapping[str, Any]:
    title = note.viewing.video.title
    return {
        **note_json(note),
        "video_title": str(localized(title)),
        "url": note_address(note),
        "answers": [answer_json(answer) for answer in note.answers.all()],
    }


FORMATS: Final[Mapping[str, Format]] = {
    "markdown": Format("markdown", "md", "text/markdown", write_markdown),
    "ipynb": Format("ipynb", "ipynb", "application/x-ipynb+json", write_notebook),
    "anki": Format("anki", "apkg", "application/vnd.anki", write_deck, is_text=False),
    "json": Format("json", "json", "application/json", _json),
}
