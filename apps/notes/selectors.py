"""Questions about notes. Notes are private unless shared; whom one may see is decided here."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple, TypedDict, Unpack

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.accounts.limits import within
from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.core.errors import NotFound
from apps.notes.models import Answer, Draft, Note
from apps.notes.search import Words, all_words, found_among_own, search_query
from apps.progress.models import Viewing


def own_note(*, user: User, note_id: int | str) -> Note:
    """The asker's own note, with viewing, video and cohort; else NotFound."""
    return _one(_with_context().filter(_own(user)), note_id)


def readable_note(*, user: User, note_id: int | str) -> Note:
    """The asker's own note, or one that was shared with them; else NotFound."""
    return _one(_with_context().filter(_readable_by(user)), note_id)


class Narrowing(TypedDict, total=False):
    """What a list of notes is narrowed to; together they narrow. None is as good as left out."""

    cohort_slug: str | None
    video_slug: str | None
    video_ids: Collection[int] | None
    kind: str | None
    q: str | None
    since: datetime | None
    before: datetime | None
    updated_since: datetime | None


def my_notes(*, user: User, **narrowing: Unpack[Narrowing]) -> QuerySet[Note]:
    """The asker's own notes, newest first; `q` is a full-text search in both languages.

    Every question goes through the asker's own passes, so it costs what they wrote and not what all did.
    What is searched for is found here, by one small query; the rest follows when the notes are read.
    """
    notes = _with_context().filter(_own(user))
    words = Words.read(narrowing.get("q"))
    if words is not None:
        notes = notes.filter(pk__in=found_among_own(user_id=user.pk, words=words))
    return _narrowed(notes, narrowing | {"q": None})


def notes_shared_with(*, user: User, **narrowing: Unpack[Narrowing]) -> QuerySet[Note]:
    """What others shared with this person, newest first.

    It begins at the person's cohorts (asked for here), so that what others share costs nothing.
    """
    readers = (
        Membership.objects.active()
        .filter(within(user), user=user)
        .exclude(role=Membership.Role.OBSERVER)
    )
    if cohort_slug := narrowing.get("cohort_slug"):
        readers = readers.filter(cohort__slug=cohort_slug)
    roles = dict(readers.values_list("cohort_id", "role"))
    notes = _with_context().filter(
        # One cohort is walked in the order of its index.
        Q(shared_in=next(iter(roles))) if len(roles) == 1 else Q(shared_in__in=list(roles)),
        Q(visibility=Note.Visibility.COHORT)
        | Q(
            shared_in__in=[
                cohort_id for cohort_id, role in roles.items() if role == Membership.Role.INSTRUCTOR
            ]
        ),
    )
    # Who left has taken what they shared along. These are few; asking it of every note would cost most.
    hidden = Viewing.objects.filter(
        Q(membership__ended_at__isnull=False) | Q(membership__user=user),
        membership__cohort__in=list(roles),
    )
    return _narrowed(notes.exclude(viewing__in=hidden), narrowing)


def _narrowed(notes: QuerySet[Note], narrowing: Narrowing) -> QuerySet[Note]:
    if cohort_slug := narrowing.get("cohort_slug"):
        notes = notes.filter(viewing__membership__cohort__slug=cohort_slug)
    if video_slug := narrowing.get("video_slug"):
        notes = notes.filter(viewing__video__slug=video_slug)
    if (video_ids := narrowing.get("video_ids")) is not None:
        notes = notes.filter(viewing__video_id__in=video_ids)
    if kind := narrowing.get("kind"):
        notes = notes.filter(kind=kind)
    if since := narrowing.get("since"):
        notes = notes.filter(created_at__gte=since)
    if before := narrowing.get("before"):
        notes = notes.filter(created_at__lt=before)
    if updated_since := narrowing.get("updated_since"):
        notes = notes.filter(updated_at__gte=updated_since)
    query = search_query(narrowing.get("q"))
    if query is not None:
        notes = notes.alias(words=all_words()).filter(words=query)
    return notes.order_by("-created_at", "-id")


