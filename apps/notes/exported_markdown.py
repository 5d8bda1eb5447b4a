"""Notes as Markdown: headings with links to their moments, code in fences that hold, answers as quotations."""

import re
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.durations import video_clock
from apps.core.localized import localized
from apps.notes.models import Note

# What Markdown would read as its own signs in a title or a name.
_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~])")


def note_address(note: Note) -> str:
    """Where this moment is, with the host."""
    viewing = note.viewing
    path = reverse(
        "classroom:second",
        kwargs={"cohort": viewing.membership.cohort.slug, "video": viewing.video.slug},
    )
    return f"{settings.SITE_URL}{path}?at={note.at_ms // 1000}"


def write_markdown(notes: Iterator[Note], now: datetime) -> Iterator[str]:
    yield f"{title_of_all(now)}\n"
    heading: tuple[int, int] | None = None
    for note in notes:
        viewing = note.viewing
        place = (viewing.membership_id, viewing.video_id)
        if place != heading:
            heading = place
            yield f"\n{title_of_video(note)}\n"
        yield "\n" + "\n\n".join(_parts(note)) + "\n"


def title_of_all(now: datetime) -> str:
    title, written = _("My notes"), _("Written by Second Pass on %s.") % now.date().isoformat()
    return f"# {title}\n\n{written}"


def title_of_video(note: Note) -> str:
    """The heading over the notes of one video in one cohort."""
    viewing = note.viewing
    title = _plain(str(localized(viewing.video.title)))
    return f"## {title}\n\n{_plain(viewing.membership.cohort.name)}"


def _parts(note: Note) -> Iterator[str]:
    yield from words_of(note)
    if note.code.strip():
        yield _fenced(note.code, "python")
    if note.output.strip():
        yield _fenced(note.output, "text")
    yield from answers_to(note)


def words_of(note: Note) -> Iterator[str]:
    """Its heading with the link to its moment, and what is said in it besides code."""
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


def answers_to(note: Note) -> Iterator[str]:
    for answer in note.answers.all():
        name = _plain(answer.author.user.name or answer.author.user.email)
        quoted = "\n".join(f"> {line}".rstrip() for line in _lowered(answer.body).split("\n"))
        yield f"> **{name}**\n>\n{quoted}"


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
