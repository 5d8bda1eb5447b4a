"""Template filters of the notebook."""

from django import template
from django.utils.safestring import SafeString

from apps.notes.highlights import marked_code, marked_output
from apps.notes.markdown import render
from apps.notes.models import Note

register = template.Library()

# The letters are the keys of the desk, the same in both languages.
LETTERS = {
    Note.Kind.CONCEPT: "N",
    Note.Kind.CODE: "C",
    Note.Kind.EXPERIMENT: "E",
    Note.Kind.OBSERVATION: "O",
    Note.Kind.QUESTION: "Q",
}


@register.filter
def markdown(text: str) -> SafeString:
    """A note's text as safe HTML."""
    return render(text)


@register.filter
def code(text: str) -> SafeString:
    """Code, coloured, or with what a search found in it marked."""
    return marked_code(text)


@register.filter
def output(text: str) -> SafeString:
    """Output of code, escaped, with what a search found in it marked."""
    return marked_output(text)


@register.filter
def note_letter(kind: str) -> str:
    """The letter that stands for a kind of note: N, C, E, O or Q."""
    return LETTERS[Note.Kind(kind)]


@register.filter
def percent(share: float) -> int:
    """0.876 as 87: whole per cent, rounded down."""
    return int(share * 100)


@register.filter
def whole_seconds(milliseconds: int) -> str:
    """5999 as "5": for addresses that start a video at a moment."""
    return str(milliseconds // 1000)
