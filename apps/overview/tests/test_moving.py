"""A learner goes to another cohort with everything, and what they shared stays with those they shared it with."""

from datetime import datetime

import pytest

from apps.accounts.models import User
from apps.cohorts import services as cohorts
from apps.cohorts.errors import CannotMove, CohortArchived, CohortFull
from apps.cohorts.models import Cohort, Event, Letter, Membership
from apps.cohorts.selectors import cohorts_to_move_to
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.notes.models import Note
from apps.notes.selectors import notes_shared_with
from apps.notes.services import write_note
from apps.overview import services as overview
from apps.overview.selectors import progress_document
from apps.progress.models import Viewing
from apps.reminders.models import Rewatch
from tests.site.test_pages import pass_of


@pytest.fixture
def teacher(instructor: User, other_cohort: Cohort, join: Join) -> User:
    """Teaches both cohorts."""
    join(instructor, other_cohort, "instructor")
    return instructor


def finished(membership: Membership, video: Video, now: datetime) -> Viewing:
    from apps.reminders.services import finish_pass

    viewing = pass_of(membership, video, 1, now)
    finish_pass(viewing=viewing, now=now)
    return viewing


def test_history_notes_and_promises_come_along(
    membership: Membership,
    video: Video,
    other_cohort: Cohort,
    cohort: Cohort,
    teacher: User,
    cohort_mate: User,
    now: datetime,
) -> None:
    finished(membership, video, now)
    again = pass_of(membership, video, 2, now)
    note = write_note(
        viewing=again, at_ms=1000, kind="concept", body="Sums", visibility="cohort", now=now
    )
    due_on = Rewatch.objects.get().due_on
    before = progress_document(membership=membership, now=now).totals

    moved = overview.move_member(membership=membership, to=other_cohort, by=teacher, now=now)

    assert (moved.pk, moved.cohort, moved.joined_at) == (
        membership.pk,
        other_cohort,
        membership.joined_at,
    )
    after = progress_document(membership=moved, now=now).totals
    assert (after.first_passes, after.active_seconds) == (
        before.first_passes,
        before.active_seconds,
    )
    assert Rewatch.objects.get().due_on == due_on
    note.refresh_from_db()
    assert note.visibility == Note.Visibility.PRIVATE
    assert not notes_shared_with(user=cohort_mate, cohort_slug=cohort.slug).exists()
    assert not cohort.memberships.filter(user=membership.user).exists()
    assert Letter.objects.get().kind == "moved"
    assert set(Event.objects.values_list("cohort", "kind").filter(kind__startswith="moved")) == {
        (cohort.pk, "moved_away"),
        (other_cohort.pk, "moved_here"),
    }


def test_who_waits_gets_the_place_left_behind(
    membership: Membership, other_cohort: Cohort, cohort: Cohort, teacher: User, now: datetime
) -> None:
    cohorts.change_cohort(cohort=cohort, now=now, capacity=1, is_open=True)
    waiting = make_user("Waiting")
    cohorts.wait_for_open_cohort(user=waiting, cohort_slug="autumn", now=now)

    overview.move_member(membership=membership, to=other_cohort, by=teacher, now=now)

    assert cohort.memberships.learners().get().user == waiting


@pytest.mark.parametrize(
    ("obstacle", "error"),
    [
        ("full", CohortFull),
        ("archived", CohortArchived),
        ("been there", CannotMove),
        ("same", CannotMove),
        ("instructor", CannotMove),
        ("left", CannotMove),
    ],
)
def test_what_cannot_be_moved_stays_as_it_is(
    membership: Membership,
    other_cohort: Cohort,
    cohort: Cohort,
    teacher: User,
    join: Join,
    now: datetime,
    obstacle: str,
    error: type[Exception],
) -> None:
    target = other_cohort
    match obstacle:
        case "full":
            cohorts.change_cohort(cohort=target, now=now, capacity=1)
            join(make_user("Other"), target)
        case "archived":
            cohorts.archive_cohort(cohort=target, now=now)
        case "been there":
            cohorts.end_membership(membership=join(membership.user, target), now=now)
        case "same":
            target = cohort
        case "instructor":
            cohorts.change_role(membership=membership, role="observer", now=now)
        case "left":
            cohorts.end_membership(membership=membership, now=now)

    with pytest.raises(error):
        overview.move_member(membership=membership, to=target, by=teacher, now=now)

    membership.refresh_from_db()
    assert membership.cohort == cohort
    assert not Event.objects.filter(kind__startswith="moved").exists()


def test_a_student_id_of_somebody_over_there_is_dropped(
    membership: Membership, other_cohort: Cohort, teacher: User, join: Join, now: datetime
) -> None:
    cohorts.set_external_id(membership=membership, external_id="7", now=now)
    other = join(make_user("Other"), other_cohort)
    cohorts.set_external_id(membership=other, external_id="7", now=now)

    moved = overview.move_member(membership=membership, to=other_cohort, by=teacher, now=now)

    assert moved.external_id == ""


def test_only_cohorts_that_one_teaches_are_offered(
    membership: Membership, other_cohort: Cohort, instructor: User, join: Join
) -> None:
    assert list(cohorts_to_move_to(membership=membership, user=instructor)) == []

    join(instructor, other_cohort, "instructor")

    assert list(cohorts_to_move_to(membership=membership, user=instructor)) == [other_cohort]
