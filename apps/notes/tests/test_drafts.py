"""Drafts: nothing is overwritten unseen, and a draft becomes a note exactly once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from apps.cohorts.models import Membership
from apps.core.errors import InvalidValue
from apps.curriculum.models import Video
from apps.notes.models import Draft, Note
from apps.notes.selectors import drafts_of
from apps.notes.services import (
    DraftChangedElsewhere,
    DraftIsSaved,
    NoteChangedElsewhere,
    TooManyDrafts,
    change_note,
    delete_note,
    discard_draft,
    keep_draft,
    write_note_of_draft,
)
from apps.notes.services.drafts import MAX_DRAFTS
from apps.progress.models import Viewing
from apps.progress.services import finish_viewing, open_viewing


@pytest.fixture
def second(membership: Membership, video: Video, now: datetime) -> Viewing:
    first = open_viewing(membership=membership, video=video, number=1, now=now)
    finish_viewing(viewing=first, now=now, self_reported=True)
    return open_viewing(membership=membership, video=video, number=2, now=now + timedelta(days=1))


def test_a_draft_is_written_on_by_who_has_seen_the_latest(second: Viewing, now: datetime) -> None:
    first = keep_draft(viewing=second, key="a", values={"body": "one"}, kind="code", now=now)
    later = keep_draft(
        viewing=second,
        key="a",
        values={"body": "one, two"},
        kind="code",
        expected_version=1,
        now=now,
    )

    assert (first.version, later.version) == (1, 2)
    [draft] = drafts_of(viewing=second)
    assert (draft.values, draft.kind) == ({"body": "one, two"}, "code")


def test_who_has_not_seen_the_latest_is_told_what_it_is(second: Viewing, now: datetime) -> None:
    keep_draft(viewing=second, key="a", values={"body": "theirs"}, now=now)

    with pytest.raises(DraftChangedElsewhere) as refused:
        keep_draft(viewing=second, key="a", values={"body": "mine"}, now=now)

    assert refused.value.draft.values == {"body": "theirs"}
    assert Draft.objects.get().values == {"body": "theirs"}


def test_the_same_text_again_changes_nothing(second: Viewing, now: datetime) -> None:
    keep_draft(viewing=second, key="a", values={"body": "one"}, now=now)
    again = keep_draft(viewing=second, key="a", values={"body": "one"}, now=now)

    assert again.version == 1


def test_a_draft_becomes_a_note_once(second: Viewing, now: datetime) -> None:
    keep_draft(viewing=second, key="a", values={"body": "one"}, now=now)
    values = {"at_ms": 1000, "kind": "observation", "body": "one"}
    note = write_note_of_draft(viewing=second, key="a", now=now, **values)
    again = write_note_of_draft(viewing=second, key="a", now=now, **values)

    assert note.pk == again.pk
    assert Note.objects.get().version == 1
    assert list(drafts_of(viewing=second)) == []
    with pytest.raises(DraftIsSaved):
        keep_draft(viewing=second, key="a", values={"body": "one, late"}, now=now)


def test_a_save_that_says_more_than_its_first_is_a_change(second: Viewing, now: datetime) -> None:
    values = {"at_ms": 1000, "kind": "observation"}
    write_note_of_draft(viewing=second, key="a", now=now, body="one", **values)
    write_note_of_draft(viewing=second, key="a", now=now, body="one, two", **values)

    note = Note.objects.get()
    assert (note.body, note.version) == ("one, two", 2)
    note.viewing = second
    change_note(note=note, now=now, body="elsewhere")
    with pytest.raises(NoteChangedElsewhere):
        write_note_of_draft(viewing=second, key="a", now=now, body="one, three", **values)


def test_a_deleted_note_does_not_come_back(second: Viewing, now: datetime) -> None:
    values = {"at_ms": 1000, "kind": "observation", "body": "one"}
    note = write_note_of_draft(viewing=second, key="a", now=now, **values)
    delete_note(note=note, now=now)

    with pytest.raises(DraftIsSaved):
        write_note_of_draft(viewing=second, key="a", now=now, **values)
    assert not Note.objects.exists()


def test_a_note_that_is_refused_leaves_its_draft(second: Viewing, now: datetime) -> None:
    keep_draft(viewing=second, key="a", values={"body": "one"}, now=now)

    with pytest.raises(InvalidValue):
        write_note_of_draft(viewing=second, key="a", now=now, at_ms=1000, kind="code", body="one")

    assert Draft.objects.get().values == {"body": "one"}


def test_a_draft_can_be_put_away(second: Viewing, now: datetime) -> None:
    keep_draft(viewing=second, key="a", values={"body": "one"}, now=now)
    discard_draft(viewing=second, key="a")
    discard_draft(viewing=second, key="a")

    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"body": "x" * 20_001},
        {"body": "\x00"},
        {"body": "\ud800"},
        {"body": 1},
        {"x" * 21: "y"},
        {str(number): "x" for number in range(17)},
    ],
)
def test_drafts_have_limits(second: Viewing, now: datetime, values: dict[str, str]) -> None:
    with pytest.raises(InvalidValue):
        keep_draft(viewing=second, key="a", values=values, now=now)


def test_a_pass_keeps_a_limited_number_of_them(second: Viewing, now: datetime) -> None:
    for number in range(MAX_DRAFTS):
        keep_draft(viewing=second, key=f"d-{number}", values={"body": "x"}, now=now)

    with pytest.raises(TooManyDrafts):
        keep_draft(viewing=second, key="one-more", values={"body": "x"}, now=now)


@pytest.fixture
def in_parallel() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.mark.django_db(transaction=True)
def test_a_save_sent_four_times_at_once_is_one_note(
    second: Viewing, now: datetime, in_parallel: ThreadPoolExecutor
) -> None:
    def save(_number: int) -> int:
        try:
            return write_note_of_draft(
                viewing=second, key="a", now=now, at_ms=1000, kind="concept", body="once"
            ).pk
        finally:
            connection.close()

    saved = list(in_parallel.map(save, range(4)))

    assert len(set(saved)) == 1
    assert Note.objects.count() == 1
