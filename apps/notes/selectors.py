"""Questions about notes. Notes are private unless shared; whom one may see is decided here."""

from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.core.errors import NotFound
from apps.notes.models import Note
from apps.progress.models import Viewing


def own_note(*, user: User, note_id: int | str) -> Note:
    """The asker's own note, with viewing, video and cohort; else NotFound."""
    return _one(_with_context().filter(viewing__membership__user=user), note_id)


def readable_note(*, user: User, note_id: int | str) -> Note:
    """The asker's own note, or one that was shared with them; else NotFound."""
    return _one(_with_context().filter(_readable_by(user)).distinct(), note_id)


def my_notes(
    *,
    user: User,
    cohort_slug: str | None = None,
    video_slug: str | None = None,
    kind: str | None = None,
    q: str | None = None,
    updated_since: datetime | None = None,
) -> QuerySet[Note]:
    """The asker's own notes, newest first; `q` is a full-text search in both languages."""
    notes = _with_context().filter(viewing__membership__user=user)
    if cohort_slug:
        notes = notes.filter(viewing__membership__cohort__slug=cohort_slug)
    if video_slug:
        notes = notes.filter(viewing__video__slug=video_slug)
    if kind:
        notes = notes.filter(kind=kind)
    if updated_since:
        notes = notes.filter(updated_at__gte=updated_since)
    words = (q or "").replace("\x00", "").strip()
    if words:
        notes = notes.filter(search=SearchQuery(words, config="russian", search_type="websearch"))
    return notes.order_by("-created_at", "-id")


def notes_of(*, viewing: Viewing) -> QuerySet[Note]:
    """The notebook of one pass, in the order of the video."""
    return Note.objects.filter(viewing=viewing).by_moment()


def shared_notes(*, membership: Membership, reader: User) -> QuerySet[Note]:
    """The notes of a learner which this reader may see: theirs, or what was shared with them."""
    return (
        _with_context()
        .filter(_readable_by(reader), viewing__membership=membership)
        .distinct()
        .order_by("-created_at", "-id")
    )


def _with_context() -> QuerySet[Note]:
    return Note.objects.select_related(
        "viewing__membership__cohort", "viewing__membership__user", "viewing__video"
    )


def _readable_by(user: User) -> Q:
    cohorts = Membership.objects.active().filter(user=user)
    shared = Q(
        visibility=Note.Visibility.COHORT,
        # Observers read figures, never texts.
        viewing__membership__cohort__in=cohorts.exclude(role=Membership.Role.OBSERVER).values(
            "cohort"
        ),
    ) | Q(
        visibility=Note.Visibility.INSTRUCTORS,
        viewing__membership__cohort__in=cohorts.filter(role=Membership.Role.INSTRUCTOR).values(
            "cohort"
        ),
    )
    # Who left has taken what they shared along.
    return Q(viewing__membership__user=user) | (
        shared & Q(viewing__membership__ended_at__isnull=True)
    )


def _one(notes: QuerySet[Note], note_id: int | str) -> Note:
    if not str(note_id).isdecimal() or int(note_id) >= 2**63:
        raise NotFound
    note = notes.filter(pk=note_id).first()
    if note is None:
        raise NotFound
    return note
