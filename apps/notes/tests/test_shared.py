"""What is shared: found by its cohort, and at no cost of what others write."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join
from apps.curriculum.models import Video
from apps.notes.models import Note
from apps.notes.selectors import notes_shared_with
from apps.notes.services import change_note, write_note
from apps.progress.models import Viewing


@pytest.fixture
def second(membership: Membership, video: Video, now: datetime) -> Viewing:
    viewing = Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)
    viewing.membership, viewing.video = membership, video
    return viewing


def written(viewing: Viewing, body: str, visibility: str, now: datetime) -> Note:
    return write_note(
        viewing=viewing, at_ms=0, kind="concept", body=body, visibility=visibility, now=now
    )


def shown(user: User, cohort_slug: str | None = None) -> list[str]:
    return [note.body for note in notes_shared_with(user=user, cohort_slug=cohort_slug)]


def test_a_note_is_shared_in_its_cohort_for_as_long_as_it_is_shared(
    second: Viewing, cohort: Cohort, now: datetime
) -> None:
    private = written(second, "A", "private", now)
    shared = written(second, "B", "instructors", now)
    assert (private.shared_in_id, shared.shared_in_id) == (None, cohort.pk)

    change_note(note=private, visibility="cohort", now=now)
    change_note(note=shared, visibility="private", now=now)

    private.refresh_from_db()
    shared.refresh_from_db()
    assert (private.shared_in_id, shared.shared_in_id) == (cohort.pk, None)


def test_a_page_from_before_a_move_shares_nothing_in_the_cohort_that_was_left(
    second: Viewing, other_cohort: Cohort, now: datetime
) -> None:
    # What the page has loaded still says the old cohort.
    Membership.objects.filter(pk=second.membership_id).update(cohort=other_cohort)

    note = written(second, "A", "cohort", now)

    assert note.shared_in_id == other_cohort.pk


def test_no_row_can_say_that_it_is_shared_and_not_where(second: Viewing, now: datetime) -> None:
    note = written(second, "A", "private", now)

    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(visibility="cohort")


def test_everybody_finds_what_was_shared_with_them_in_all_their_cohorts(
    second: Viewing,
    cohort_mate: User,
    instructor: User,
    observer: User,
    other_cohort: Cohort,
    join: Join,
    video: Video,
    now: datetime,
) -> None:
    elsewhere = join(cohort_mate, other_cohort)
    join(instructor, other_cohort)
    asked = Viewing.objects.create(membership=elsewhere, video=video, number=2, opened_at=now)
    written(second, "to the cohort", "cohort", now)
    written(second, "to instructors", "instructors", now + timedelta(seconds=1))
    written(second, "to nobody", "private", now + timedelta(seconds=2))
    written(asked, "elsewhere", "cohort", now + timedelta(seconds=3))
    written(asked, "to other instructors", "instructors", now + timedelta(seconds=4))

    assert shown(cohort_mate) == ["to the cohort"]
    # An instructor here, a learner there.
    assert shown(instructor) == ["elsewhere", "to instructors", "to the cohort"]
    assert shown(instructor, cohort_slug="winter") == ["elsewhere"]
    assert shown(observer) == []


def test_the_newest_are_found_without_looking_at_the_others(
    second: Viewing, cohort_mate: User, now: datetime
) -> None:
    written(second, "A", "cohort", now)
    page = notes_shared_with(user=cohort_mate).values_list("pk", flat=True)[:50]

    with connection.cursor() as cursor:
        # So few rows would be sorted otherwise; nothing but the index can give the order now.
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
    plan = page.explain()

    assert "using notes_note_shared_in" in plan
    assert "Sort" not in plan
    # Neither the learners nor their passes are walked for each note.
    assert "Nested Loop" not in plan.partition("SubPlan")[0]
