"""The list of notes on the desk as HTML. Each note is drawn once for each of its versions and kept."""

from collections.abc import Sequence

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from apps.core.kept import KeptHtml
from apps.notes.models import Note
from apps.notes.moments import NoteMoment, answer_counts_of, notes_by_pk
from apps.progress.models import Viewing

# So many notes come with the page, more than a list shows at once; a longer one follows after it.
NOTES_AT_ONCE = 30
# Of each process: some ten thousand notes.
_kept = KeptHtml(characters=8_000_000)


def nearest(moments: Sequence[NoteMoment], at_ms: int) -> Sequence[NoteMoment]:
    """The notes around a moment, in their order: what one sees of a long notebook at first."""
    if len(moments) <= NOTES_AT_ONCE:
        return moments
    near = sorted(moments, key=lambda moment: abs(moment.at_ms - at_ms))[:NOTES_AT_ONCE]
    kept = {moment.pk for moment in near}
    return [moment for moment in moments if moment.pk in kept]


def drawn_notes(*, viewing: Viewing, moments: Sequence[NoteMoment], here: str) -> list[SafeString]:
    """The notes at these moments, in this order; `here` is the address of their desk."""
    has_questions = any(moment.kind == Note.Kind.QUESTION for moment in moments)
    answers = answer_counts_of(viewing=viewing) if has_questions else {}
    language = get_language()
    keys = [(*moment, answers.get(moment.pk, 0), language, here) for moment in moments]
    drawn = {moment.pk: _kept.find(key) for moment, key in zip(moments, keys, strict=True)}
    missing = notes_by_pk(viewing=viewing, pks=[pk for pk, html in drawn.items() if html is None])
    for moment, key in zip(moments, keys, strict=True):
        # One that was deleted this very moment is drawn no more.
        if note := missing.get(moment.pk):
            html = _draw(note, answers.get(moment.pk, 0), here)
            drawn[moment.pk] = html
            # Changed this very moment: it is drawn as it is now, and kept under its own key later.
            if note.version == moment.version:
                _kept.keep(key, html)
    return [html for html in drawn.values() if html is not None]


def _draw(note: Note, answer_count: int, here: str) -> SafeString:
    note.answer_count = answer_count  # type: ignore[attr-defined]  # what lists annotate
    html = get_template("components/note.html").render(
        {
            "note": note,
            "address": f"{here}?at={note.at_ms // 1000}",
            "extra": "classroom/note_actions.html",
            "here": here,
        }
    )
    return mark_safe(html)  # noqa: S308 - a template's
