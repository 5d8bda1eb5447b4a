"""Commands of the notebook: write, change and delete a note; the viewing's counts follow at once."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Avg, Count, Q
from django.utils.translation import gettext_lazy as _

from apps.cohorts.models import Membership
from apps.core.errors import DomainError, InvalidValue, NotFound
from apps.notes.models import Note
from apps.progress.models import FIRST_PASS, Viewing
from apps.progress.services import NoteCounts, recount_notes

MAX_TEXT_LENGTH: Final = 20_000
# A duration that is only approximate may be too short by this share; so may a moment be later.
APPROXIMATE_SLACK: Final = 1.2
TEXTS: Final = ("body", "code", "output", "changed", "expected", "happened")
CHANGEABLE: Final = frozenset(
    {*TEXTS, "at_ms", "kind", "typed_share", "has_paste", "visibility", "settled_at"}
)


class NoNotesInFirstPass(DomainError):
    code = "no_notes_in_first_pass"
    title = _("A first pass has no notes; they come in the second")


class NoteChangedElsewhere(DomainError):
    code = "note_changed_elsewhere"
    title = _("This note was changed in another place meanwhile")
    status = 412


def write_note(
    *,
    viewing: Viewing,
    at_ms: int,
    kind: str,
    now: datetime,
    body: str = "",
    code: str = "",
    output: str = "",
    changed: str = "",
    expected: str = "",
    happened: str = "",
    typed_share: float | None = None,
    has_paste: bool = False,
    visibility: str = Note.Visibility.PRIVATE,
) -> Note:
    """Write a note at a millisecond of the video.

    Raises NoNotesInFirstPass, or InvalidValue naming the field that is wrong or empty.
    """
    if viewing.number == FIRST_PASS:
        raise NoNotesInFirstPass
    note = Note(
        viewing=viewing,
        at_ms=at_ms,
        kind=kind,
        body=body,
        code=code,
        output=output,
        changed=changed,
        expected=expected,
        happened=happened,
        typed_share=typed_share,
        has_paste=has_paste,
        visibility=visibility,
        created_at=now,
        updated_at=now,
    )
    _check(note)
    with transaction.atomic():
        hold_notebook(viewing.pk)
        note.shared_in_id = _readers_of(note)
        note.save()
        _recount(note, now)
    return note


def change_note(
    *, note: Note, now: datetime, expected_version: int | None = None, **changes: Any
) -> Note:
    """Change some fields of a note.

    With `expected_version` the change is refused by NoteChangedElsewhere when another device was
    quicker, so that nothing is overwritten unseen. Raises InvalidValue as `write_note` does.
    """
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise InvalidValue(_("This cannot be changed."), field=unknown[0])
    with transaction.atomic():
        locked = _locked(note)
        if expected_version is not None and locked.version != expected_version:
            raise NoteChangedElsewhere(version=locked.version)
        locked.viewing = note.viewing
        if changes.get("kind", Note.Kind.QUESTION) != Note.Kind.QUESTION:
            changes.setdefault("settled_at", None)
        for name, value in changes.items():
            setattr(locked, name, value)
        _check(locked)
        locked.shared_in_id = _readers_of(locked)
        locked.version += 1
        locked.updated_at = now
        locked.save(update_fields=[*changes, "shared_in", "version", "updated_at"])
        _recount(locked, now)
    return locked


def delete_note(*, note: Note, now: datetime, expected_version: int | None = None) -> None:
    """Delete a note; the pass it belongs to stays completed."""
    with transaction.atomic():
        locked = _locked(note)
        if expected_version is not None and locked.version != expected_version:
            raise NoteChangedElsewhere(version=locked.version)
        locked.delete()
        _recount(note, now)


def hold_notebook(viewing_id: int) -> None:
    """Let nobody else write in the notebook of this pass until the transaction ends.

    Taken before any note: who counts sees every other writer's notes, and two cannot wait for each other.
    """
    Viewing.objects.select_for_update(of=("self",), no_key=True).get(pk=viewing_id)


def _locked(note: Note) -> Note:
    hold_notebook(note.viewing_id)
    locked = Note.objects.select_for_update(of=("self",)).filter(pk=note.pk).first()
    if locked is None:
        raise NotFound
    return locked


def _check(note: Note) -> None:
    video = note.viewing.video
    if note.kind not in Note.Kind.values:
        raise InvalidValue(_("Choose one of the five kinds of notes."), field="kind")
    if note.visibility not in Note.Visibility.values:
        raise InvalidValue(_("Choose who sees it."), field="visibility")
    if note.settled_at is not None and note.kind != Note.Kind.QUESTION:
        raise InvalidValue(_("Only questions can be settled."), field="settled")
    slack = APPROXIMATE_SLACK if video.duration_is_approximate else 1
    if not 0 <= note.at_ms <= video.duration_ms * slack:
        raise InvalidValue(_("This moment is not in the video."), field="at_second")
    if note.typed_share is not None and not 0 <= note.typed_share <= 1:
        raise InvalidValue(_("The typed share lies between 0 and 1."), field="typed_share")
    for name in TEXTS:
        text = getattr(note, name)
        if "\x00" in text:
            raise InvalidValue(_("The text contains a character that cannot be kept."), field=name)
        if len(text) > MAX_TEXT_LENGTH:
            raise InvalidValue(_("The text is longer than 20,000 characters."), field=name)
    needed = _needed_text(note)
    if not getattr(note, needed).strip():
        raise InvalidValue(_("Write something first."), field=needed)


def _readers_of(note: Note) -> int | None:
    """The cohort that reads a note, by its visibility; under the lock, since its learner may just have been moved."""
    if note.visibility == Note.Visibility.PRIVATE:
        return None
    return Membership.objects.values_list("cohort_id", flat=True).get(pk=note.viewing.membership_id)


def _needed_text(note: Note) -> str:
    match note.kind:
        case Note.Kind.CODE:
            return "code"
        case Note.Kind.EXPERIMENT:
            return "changed"
        case _:
            return "body"


def _recount(note: Note, now: datetime) -> None:
    found = Note.objects.filter(viewing_id=note.viewing_id).aggregate(
        notes=Count("id"),
        code=Count("id", filter=Q(kind=Note.Kind.CODE)),
        experiments=Count("id", filter=Q(kind=Note.Kind.EXPERIMENT)),
        questions=Count("id", filter=Q(kind=Note.Kind.QUESTION)),
        typed_share=Avg("typed_share", filter=Q(kind=Note.Kind.CODE)),
    )
    recount_notes(viewing=note.viewing, counts=NoteCounts(**found), now=now)
