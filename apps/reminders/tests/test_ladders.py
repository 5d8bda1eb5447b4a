"""Another ladder for a cohort: the preview says what the change then does, and no promise moves."""

from datetime import date, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.overview import services as overview
from apps.reminders import services, spacing
from apps.reminders.ladders import preview_ladder
from apps.reminders.models import Rewatch
from apps.reminders.tests.conftest import FRIDAY, Finish, wake_of

DAY = timedelta(days=1)


def test_days_ahead_are_those_that_the_planner_walks() -> None:
    ahead = list(spacing.reminders_ahead(remind_on=FRIDAY, ladder=(4, 8, 16, 30), rung=0))
    assert [(day - FRIDAY).days for day in ahead] == [0, 4, 12, 26]
    assert list(spacing.reminders_ahead(remind_on=FRIDAY, ladder=(4,), rung=0)) == [FRIDAY]
    # After the last rung a snooze still brings one.
    assert list(spacing.reminders_ahead(remind_on=FRIDAY, ladder=(4, 8), rung=2)) == [FRIDAY]


def test_the_change_does_to_each_open_rewatch_what_the_preview_said(
    cohort: Cohort,
    membership: Membership,
    join: Join,
    finish: Finish,
    video: Video,
    coding_video: Video,
    bonus_video: Video,
    now: datetime,
    evening: datetime,
) -> None:
    reminded = finish(membership, video)
    services.plan_rewatches(now=evening)
    silent = finish(membership, coding_video, at=evening, rating="again")
    offered = finish(membership, bonus_video, at=evening)
    left = finish(join(make_user("Gone"), cohort), video, at=evening)
    Membership.objects.filter(pk=left.membership_id).update(ended_at=evening)

    preview = preview_ladder(cohort=cohort, offsets=[3, 6, 12], now=evening)
    before = {each.pk: (each.due_on, each.remind_on) for each in Rewatch.objects.all()}
    overview.change_cohort(cohort=cohort, now=evening, ladder=[3, 6, 12])

    assert (preview.following, preview.keeping) == (1, 1)
    (moved,) = preview.first
    assert moved.rewatch == silent
    # Again: half the days, so 2, 4, 8, 15 became 2, 3, 6; the promise of Sunday stays.
    assert moved.before == tuple(date(2026, 11, 8) + days * DAY for days in (0, 2, 6, 13))
    assert moved.after == tuple(date(2026, 11, 8) + days * DAY for days in (0, 1, 4))
    assert (preview.reminders_before, preview.reminders_after) == (4, 3)
    assert {each.pk: tuple(each.ladder) for each in Rewatch.objects.all()} == {
        reminded.pk: (4, 8, 16, 30),
        silent.pk: (2, 3, 6),
        offered.pk: (4, 8, 16, 30),
        left.pk: (4, 8, 16, 30),
    }
    assert before == {each.pk: (each.due_on, each.remind_on) for each in Rewatch.objects.all()}
    said = []
    for day in range(1, 40):
        for message in services.plan_rewatches(now=evening + day * DAY).messages:
            said += [message.slot_on] * (silent.pk in message.rewatches)
    assert tuple(said) == moved.after
    assert wake_of(membership).plan_errors == 0


def test_first_passes_from_now_on_get_the_new_days_by_their_rating(
    cohort: Cohort, membership: Membership, finish: Finish, video: Video, now: datetime
) -> None:
    preview = preview_ladder(cohort=cohort, offsets=[8, 20], now=now)
    assert dict(preview.by_rating) == {
        "again": (4, 10), "hard": (6, 15), "good": (6, 20), "easy": (6, 30),
    }  # fmt: skip
    changed = overview.change_cohort(cohort=cohort, now=now, ladder=[8, 20])
    membership.cohort = changed

    assert finish(membership, video, rating="hard").ladder == [6, 15]


def test_the_preview_asks_as_often_for_five_rewatches_as_for_one(
    cohort: Cohort, membership: Membership, join: Join, finish: Finish, video: Video, now: datetime
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            preview_ladder(cohort=cohort, offsets=[1, 2, 3], now=now)
        return len(queries)

    finish(membership, video)
    first = asked()
    for number in range(4):
        finish(join(make_user(f"Learner {number}"), cohort), video)
    assert asked() == first == 2


def test_an_unchanged_ladder_touches_nothing(
    cohort: Cohort, rewatch: Rewatch, now: datetime, learner: User
) -> None:
    Rewatch.objects.update(ladder=[1, 2, 3])
    overview.change_cohort(cohort=cohort, now=now, hours_per_week=5)
    assert Rewatch.objects.get().ladder == [1, 2, 3]


def test_a_ladder_that_is_saved_again_reaches_what_was_planned_by_the_one_before(
    cohort: Cohort, membership: Membership, finish: Finish, video: Video, now: datetime
) -> None:
    changed = overview.change_cohort(cohort=cohort, now=now, ladder=[3, 6, 12])
    # Whoever finished it had read the cohort before the change.
    late = finish(membership, video)
    assert late.ladder == [4, 8, 16, 30]

    overview.change_cohort(cohort=changed, now=now, ladder=[3, 6, 12])

    late.refresh_from_db()
    assert late.ladder == [3, 6, 12]
