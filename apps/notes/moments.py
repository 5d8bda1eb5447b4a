"""A notebook at a glance: where its notes hang and which they are, without their texts.

A long notebook is listed from this; the texts are read only of notes that are drawn anew.
"""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count

from apps.notes.models import Answer, Note
from apps.progress.models import Viewing


class NoteMoment(NamedTuple):
    """One note at its moment. Its texts are those of its `version`."""

    pk: int
    at_ms: int
    kind: str
    version: int


def moments_of(*, viewing: Viewing) -> list[NoteMoment]:
    """The notes of one pass in the order of the video."""
    rows = Note.objects.filter(viewing=viewing).by_moment().values_list(*NoteMoment._fields)
    return [NoteMoment(*row) for row in rows]


def answer_counts_of(*, viewing: Viewing) -> dict[int, int]:
    """How many answers the questions of one pass have, by note; those without are not in it."""
    answered = Answer.objects.filter(note__viewing=viewing, note__kind=Note.Kind.QUESTION)
    return dict(answered.order_by().values_list("note").annotate(Count("pk")))


def notes_by_pk(*, viewing: Viewing, pks: Collection[int]) -> dict[int, Note]:
    """These notes of the pass with their texts; nothing is asked where none is wanted."""
    if not pks:
        return {}
    return {note.pk: note for note in Note.objects.filter(viewing=viewing, pk__in=pks)}
