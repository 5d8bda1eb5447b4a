"""The learner's home in the browser."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.classroom.tests.conftest import Travel
from apps.classroom.tests.days import (
    FRIDAY,
    HOME,
    MONDAY,
    ROADMAP,
    first_pass,
    read,
    second_pass,
    signed_in,
    watch,
)
from apps.cohorts import services as cohorts
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.notes.services import write_note
from apps.reminders.services import finish_pass


def test_who_has_done_nothing_is_asked_for_the_first_first_pass(
    learner: User, cohort_mate: User, at: Travel
) -> None:
    at(MONDAY)

    text = read(learner)

    assert "First pass</p> <h1>First</h1>" in text
    assert "About 20 minutes. From start to end: no notes, no code, nothing to prepare." in text
    assert 'href="/c/autumn/videos/first/first/">Start first pass</a>' in text
    assert "Rewatches show up here a few days after a first pass" in text
    assert "0 of 2</b> were here this week." in text
    assert text.count("<h1") == 1


def test_a_first_pass_under_way_goes_on_where_it_stopped(
    learner: User, membership: Membership, video: Video, at: Travel
) -> None:
    watch(membership, video, 1, MONDAY, 15)
    at(MONDAY)

    text = read(learner)

    assert "First pass, under way" in text
    assert "About 5 minutes are left." in text
    assert "Go on watching" in text


def test_a_due_rewatch_is_the_step_and_says_what_it_costs(
    learner: User, membership: Membership, video: Video, at: Travel
) -> None:
    first_pass(membership, video, MONDAY)
    at(FRIDAY)

    text = read(learner)

    assert "Second pass, due today</p> <h1>First</h1>" in text
    assert "About 50 minutes. First pass on 2 November. First you write down" in text
    assert 'href="/c/autumn/videos/first/recall/">Start with what you remember</a>' in text
    assert "1 is due, 50 min" in text
    assert "Only the one above" in text
    assert "Then, a first pass" in text
    assert 'data-accent="second"' in text


def test_an_overdue_rewatch_says_since_when(
    learner: User, membership: Membership, video: Video, coding_video: Video, at: Travel
) -> None:
    first_pass(membership, video, MONDAY)
    first_pass(membership, coding_video, MONDAY + timedelta(hours=3))
    at(FRIDAY + timedelta(days=3))

    text = read(learner)

    assert "Second pass, overdue since 6 November" in text
    assert "2 are due, 3 h 20 min" in text
    assert 'href="/c/autumn/videos/coding/recall/"' in text


def test_moving_it_to_tomorrow_moves_the_promise(
    learner: User, membership: Membership, video: Video, at: Travel
) -> None:
    rewatch = first_pass(membership, video, MONDAY)
    at(FRIDAY)

    page = signed_in(learner).post(f"/c/autumn/rewatches/{rewatch.pk}/tomorrow/", follow=True)

    rewatch.refresh_from_db()
    text = page.content.decode()
    assert (rewatch.due_on, rewatch.snoozes) == (date(2026, 11, 7), 1)
    assert "Moved to tomorrow." in text
    assert "tomorrow</time>" in text
    assert "<h1>Second</h1>" in text


def test_a_rewatch_that_is_kept_cannot_be_moved(
    learner: User, membership: Membership, video: Video, at: Travel
) -> None:
    rewatch = first_pass(membership, video, MONDAY)
    second_pass(membership, video, FRIDAY)
    at(FRIDAY)

    page = signed_in(learner).post(f"/c/autumn/rewatches/{rewatch.pk}/tomorrow/", follow=True)

    assert "This rewatch is over already." in page.content.decode()


def test_nobody_moves_the_rewatch_of_somebody_else(
    membership: Membership, cohort_mate: User, stranger: User, video: Video, at: Travel
) -> None:
    rewatch = first_pass(membership, video, MONDAY)
    at(FRIDAY)
    address = f"/c/autumn/rewatches/{rewatch.pk}/tomorrow/"

    assert signed_in(cohort_mate).post(address).status_code == 404
    assert signed_in(stranger).post(address).status_code == 404
    rewatch.refresh_from_db()
    assert rewatch.snoozes == 0


def test_a_second_pass_under_way_says_what_is_left(
    learner: User, membership: Membership, video: Video, at: Travel
) -> None:
    first_pass(membership, video, MONDAY)
    viewing = watch(membership, video, 2, FRIDAY, 5)
    write_note(viewing=viewing, at_ms=1000, kind="concept", body="mine", now=FRIDAY)
    at(FRIDAY)

    text = read(learner)

    # Five of twenty minutes are covered: three quarters of 50 minutes are left.
    assert "About 38 minutes are left. You have 1 note so far." in text
    assert 'href="/c/autumn/videos/first/second/">Go on</a>' in text


def test_a_fresh_first_pass_asks_for_its_scaffold(
    learner: User, membership: Membership, video: Video, at: Travel
) -> None:
    finish_pass(viewing=watch(membership, video, 1, MONDAY, 20), now=MONDAY)
    at(MONDAY)

    assert 'href="/c/autumn/videos/first/scaffold/">Write the scaffold</a>' in read(learner)


def test_too_many_first_passes_ahead_suggest_a_rewatch(
    learner: User, cohort: Cohort, membership: Membership, video: Video, at: Travel
) -> None:
    cohorts.change_cohort(cohort=cohort, now=MONDAY, soft_limit=1)
    first_pass(membership, video, MONDAY)
    at(MONDAY + timedelta(days=1))

    text = read(learner)

    assert "Second pass, before the next first one" in text
    assert "1 first pass waits for its second one; your cohort suggests a rewatch first." in text


def test_all_of_it_done_is_said_so(
    learner: User, membership: Membership, revision: Any, at: Travel
) -> None:
    for number, placement in enumerate(revision.placements.select_related("video")):
        first_pass(membership, placement.video, MONDAY + timedelta(hours=2 * number))
        second_pass(membership, placement.video, FRIDAY + timedelta(hours=2 * number))
    at(FRIDAY + timedelta(hours=9))

    text = read(learner)

    assert "Twice through, all of it" in text
    assert "You finish" not in text
    assert "Everything is watched twice." in read(learner, ROADMAP)


def test_an_archived_cohort_is_closed_and_readable(
    learner: User, cohort: Cohort, at: Travel
) -> None:
    cohorts.archive_cohort(cohort=cohort, now=MONDAY)
    at(MONDAY)

    assert "This cohort is archived" in read(learner)
    assert read(learner, ROADMAP)


def test_the_weeks_hours_are_counted_by_the_learners_own_days(
    learner: User, membership: Membership, video: Video, bonus_video: Video, at: Travel
) -> None:
    # Ten minutes before midnight in Warsaw, ten after; the evening before belongs to last week.
    watch(membership, video, 1, datetime(2026, 11, 3, 23, 10, tzinfo=UTC), 20)
    watch(membership, bonus_video, 1, datetime(2026, 11, 1, 22, 50, tzinfo=UTC), 20)
    at(datetime(2026, 11, 4, 12, tzinfo=UTC))

    text = read(learner)

    assert "<b>Wed</b>" in text
    assert 'aria-label="Tuesday 10 min. Wednesday 10 min. "' in text
    assert '<b class="figure">20 min</b> <span class="mute small">of 5 h</span>' in text


def test_the_finishing_date_is_at_the_own_pace_beside_the_plan(
    learner: User, membership: Membership, video: Video, coding_video: Video, at: Travel
) -> None:
    first_pass(membership, video, MONDAY)
    first_pass(membership, coding_video, MONDAY + timedelta(hours=2))
    at(FRIDAY + timedelta(days=3))

    text = read(learner)

    # 80 minutes in two weeks, since the 26th of October; 235 minutes are left.
    assert "At your pace, 0.7 h a week. The plan of 5 h says" in text


def test_the_pulse_counts_who_was_here_this_week(
    learner: User, membership: Membership, cohort_mate: User, video: Video, at: Travel
) -> None:
    first_pass(membership, video, MONDAY + timedelta(hours=1))
    at(FRIDAY)

    text = read(learner)

    assert "1 of 2</b> were here this week." in text
    assert "All together: 1 first passes, 0 second passes." in text


def test_who_learns_alone_meets_no_cohort(stranger: User, revision: Any, at: Travel) -> None:
    at(MONDAY)
    cohorts.start_alone(user=stranger, curriculum_slug="networks", now=MONDAY)

    text = read(stranger, "/c/networks/")

    assert "were here this week" not in text
    assert "/teach/networks/settings/" in read(stranger, "/c/networks/roadmap/")


@pytest.mark.parametrize("address", [HOME, ROADMAP])
def test_who_may_not_read_it_meets_what_is_due(
    client: Client,
    learner: User,
    instructor: User,
    observer: User,
    other_instructor: User,
    stranger: User,
    address: str,
) -> None:
    answers = {
        user.name: signed_in(user).get(address).status_code
        for user in (learner, instructor, observer, other_instructor, stranger)
    }

    assert list(answers.values()) == [200, 403, 403, 404, 404]
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize(("address", "most"), [(HOME, 9), (ROADMAP, 9)])
def test_a_page_asks_as_much_of_a_cohort_of_3_as_of_300(
    learner: User,
    membership: Membership,
    video: Video,
    cohort: Cohort,
    join: Join,
    at: Travel,
    address: str,
    most: int,
) -> None:
    first_pass(membership, video, MONDAY)
    at(FRIDAY)
    client = signed_in(learner)
    client.get(address)
    counts = []
    for size in (3, 300):
        for number in range(cohort.memberships.count(), size):
            join(make_user(f"Learner {number}"), cohort)
        # The outline is compared with its revision every five seconds; that is no matter of size.
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= most