def by_video(notes: QuerySet[Note]) -> QuerySet[Note]:
    """The same notes in the order of the videos, and of their moments."""
    return notes.order_by("viewing__membership_id", "viewing__video_id", "at_ms", "id")


def notes_shown_to_instructors(*, membership: Membership) -> QuerySet[Note]:
    """The notes of a learner which every instructor of the cohort may read."""
    shown = (Note.Visibility.COHORT, Note.Visibility.INSTRUCTORS)
    notes = _with_context().filter(viewing__membership=membership, visibility__in=shown)
    return notes.order_by("-created_at", "-id")


def answers_to(*, note: Note) -> QuerySet[Answer]:
    """The answers to a question that the asker of this one may read, the first one first."""
    return (
        Answer.objects.filter(note=note)
        .select_related("author__user", "note")
        .order_by("created_at", "id")
    )


def own_answer(*, user: User, note_id: int | str, answer_id: int | str) -> Answer:
    """One's own answer to a note that one may still read; else NotFound."""
    note = readable_note(user=user, note_id=note_id)
    answer = answers_to(note=note).filter(author__user=user, pk=_number(answer_id)).first()
    if answer is None:
        raise NotFound
    answer.note = note
    return answer


def open_questions(*, cohort: Cohort) -> QuerySet[Note]:
    """Shared questions of a cohort's active learners, neither answered nor settled, the oldest first."""
    return Note.objects.filter(
        # An anti-join; through the relation PostgreSQL would expect next to none.
        ~Exists(Answer.objects.filter(note=OuterRef("pk"))),
        kind=Note.Kind.QUESTION,
        visibility__in=(Note.Visibility.COHORT, Note.Visibility.INSTRUCTORS),
        viewing__membership__cohort=cohort,
        viewing__membership__ended_at__isnull=True,
        settled_at__isnull=True,
    ).order_by("created_at", "id")


class Asked(NamedTuple):
    """The oldest open question of each membership: its video and its moment. And how many each video has, by its id."""

    oldest: dict[int, tuple[int, datetime]]
    of_videos: dict[int, int]


def asked_in(*, cohort: Cohort, membership: Membership | None = None) -> Asked:
    """The shared questions that nobody answered, counted; one statement."""
    questions = open_questions(cohort=cohort)
    if membership is not None:
        questions = questions.filter(viewing__membership=membership)
    oldest: dict[int, tuple[int, datetime]] = {}
    of_videos: dict[int, int] = {}
    for membership_id, video_id, asked_at in questions.values_list(
        "viewing__membership_id", "viewing__video_id", "created_at"
    ):
        oldest.setdefault(membership_id, (video_id, asked_at))
        of_videos[video_id] = of_videos.get(video_id, 0) + 1
    return Asked(oldest, of_videos)


def _with_context() -> QuerySet[Note]:
    return Note.objects.select_related(
        "viewing__membership__cohort", "viewing__membership__user", "viewing__video"
    ).annotate(answer_count=_counted_answers())


def _counted_answers() -> Coalesce:
    counted = Answer.objects.filter(note=OuterRef("pk")).order_by().values("note")
    return Coalesce(Subquery(counted.annotate(count=Count("pk")).values("count")), 0)


def _readable_by(user: User) -> Q:
    return _own(user) | _shared_with(user)


def _own(user: User) -> Q:
    return Q(viewing__membership__user=user) & within(user, "viewing__membership__cohort")


def _shared_with(user: User) -> Q:
    cohorts = Membership.objects.active().filter(within(user), user=user)
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
    return shared & Q(viewing__membership__ended_at__isnull=True)


def _one(notes: QuerySet[Note], note_id: int | str) -> Note:
    note = notes.filter(pk=_number(note_id)).first()
    if note is None:
        raise NotFound
    return note


def _number(public_id: int | str) -> int:
    if not str(public_id).isdecimal() or int(public_id) >= 2**63:
        raise NotFound
    return int(public_id)


def drafts_of(*, viewing: Viewing) -> QuerySet[Draft]:
    """What was typed and never saved, the latest first; never another's than the caller's own viewing."""
    return Draft.objects.filter(viewing=viewing, saved_at=None).order_by("-updated_at", "-id")
