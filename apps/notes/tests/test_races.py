"""Two at once in one notebook, each with a connection of its own: nothing is miscounted, nobody waits for ever."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.notes.models import Note
from apps.notes.services import change_note, delete_note, write_note, write_note_of_draft
from apps.progress.models import Viewing
from apps.progress.services import finish_viewing, open_viewing

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15


@pytest.fixture
def second(membership: Membership, video: Video, now: datetime) -> Viewing:
    first = open_viewing(membership=membership, video=video, number=1, now=now)
    finish_viewing(viewing=first, now=now, self_reported=True)
    return open_viewing(membership=membership, video=video, number=2, now=now + timedelta(days=1))


@pytest.fixture
def at_once() -> Iterator[Callable[..., None]]:
    """Run acts in threads that begin together; what one raises is raised."""
    with ThreadPoolExecutor(4) as pool:

        def run(*acts: Callable[[], object]) -> None:
            barrier = Barrier(len(acts))

            def begin(act: Callable[[], object]) -> None:
                try:
                    barrier.wait()
                    act()
                finally:
                    connection.close()

            list(pool.map(begin, acts))

        yield run


def test_notes_written_at_once_are_all_counted(
    second: Viewing, now: datetime, at_once: Callable[..., None]
) -> None:
    def write() -> None:
        write_note(viewing=second, at_ms=1000, kind="concept", body="a thought", now=now)

    for _round in range(ROUNDS):
        at_once(write, write, write, write)

    second.refresh_from_db()
    assert second.note_count == Note.objects.filter(viewing=second).count() == 4 * ROUNDS


def test_a_change_beside_a_save_sent_again_ends_without_a_deadlock(
    second: Viewing, now: datetime, at_once: Callable[..., None]
) -> None:
    values: dict[str, Any] = {"at_ms": 1000, "kind": "concept"}
    for number in range(ROUNDS):
        key = f"draft-{number}"
        note = write_note_of_draft(viewing=second, key=key, now=now, body="one", **values)

        def change(note: Note = note) -> None:
            change_note(note=note, now=now, visibility="cohort")

        def again(key: str = key) -> None:
            write_note_of_draft(viewing=second, key=key, now=now, body="one", **values)

        def write() -> None:
            write_note(viewing=second, now=now, body="two", **values)

        at_once(change, again, write)
        at_once(lambda note=note: delete_note(note=note, now=now), write)

    second.refresh_from_db()
    assert second.note_count == Note.objects.filter(viewing=second).count() == 2 * ROUNDS
