"""Notes: written in second passes, private unless shared, never overwritten unseen."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.core.errors import InvalidValue, NotFound
from apps.curriculum.models import Video
from apps.notes import selectors
from apps.notes.markdown import render
from apps.notes.models import Note
from apps.notes.services import (
    NoNotesInFirstPass,
    NoteChangedElsewhere,
    change_note,
    delete_note,
    write_note,
)
from apps.progress.models import Viewing
from apps.progress.services import finish_viewing, open_viewing


@pytest.fixture
def first(membership: Membership, video: Video, now: datetime) -> Viewing:
    viewing = open_viewing(membership=membership, video=video, number=1, now=now)
    return finish_viewing(viewing=viewing, now=now, self_reported=True)


@pytest.fixture
def second(first: Viewing, membership: Membership, video: Video, now: datetime) -> Viewing:
    return open_viewing(membership=membership, video=video, number=2, now=now + timedelta(days=1))


def test_a_note_is_counted_on_its_viewing(second: Viewing, now: datetime) -> None:
    write_note(viewing=second, at_ms=5_000, kind="concept", body="A weight", now=now)
    write_note(viewing=second, at_ms=6_000, kind="code", code="x = 1", typed_share=0.5, now=now)
    write_note(viewing=second, at_ms=6_000, kind="code", code="y = 1", typed_share=1.0, now=now)
    write_note(viewing=second, at_ms=7_000, kind="experiment", changed="x", now=now)
    write_note(viewing=second, at_ms=8_000, kind="question", body="Why?", now=now)

    stored = Viewing.objects.get(number=2)
    assert (stored.note_count, stored.code_count) == (5, 2)
    assert (stored.experiment_count, stored.question_count) == (1, 1)
    assert stored.typed_share == 0.75


def test_deleting_a_note_takes_it_from_the_counts(second: Viewing, now: datetime) -> None:
    note = write_note(viewing=second, at_ms=0, kind="code", code="x", typed_share=1.0, now=now)

    delete_note(note=note, now=now)

    stored = Viewing.objects.get(number=2)
    assert (stored.note_count, stored.code_count, stored.typed_share) == (0, 0, None)


def test_a_first_pass_takes_no_notes(first: Viewing, now: datetime) -> None:
    with pytest.raises(NoNotesInFirstPass):
        write_note(viewing=first, at_ms=0, kind="concept", body="A", now=now)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "song", "body": "a"}, "kind"),
        ({"kind": "concept", "body": "  "}, "body"),
        ({"kind": "code", "body": "a"}, "code"),
        ({"kind": "experiment", "expected": "a"}, "changed"),
        ({"kind": "concept", "body": "a\x00"}, "body"),
        ({"kind": "concept", "body": "a" * 20_001}, "body"),
        ({"kind": "concept", "body": "a", "at_ms": -1}, "at_second"),
        ({"kind": "concept", "body": "a", "at_ms": 1_200_001}, "at_second"),
        ({"kind": "concept", "body": "a", "visibility": "world"}, "visibility"),
        ({"kind": "code", "code": "a", "typed_share": 1.1}, "typed_share"),
    ],
)
def test_what_is_no_note_is_refused_by_field(
    second: Viewing, now: datetime, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        write_note(viewing=second, now=now, **({"at_ms": 0} | values))

    assert refusal.value.field == field
    assert not Note.objects.exists()


def test_a_change_that_has_not_seen_the_last_one_is_refused(second: Viewing, now: datetime) -> None:
    note = write_note(viewing=second, at_ms=0, kind="concept", body="one", now=now)
    change_note(note=note, expected_version=1, body="two", now=now)

    with pytest.raises(NoteChangedElsewhere) as refusal:
        change_note(note=note, expected_version=1, body="three", now=now)

    assert refusal.value.extra == {"version": 2}
    assert Note.objects.get().body == "two"


def test_a_deletion_that_has_not_seen_the_last_change_is_refused(
    second: Viewing, now: datetime
) -> None:
    note = write_note(viewing=second, at_ms=0, kind="concept", body="one", now=now)
    change_note(note=note, expected_version=1, body="two", now=now)

    with pytest.raises(NoteChangedElsewhere):
        delete_note(note=note, expected_version=1, now=now)


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        ("private", {"learner"}),
        ("instructors", {"learner", "instructor"}),
        ("cohort", {"learner", "cohort_mate", "instructor"}),
    ],
)
def test_a_note_is_read_by_those_it_is_shared_with(
    second: Viewing,
    now: datetime,
    learner: User,
    cohort_mate: User,
    instructor: User,
    observer: User,
    other_instructor: User,
    stranger: User,
    visibility: str,
    readers: set[str],
) -> None:
    note = write_note(
        viewing=second, at_ms=0, kind="concept", body="A", visibility=visibility, now=now
    )
    cast = {
        "learner": learner,
        "cohort_mate": cohort_mate,
        "instructor": instructor,
        "observer": observer,
        "other_instructor": other_instructor,
        "stranger": stranger,
    }

    able = set()
    for name, user in cast.items():
        try:
            selectors.readable_note(user=user, note_id=note.pk)
        except NotFound:
            continue
        able.add(name)

    assert able == readers


def test_who_left_takes_what_they_shared_along(
    second: Viewing, membership: Membership, learner: User, instructor: User, now: datetime
) -> None:
    note = write_note(
        viewing=second, at_ms=0, kind="concept", body="A", visibility="cohort", now=now
    )
    assert selectors.readable_note(user=instructor, note_id=note.pk) == note

    Membership.objects.filter(pk=membership.pk).update(ended_at=now)

    assert selectors.readable_note(user=learner, note_id=note.pk) == note
    with pytest.raises(NotFound):
        selectors.readable_note(user=instructor, note_id=note.pk)


@pytest.mark.parametrize("note_id", ["", "x", "-1", "9" * 30, "٣"])
def test_an_id_that_is_none_of_ours_is_not_there(stranger: User, note_id: str) -> None:
    with pytest.raises(NotFound):
        selectors.own_note(user=stranger, note_id=note_id)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("weight", ["weights everywhere"]),
        ("веса", ["вес решает всё"]),
        ("nothing", []),
        ('"unbalanced & |', []),
        ("everyw", ["weights everywhere"]),
        ("weights ever", ["weights everywhere"]),
        ("реша", ["вес решает всё"]),
        ("we", []),
        ('"everyw"', []),
        ("weights -everyw", ["weights everywhere"]),
        ("nothing or everywhere", ["weights everywhere"]),
        ("\x00", ["weights everywhere", "вес решает всё"]),
    ],
)
def test_notes_are_found_by_their_words_in_both_languages(
    second: Viewing, learner: User, now: datetime, q: str, found: list[str]
) -> None:
    write_note(viewing=second, at_ms=0, kind="concept", body="weights everywhere", now=now)
    write_note(viewing=second, at_ms=1, kind="concept", body="вес решает всё", now=now)

    notes = selectors.my_notes(user=learner, q=q)

    assert sorted(note.body for note in notes) == found


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*soft* **max**", "<p><em>soft</em> <strong>max</strong></p>\n"),
        ("# Big", "<h3>Big</h3>\n"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        (
            "[a](https://example.org)",
            '<p><a href="https://example.org" rel="noopener noreferrer nofollow">a</a></p>\n',
        ),
        (
            "```python\nx = 1\n```",
            '<pre><code class="language-python">x = <span class="mi">1</span>\n</code></pre>\n',
        ),
    ],
)
def test_markdown_becomes_safe_html(text: str, html: str) -> None:
    assert html in render(text)
