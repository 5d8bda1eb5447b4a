"""Concepts as an Anki deck: a card for each, which a second import of the deck brings up to date.

Whatever a card says now, it is the same card as long as it comes from the same note of the same installation.
"""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import genanki
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from apps.core.durations import video_clock
from apps.core.localized import localized
from apps.notes.exported_markdown import note_address
from apps.notes.markdown import render
from apps.notes.models import Note

# Anki knows a deck and a kind of card by these numbers: they never change.
DECK_ID: Final = 1_846_203_577
MODEL_ID: Final = 1_501_988_429
NAME: Final = "Second Pass"
LONGEST_QUESTION: Final = 160
PIECE: Final = 64 * 1024
CSS: Final = """
.card { font: 20px/1.5 system-ui, sans-serif; max-width: 36em; margin: 0 auto; padding: 1em; }
.place { font-size: 15px; opacity: .7; }
pre { overflow-x: auto; text-align: left; }
"""


def write_deck(notes: Iterator[Note], now: datetime) -> Iterator[bytes]:
    """The package that Anki imports; notes of other kinds stay out of it."""
    deck, model = genanki.Deck(DECK_ID, NAME), _model()
    for note in notes:
        if note.kind == Note.Kind.CONCEPT and note.body.strip():
            deck.add_note(_card(note, model))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(path, timestamp=now.timestamp())
        with path.open("rb") as package:
            while piece := package.read(PIECE):
                yield piece


def _model() -> Any:
    front = '{{Question}}<p class="place">{{Place}}</p>'
    return genanki.Model(
        MODEL_ID,
        "Second Pass: concept",
        fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Place"}],
        templates=[
            {"name": "Recall", "qfmt": front, "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}"}
        ],
        css=CSS,
    )


def _card(note: Note, model: Any) -> Any:
    """Its first line asks where more follows; else its moment does."""
    first, _newline, rest = note.body.strip().partition("\n")
    is_title = bool(rest.strip()) and len(first) <= LONGEST_QUESTION
    question = render(first) if is_title else format_html("<p>{}</p>", _("What was the idea here?"))
    title = f"{localized(note.viewing.video.title)}, {video_clock(note.at_ms)}"
    place = format_html('<a href="{}">{}</a>', note_address(note), title)
    answer = render(rest if is_title else note.body)
    return genanki.Note(
        model=model,
        fields=[question, answer, place],
        tags=[f"second-pass::{note.viewing.video.slug}"],
        # By the words of the card, as the library would make it, a changed note were another card.
        guid=genanki.guid_for("second-pass", settings.INSTANCE, note.pk),
    )
