"""Answers to questions that a learner shared: by an instructor or by a cohort-mate, who see that one note only."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.core.errors import DomainError, InvalidValue, NotFound
from apps.notes.models import Answer, Note
from apps.notes.selectors import readable_note
from apps.notes.services.notebook import change_note

LONGEST_ANSWER: Final = 10_000


class NotAQuestion(DomainError):
    code = "not_a_question"
    title = _("Only questions can be answered")


class OwnQuestion(DomainError):
    code = "own_question"
    title = _("This question is your own; change the note itself")


class AnswerChangedElsewhere(DomainError):
    code = "answer_changed_elsewhere"
    title = _("This answer was changed in another place meanwhile")
    status = 412


def write_answer(*, user: User, note_id: int | str, body: str, now: datetime) -> Answer:
    """Answer a question that was shared with this person.

    The same words of the same person again are the answer that stands already. Raises NotFound where the note is
    not theirs to read (any more), NotAQuestion, OwnQuestion, InvalidValue.
    """
    note = readable_note(user=user, note_id=note_id)
    if note.viewing.membership.user_id == user.pk:
        raise OwnQuestion
    if note.kind != Note.Kind.QUESTION:
        raise NotAQuestion
    text = _checked(body)
    with transaction.atomic():
        # A share that is taken back at this moment is seen, and a second click finds the first answer.
        Note.objects.select_for_update(of=("self",)).filter(pk=note.pk).first()
        note = readable_note(user=user, note_id=note_id)
        author = _author(user, note)
        said = Answer.objects.filter(note=note, author=author, body=text).first()
        if said is not None:
            return said
        return Answer.objects.create(
            note=note, author=author, body=text, created_at=now, updated_at=now
        )


def change_answer(
    *, answer: Answer, body: str, now: datetime, expected_version: int | None = None
) -> Answer:
    """Put one's own answer in other words. Raises AnswerChangedElsewhere, InvalidValue."""
    text = _checked(body)
    with transaction.atomic():
        locked = _locked(answer, expected_version)
        locked.body = text
        locked.version += 1
        locked.updated_at = now
        locked.save(update_fields=["body", "version", "updated_at"])
    return locked


def delete_answer(*, answer: Answer, expected_version: int | None = None) -> None:
    """Take one's own answer away. Raises AnswerChangedElsewhere."""
    with transaction.atomic():
        _locked(answer, expected_version).delete()


def settle_question(*, note: Note, is_settled: bool, now: datetime) -> Note:
    """The asker says that their question needs no answer any more, or that it does again.

    Raises InvalidValue for another kind of note.
    """
    if (note.settled_at is not None) == is_settled:
        return note
    return change_note(note=note, now=now, settled_at=now if is_settled else None)


def _locked(answer: Answer, expected_version: int | None) -> Answer:
    locked = Answer.objects.select_for_update().filter(pk=answer.pk).first()
    if locked is None:
        raise NotFound
    if expected_version is not None and locked.version != expected_version:
        raise AnswerChangedElsewhere(version=locked.version)
    locked.note, locked.author = answer.note, answer.author
    return locked


def _author(user: User, note: Note) -> Membership:
    """As whom this person answers: their membership in the asker's cohort."""
    return Membership.objects.active().get(user=user, cohort=note.viewing.membership.cohort_id)


def _checked(body: str) -> str:
    text = body.strip()
    if not text:
        raise InvalidValue(_("Write something first."), field="body")
    if "\x00" in text:
        raise InvalidValue(_("The text contains a character that cannot be kept."), field="body")
    if len(text) > LONGEST_ANSWER:
        raise InvalidValue(_("The text is longer than 10,000 characters."), field="body")
    return text
