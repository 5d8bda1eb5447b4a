"""Taking one's notes away: one file, in the order of the videos, each note with its link to the moment.

Written while it is read, so any number of notes costs the same memory.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.utils.encoders import JSONEncoder

from apps.core.durations import video_clock
from apps.core.localized import localized
from apps.notes.api.documents import answer_json, note_json
from apps.notes.models import Answer, Note
from apps.notes.selectors import by_video

AT_ONCE: Final = 500
# What Markdown would read as its own signs in a title or a name.
_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~])")


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: how its address and its name call it, its media type, and who writes it."""

    name: str
    suffix: str
    media_type: str
    write: Callable[[Iterator[Note], datetime], Iterator[str]]


def exported(notes: QuerySet[Note], kind: Format, *, now: datetime) -> Iterator[str]:
    """The file's text piece by piece."""
    answers = Answer.objects.select_related("author__user").order_by("created_at", "id")
    rows = by_video(notes).prefetch_related(Prefetch("answers", queryset=answers))
    return kind.write(rows.iterator(chunk_size=AT_ONCE), now)


def export_name(kind: Format, *, now: datetime, zone: tzinfo) -> str:
    """A file name of ours alone, with the reader's day."""
    return f"second-pass-notes-{now.astimezone(zone):%Y-%m-%d}.{kind.suffix}"


def note_address(note: Note) -> str:
    """Where this moment is, with the host."""
    viewing = note.viewing
    path = reverse(
        "classroom:second",
        kwargs={"cohort": viewing.membership.cohort.slug, "video": viewing.video.slug},
    )
    return f"{settings.SITE_URL}{path}?at={note.at_ms // 1000}"


def _markdown(notes: Iterator[Note], now: datetime) -> Iterator[str]:
    title, written = _("My notes"), _("Written by Second Pass on %s.") % now.date().isoformat()
    yield f"# {title}\n\n{written}\n"
    heading: tuple[int, int] | None = None
    for note in notes:
        viewing = note.viewing
        place = (viewing.membership_id, viewing.video_id)
        if place != heading:
            heading = place
            title = _plain(str(localized(viewing.video.title)))
            yield f"\n## {title}\n\n{_plain(viewing.membership.cohort.name)}\n"
        yield "\n" + "\n\n".join(_markdown_parts(note)) + "\n"


def _markdown_parts(note: Note) -> Iterator[str]:
    clock = video_clock(note.at_ms)
    yield f"### [{clock}]({note_address(note)}) {note.get_kind_display()}"
    for label, text in (
        (_("I changed"), note.changed),
        (_("I expected"), note.expected),
        (_("It did"), note.happened),
    ):
        if text.strip():
            yield f"**{label}**\n\n{_lowered(text)}"
    if note.body.strip():
        yield _lowered(note.body)
    if note.code.strip():
        yield _fenced(note.code, "python")
    if note.output.strip():
        yield _fenced(note.output, "text")
    for answer in note.answers.all():
        name = _plain(answer.author.user.name or answer.author.user.email)
        quoted = "\n".join(f"> {line}".rstrip() for line in _lowered(answer.body).split("\n"))
        yield f"> **{name}**\n>\n{quoted}"


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


def _plain(text: str) -> str:
    """One line in which nothing is Markdown."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def _lowered(text: str) -> str:
    """A text whose own headings stand below that of its note; a line of a code block is none."""
    lines, fence = [], ""
    for line in text.strip("\n").split("\n"):
        opening = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if opening and not fence:
            fence = opening[1]
        elif fence and line.strip().startswith(fence):
            fence = ""
        elif not fence and re.match(r" {0,3}#{1,6}(\s|$)", line):
            line = "###" + line.lstrip()
        lines.append(line)
    # A block that was left open would swallow what comes after it.
    return "\n".join([*lines, *([fence] if fence else [])])


def _fenced(code: str, language: str) -> str:
    """A code block whose fence is longer than any in the code."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    text = code.strip("\n")
    return f"{fence}{language}\n{text}\n{fence}"


FORMATS: Final[Mapping[str, Format]] = {
    "markdown": Format("markdown", "md", "text/markdown", _markdown),
    "json": Format("json", "json", "application/json", _json),
}
