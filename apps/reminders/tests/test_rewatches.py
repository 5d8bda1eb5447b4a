"""Snooze, recall answer, leaving and coming back, and what a learner wishes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.core.errors import InvalidValue, NotFound
from apps.curriculum.models import Video
from apps.progress.models import Summary, Viewing
from apps.reminders import selectors, services
from apps.reminders.errors import (
    HourAtNight,
    NoLoudDay,
    PauseInThePast,
    RewatchEnded,
    SnoozeTooLong,
)
from apps.reminders.models import Rewatch, StopReason
from apps.reminders.previews import message_preview
from apps.reminders.tests.conftest import FRIDAY, Finish, second_pass, wake_of

SATURDAY = date(2026, 11, 7)


def test_a_snooze_moves_the_promise_and_the_message(
    rewatch: Rewatch, membership: Membership, now: datetime
) -> None:
    moved = services.snooze_rewatch(rewatch=rewatch, now=now, until=SATURDAY)

    assert (moved.due_on, moved.remind_on, moved.first_due_on) == (SATURDAY, SATURDAY, FRIDAY)
    assert moved.snoozes == 1
    assert wake_of(membership).slot_on == SATURDAY


def test_the_same_snooze_twice_is_one(rewatch: Rewatch, now: datetime) -> None:
    services.snooze_rewatch(rewatch=rewatch, now=now, until=SATURDAY)
    again = services.snooze_rewatch(rewatch=rewatch, now=now, until=SATURDAY)

    assert (again.due_on, again.snoozes) == (SATURDAY, 1)


def test_a_snooze_by_days_counts_from_the_learner_s_today(rewatch: Rewatch) -> None:
    late = datetime(2026, 11, 6, 23, 30, tzinfo=UTC)  # half past midnight on Saturday in Warsaw

    moved = services.snooze_rewatch(rewatch=rewatch, now=late, days=1)

    assert moved.due_on == date(2026, 11, 8)


def test_after_a_snooze_the_next_rungs_keep_their_distances(
    rewatch: Rewatch, membership: Membership, evening: datetime
) -> None:
    services.plan_rewatches(now=evening)
    rewatch.refresh_from_db()
    services.snooze_rewatch(rewatch=rewatch, now=evening, until=date(2026, 11, 20))
    moment = wake_of(membership).next_at
    assert moment is not None
    services.plan_rewatches(now=moment)

    rewatch.refresh_from_db()
    assert (rewatch.rung, rewatch.remind_on) == (2, date(2026, 11, 28))


def test_after_the_last_rung_a_snooze_still_brings_the_message_that_was_asked_for(
    rewatch: Rewatch, membership: Membership, now: datetime
) -> None:
    Rewatch.objects.update(rung=4, remind_on=None)

    services.snooze_rewatch(rewatch=rewatch, now=now, until=SATURDAY)
    moment = wake_of(membership).next_at
    assert moment is not None
    report = services.plan_rewatches(now=moment)

    rewatch.refresh_from_db()
    assert len(report.messages) == 1
    assert rewatch.remind_on is None


def test_what_is_only_offered_can_be_moved_and_stays_silent(
    finish: Finish, membership: Membership, bonus_video: Video, now: datetime
) -> None:
    offered = finish(membership, bonus_video)

    moved = services.snooze_rewatch(rewatch=offered, now=now, until=SATURDAY)

    assert (moved.due_on, moved.remind_on) == (SATURDAY, None)


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"days": 0}, SnoozeTooLong),
        ({"days": 366}, SnoozeTooLong),
        ({"until": date(2028, 1, 1)}, SnoozeTooLong),
        ({}, InvalidValue),
        ({"days": 1, "until": SATURDAY}, InvalidValue),
    ],
)
def test_a_snooze_wants_one_day_within_a_year(
    rewatch: Rewatch, now: datetime, wish: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        services.snooze_rewatch(rewatch=rewatch, now=now, **wish)


def test_what_is_kept_cannot_be_snoozed(
    rewatch: Rewatch, membership: Membership, video: Video, now: datetime
) -> None:
    services.finish_pass(viewing=second_pass(membership, video, now), now=now, self_reported=True)

    with pytest.raises(RewatchEnded):
        services.snooze_rewatch(rewatch=rewatch, now=now, days=1)


def test_a_rating_after_a_snooze_keeps_the_day_the_learner_chose(
    rewatch: Rewatch, now: datetime
) -> None:
    services.snooze_rewatch(rewatch=rewatch, now=now, until=date(2026, 11, 20))
    viewing = rewatch.membership.viewings.select_related(
        "membership__cohort", "membership__user", "video"
    ).get()

    services.write_scaffold(viewing=viewing, concepts=["layers"], links="", rating="again", now=now)

    rewatch.refresh_from_db()
    assert (rewatch.due_on, rewatch.ladder) == (date(2026, 11, 20), [2, 4, 8, 15])


@pytest.mark.parametrize(
    ("answer", "due_on", "remind_on"),
    [
        ("nothing", SATURDAY, SATURDAY),
        ("some", FRIDAY, date(2026, 11, 10)),
        ("most", date(2026, 11, 20), date(2026, 11, 20)),
    ],
)
def test_the_recall_answer_moves_the_promise_once(
    rewatch: Rewatch, evening: datetime, answer: str, due_on: date, remind_on: date
) -> None:
    services.plan_rewatches(now=evening)

    services.answer_recall(rewatch=rewatch, answer=answer, now=evening)
    again = services.answer_recall(rewatch=rewatch, answer=answer, now=evening)

    assert (again.due_on, again.remind_on) == (due_on, remind_on)
    assert (again.recall_answer, again.recall_answered_at) == (answer, evening)


def test_leaving_stops_and_coming_back_opens_again_with_the_same_day(
    rewatch: Rewatch, membership: Membership, evening: datetime
) -> None:
    stopped = services.stop_rewatches(membership=membership, reason=StopReason.LEFT, now=evening)
    left = wake_of(membership)
    back_at = evening + timedelta(days=10)
    restarted = services.restart_rewatches(membership=membership, now=back_at)

    rewatch.refresh_from_db()
    assert (stopped, restarted) == (1, 1)
    assert left.next_at is None
    assert (rewatch.due_on, rewatch.stop_reason, rewatch.stopped_at) == (FRIDAY, "", None)
    assert rewatch.remind_on == date(2026, 11, 17)
    assert wake_of(membership).slot_on == date(2026, 11, 17)


def test_an_archived_cohort_s_rewatches_do_not_come_back(
    rewatch: Rewatch, membership: Membership, now: datetime
) -> None:
    services.stop_rewatches(membership=membership, reason=StopReason.ARCHIVED, now=now)

    assert services.restart_rewatches(membership=membership, now=now) == 0


def test_wishes_move_the_next_moment_at_once(
    rewatch: Rewatch, learner: User, now: datetime
) -> None:
    wake = services.change_reminder_settings(user=learner, now=now, hour=8, quiet_days={4})

    assert (wake.hour, wake.quiet_days, wake.version) == (8, 0b10000, 2)
    assert wake.slot_on == SATURDAY
    assert wake.next_at == datetime(2026, 11, 7, 7, wake.minute_offset, tzinfo=UTC)


def test_moving_to_another_zone_moves_the_next_moment(
    rewatch: Rewatch, learner: User, now: datetime
) -> None:
    User.objects.filter(pk=learner.pk).update(time_zone="Asia/Kathmandu")

    wake = services.reslot(user=learner, now=now)

    minute = 15 + wake.minute_offset
    assert wake.next_at == datetime(2026, 11, 6, 13, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        ({"hour": 6}, HourAtNight),
        ({"hour": 22}, HourAtNight),
        ({"quiet_days": range(7)}, NoLoudDay),
        ({"quiet_days": [7]}, InvalidValue),
        ({"channels": ["pigeon"]}, InvalidValue),
        ({"paused_until": date(2026, 11, 2)}, PauseInThePast),
        ({"paused_until": date(9999, 12, 31)}, InvalidValue),
    ],
)
def test_wishes_that_cannot_be_followed_change_nothing(
    rewatch: Rewatch,
    learner: User,
    now: datetime,
    wishes: dict[str, Any],
    error: type[InvalidValue],
) -> None:
    before = selectors.wake_of(user=learner)

    with pytest.raises(error):
        services.change_reminder_settings(user=learner, now=now, **wishes)

    after = selectors.wake_of(user=learner)
    assert (after.hour, after.quiet_days, after.channels, after.paused, after.next_at) == (
        before.hour,
        before.quiet_days,
        before.channels,
        before.paused,
        before.next_at,
    )


def test_pausing_without_a_date_lasts_until_resumed(
    rewatch: Rewatch, learner: User, now: datetime, evening: datetime
) -> None:
    paused = services.pause_reminders(user=learner, until=None, now=now)
    resumed = services.resume_reminders(user=learner, now=evening + timedelta(days=3))

    assert (paused.paused, paused.next_at) == (True, None)
    assert (resumed.paused, resumed.slot_on) == (False, date(2026, 11, 10))


def test_unsubscribing_is_final_for_mail_and_choosing_mail_takes_it_back(
    rewatch: Rewatch, learner: User, now: datetime
) -> None:
    services.unsubscribe(user=learner, now=now)
    again = services.unsubscribe(user=learner, now=now + timedelta(days=1))
    back = services.change_reminder_settings(user=learner, now=now, channels=["email"])

    assert again.unsubscribed_at == now
    assert again.slot_on == FRIDAY  # the row in the app still comes
    assert (back.unsubscribed_at, back.channels) == (None, ["email"])


def test_without_any_channel_nobody_is_woken(
    rewatch: Rewatch, learner: User, now: datetime
) -> None:
    wake = services.change_reminder_settings(user=learner, now=now, channels=[])

    assert wake.next_at is None


def test_the_preview_is_what_the_planner_then_does(
    rewatch: Rewatch,
    finish: Finish,
    membership: Membership,
    coding_video: Video,
    learner: User,
    now: datetime,
) -> None:
    finish(membership, coding_video, rating="easy")
    wake = selectors.wake_of(user=learner)
    preview = message_preview(user=learner, wake=wake, now=now)
    assert preview.next == preview.days[0]

    came = []
    for day in range(14):
        report = services.plan_rewatches(now=now + timedelta(days=day, hours=7))
        came += [(message.slot_on, message.rewatches) for message in report.messages]

    assert came == [(coming.slot.on, coming.rewatch_ids) for coming in preview.days]
    assert [day for day, _ in came] == [
        date(2026, 11, 6),
        date(2026, 11, 8),
        date(2026, 11, 10),
        date(2026, 11, 14),
    ]


@pytest.mark.parametrize(
    "wishes",
    [
        {"rewatches_a_message": 0},
        {"rewatches_a_message": 6},
        {"messages_a_week": 0},
        {"messages_a_week": 5},
        {"time_zone": "Mars/Olympus"},
    ],
)
def test_a_cap_above_ours_or_an_unknown_zone_changes_nothing(
    learner: User, now: datetime, wishes: dict[str, Any]
) -> None:
    services.change_reminder_settings(user=learner, now=now, hour=8)

    with pytest.raises(InvalidValue) as refused:
        services.change_reminder_settings(user=learner, now=now, hour=9, **wishes)

    assert refused.value.field == next(iter(wishes))
    learner.refresh_from_db()
    wake = selectors.wake_of(user=learner)
    assert (wake.hour, wake.rewatches_a_message, wake.messages_a_week) == (8, 5, 4)
    assert learner.time_zone == "Europe/Warsaw"


@pytest.mark.parametrize(
    ("days", "state"), [(3, "waiting"), (4, "due"), (6, "due"), (7, "overdue")]
)
def test_a_rewatch_is_due_then_overdue(rewatch: Rewatch, days: int, state: str) -> None:
    today = date(2026, 11, 2) + timedelta(days=days)
    mine = selectors.rewatches_of(membership=rewatch.membership)

    assert selectors.rewatch_state(rewatch, today) == state
    assert [each for each in selectors.STATES if selectors.in_state(mine, each, today=today)] == [
        state
    ]


def test_debt_counts_what_is_owed_in_the_learner_s_own_day(
    rewatch: Rewatch,
    finish: Finish,
    membership: Membership,
    cohort: Cohort,
    coding_video: Video,
    bonus_video: Video,
    now: datetime,
) -> None:
    """Friday begins at 23:00 UTC of Thursday in Warsaw. A bonus video is no debt."""
    finish(membership, coding_video, at=now - timedelta(days=3))
    finish(membership, bonus_video)
    before = datetime(2026, 11, 5, 22, 59, tzinfo=UTC)
    after = datetime(2026, 11, 5, 23, 0, tzinfo=UTC)

    on_thursday = selectors.debt_by_membership(cohort=cohort, now=before)
    on_friday = selectors.debt_by_membership(cohort=cohort, now=after)

    coding = 60 * 60 * 2.5
    assert on_thursday == {membership.pk: selectors.Debt(1, coding, date(2026, 11, 3), overdue=0)}
    assert on_friday == {
        membership.pk: selectors.Debt(2, coding + 20 * 60 * 2.5, date(2026, 11, 3), overdue=1)
    }


def test_debt_is_told_in_the_learner_s_own_ratio_once_there_are_three_second_passes(
    rewatch: Rewatch, membership: Membership, evening: datetime
) -> None:
    Summary.objects.update(second_passes=3, effort_ratio=2.0)

    debt = selectors.debt_of(membership=membership, now=evening)

    assert debt.seconds == 20 * 60 * 2.0


def test_what_a_begun_second_pass_has_done_is_no_debt_any_more(
    rewatch: Rewatch, membership: Membership, evening: datetime
) -> None:
    Viewing.objects.create(
        membership=membership,
        video=rewatch.video,
        number=2,
        opened_at=evening,
        coverage=((0, 300_000),),
        covered_ms=300_000,
    )

    debt = selectors.debt_of(membership=membership, now=evening)

    assert debt.seconds == 15 * 60 * 2.5


def test_another_person_s_rewatch_is_not_there(
    rewatch: Rewatch, cohort_mate: User, learner: User
) -> None:
    assert selectors.own_rewatch(user=learner, rewatch_id=rewatch.pk) == rewatch
    for asked in (rewatch.pk, "x", 10**30):
        with pytest.raises(NotFound):
            selectors.own_rewatch(user=cohort_mate, rewatch_id=asked)
