"""Finishing a pass makes or keeps the rewatch; the rating moves it while nothing was sent."""

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Video
from apps.progress.models import Viewing
from apps.progress.services import CoverageMissing, NoteMissing
from apps.reminders import services
from apps.reminders.models import Rewatch
from apps.reminders.tests.conftest import FRIDAY, Finish, second_pass, wake_of


def test_a_finished_first_pass_is_due_in_four_days_at_the_learner_s_hour(
    rewatch: Rewatch, membership: Membership, now: datetime
) -> None:
    wake = wake_of(membership)

    assert (rewatch.anchor_at, rewatch.anchor_on) == (now, date(2026, 11, 2))
    assert (rewatch.due_on, rewatch.first_due_on, rewatch.remind_on) == (FRIDAY, FRIDAY, FRIDAY)
    assert (rewatch.ladder, rewatch.rung) == ([4, 8, 16, 30], 0)
    assert wake.slot_on == FRIDAY
    assert wake.next_at == datetime(2026, 11, 6, 18, wake.minute_offset, tzinfo=UTC)


def test_finishing_it_again_changes_nothing(
    rewatch: Rewatch, membership: Membership, video: Video, now: datetime
) -> None:
    viewing = Viewing.objects.select_related(
        "membership__cohort", "membership__user", "video"
    ).get()

    again = services.finish_pass(viewing=viewing, now=now + timedelta(days=9), self_reported=True)

    assert again.rewatch == rewatch
    assert Rewatch.objects.get().due_on == FRIDAY


def test_a_first_pass_that_was_not_watched_makes_nothing(
    membership: Membership, video: Video, now: datetime
) -> None:
    viewing = Viewing.objects.create(membership=membership, video=video, number=1, opened_at=now)

    with pytest.raises(CoverageMissing):
        services.finish_pass(viewing=viewing, now=now)

    assert not Rewatch.objects.exists()
    assert Viewing.objects.get().completed_at is None


@pytest.mark.parametrize(
    ("rating", "due_on"),
    [
        ("again", date(2026, 11, 4)),
        ("hard", date(2026, 11, 5)),
        ("good", date(2026, 11, 6)),
        ("easy", date(2026, 11, 8)),
    ],
)
def test_the_rating_right_after_it_moves_the_day(
    rewatch: Rewatch, now: datetime, rating: str, due_on: date, membership: Membership
) -> None:
    viewing = Viewing.objects.select_related(
        "membership__cohort", "membership__user", "video"
    ).get()

    moved = services.write_scaffold(
        viewing=viewing, concepts=["layers"], links="", rating=rating, now=now
    )

    assert moved is not None
    assert (moved.due_on, moved.first_due_on, moved.remind_on) == (due_on, due_on, due_on)
    assert wake_of(membership).slot_on == due_on


def test_a_rating_after_the_first_reminder_is_only_stored(
    rewatch: Rewatch, evening: datetime
) -> None:
    services.plan_rewatches(now=evening)
    viewing = Viewing.objects.select_related(
        "membership__cohort", "membership__user", "video"
    ).get()

    services.write_scaffold(
        viewing=viewing, concepts=["layers"], links="", rating="again", now=evening
    )

    rewatch.refresh_from_db()
    assert (rewatch.due_on, rewatch.ladder) == (FRIDAY, [4, 8, 16, 30])
    assert Viewing.objects.get().rating == "again"


def test_a_second_pass_keeps_the_promise_and_nobody_is_woken(
    rewatch: Rewatch, membership: Membership, video: Video, now: datetime
) -> None:
    viewing = second_pass(membership, video, now)

    result = services.finish_pass(viewing=viewing, now=now + timedelta(days=1), self_reported=True)

    rewatch.refresh_from_db()
    assert result.rewatch == rewatch
    assert rewatch.kept_at == now + timedelta(days=1)
    assert rewatch.remind_on is None
    assert wake_of(membership).next_at is None


def test_a_second_pass_without_a_note_keeps_nothing(
    rewatch: Rewatch, membership: Membership, video: Video, now: datetime
) -> None:
    viewing = second_pass(membership, video, now, notes=0)

    with pytest.raises(NoteMissing):
        services.finish_pass(viewing=viewing, now=now, self_reported=True)

    rewatch.refresh_from_db()
    assert rewatch.is_open


def test_an_extra_pass_makes_no_rewatch(
    membership: Membership, video: Video, now: datetime, rewatch: Rewatch
) -> None:
    viewing = Viewing.objects.create(membership=membership, video=video, number=3, opened_at=now)

    result = services.finish_pass(viewing=viewing, now=now, self_reported=True)

    assert result.rewatch is None
    assert Rewatch.objects.get().due_on == FRIDAY


def test_a_bonus_video_s_rewatch_is_offered_and_says_nothing(
    finish: Finish, membership: Membership, bonus_video: Video
) -> None:
    offered = finish(membership, bonus_video)

    assert (offered.is_owed, offered.due_on, offered.remind_on) == (False, FRIDAY, None)
    assert wake_of(membership).next_at is None


def test_a_cohort_can_want_the_rewatches_of_bonus_videos(
    finish: Finish, membership: Membership, bonus_video: Video, cohort: Cohort
) -> None:
    membership.cohort.bonus_is_owed = True

    owed = finish(membership, bonus_video)

    assert (owed.is_owed, owed.remind_on) == (True, FRIDAY)


def test_after_the_cohort_s_end_no_new_rewatch_starts(
    membership: Membership, video: Video, now: datetime
) -> None:
    membership.cohort.ends_on = date(2026, 11, 1)
    viewing = Viewing.objects.create(membership=membership, video=video, number=1, opened_at=now)

    result = services.finish_pass(viewing=viewing, now=now, self_reported=True)

    assert result.rewatch is None
    assert result.viewing.completed_at == now


def test_the_cohort_s_ladder_and_the_learner_s_zone_decide(
    finish: Finish, membership: Membership, video: Video
) -> None:
    membership.cohort.ladder = [2, 20]
    membership.user.time_zone = "Pacific/Auckland"
    membership.user.save()

    rewatch = finish(membership, video)

    # Noon in UTC is one in the night of the 3rd in Auckland.
    assert rewatch.anchor_on == date(2026, 11, 3)
    assert rewatch.due_on == date(2026, 11, 5)
    assert rewatch.ladder == [2, 20]
