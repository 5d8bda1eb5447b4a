"""The planner on real PostgreSQL: once per day, everyone due, nobody forgotten, whoever else plans at the same time."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.progress.models import Viewing
from apps.reminders import services
from apps.reminders.models import (
    Delivery,
    Heartbeat,
    OutboxMessage,
    Rewatch,
    StopReason,
    Suppression,
    Wake,
)
from apps.reminders.services.heartbeats import BEAT, record_heartbeat
from apps.reminders.signing import address_hash
from apps.reminders.tests.conftest import FRIDAY, Finish, second_pass, wake_of


def test_what_is_due_becomes_one_mail_and_one_row_in_the_app(
    rewatch: Rewatch, membership: Membership, evening: datetime
) -> None:
    report = services.plan_rewatches(now=evening)

    message = OutboxMessage.objects.get()
    in_app = Delivery.objects.get()
    rewatch.refresh_from_db()
    wake = wake_of(membership)
    assert [planned.rewatches for planned in report.messages] == [(rewatch.pk,)]
    assert (message.channel, message.slot_on, message.rewatches) == ("email", FRIDAY, [rewatch.pk])
    assert message.expires_at == datetime(2026, 11, 6, 21, tzinfo=UTC)  # 22:00 there
    assert (in_app.channel, in_app.outcome, in_app.slot_on) == ("inbox", "sent", FRIDAY)
    assert (rewatch.rung, rewatch.remind_on, rewatch.due_on) == (1, date(2026, 11, 10), FRIDAY)
    assert rewatch.reminders_sent == 1
    assert (wake.last_slot_on, wake.slot_on, wake.week_used) == (FRIDAY, date(2026, 11, 10), 1)


def test_planning_twice_writes_one_message(rewatch: Rewatch, evening: datetime) -> None:
    services.plan_rewatches(now=evening)
    again = services.plan_rewatches(now=evening + timedelta(seconds=15))

    assert again.messages == []
    assert OutboxMessage.objects.count() == 1


def test_the_key_lets_no_second_message_of_a_day_in(rewatch: Rewatch, evening: datetime) -> None:
    services.plan_rewatches(now=evening)
    first = OutboxMessage.objects.get()
    twin = OutboxMessage(
        user=first.user,
        channel=first.channel,
        slot_on=first.slot_on,
        created_at=evening,
        not_before=evening,
        expires_at=evening,
    )

    with pytest.raises(IntegrityError, match="reminders_outbox_once"), transaction.atomic():
        twin.save()


def test_a_learner_due_exactly_now_is_due(rewatch: Rewatch, membership: Membership) -> None:
    moment = wake_of(membership).next_at
    assert moment is not None

    before = services.plan_rewatches(now=moment - timedelta(microseconds=1))
    at = services.plan_rewatches(now=moment)

    assert (len(before.messages), len(at.messages)) == (0, 1)


def test_a_dry_run_says_it_and_changes_nothing(rewatch: Rewatch, evening: datetime) -> None:
    report = services.plan_rewatches(now=evening, dry_run=True)

    assert [planned.slot_on for planned in report.messages] == [FRIDAY]
    assert not OutboxMessage.objects.exists()
    assert not Delivery.objects.exists()
    rewatch.refresh_from_db()
    assert (rewatch.rung, rewatch.remind_on) == (0, FRIDAY)


def test_a_tick_after_hours_of_silence_finds_what_the_lost_ones_missed(
    rewatch: Rewatch, evening: datetime
) -> None:
    """No message of the broker is needed for anything: the next tick looks at rows."""
    report = services.plan_rewatches(now=evening + timedelta(hours=2, minutes=30))

    assert len(report.messages) == 1


def test_after_a_night_of_outage_the_message_comes_the_next_day_and_not_at_night(
    rewatch: Rewatch, membership: Membership, evening: datetime
) -> None:
    at_night = services.plan_rewatches(now=evening + timedelta(hours=6))
    wake = wake_of(membership)
    assert wake.next_at is not None
    the_next_day = services.plan_rewatches(now=wake.next_at)

    assert at_night.messages == []
    assert wake.slot_on == date(2026, 11, 7)
    assert [planned.rewatches for planned in the_next_day.messages] == [(rewatch.pk,)]


def test_nothing_is_planned_once_the_second_pass_is_done(
    rewatch: Rewatch, membership: Membership, video: Video, evening: datetime
) -> None:
    services.finish_pass(
        viewing=second_pass(membership, video, evening),
        now=evening - timedelta(minutes=30),
        self_reported=True,
    )

    report = services.plan_rewatches(now=evening)

    assert (report.looked_at, report.messages) == (0, [])


def test_a_rewatch_left_undone_gets_every_rung_and_then_silence(
    rewatch: Rewatch, membership: Membership
) -> None:
    days = []
    while (wake := wake_of(membership)).next_at is not None:
        services.plan_rewatches(now=wake.next_at)
        days.append(wake.slot_on)

    rewatch.refresh_from_db()
    assert days == [FRIDAY, date(2026, 11, 10), date(2026, 11, 18), date(2026, 12, 2)]
    assert (rewatch.rung, rewatch.remind_on, rewatch.reminders_sent) == (4, None, 4)
    assert rewatch.due_on == FRIDAY
    assert rewatch.is_open


def test_a_quiet_day_passes_and_its_rewatch_comes_with_the_next_message(
    rewatch: Rewatch, membership: Membership, now: datetime
) -> None:
    services.change_reminder_settings(user=membership.user, now=now, quiet_days={4, 5})

    wake = wake_of(membership)
    assert wake.next_at is not None
    report = services.plan_rewatches(now=wake.next_at)

    assert [planned.slot_on for planned in report.messages] == [date(2026, 11, 8)]


def test_a_pause_holds_everything_back_until_its_day(
    rewatch: Rewatch, membership: Membership, now: datetime, evening: datetime
) -> None:
    services.pause_reminders(user=membership.user, until=date(2026, 11, 20), now=now)

    in_pause = services.plan_rewatches(now=evening)
    wake = wake_of(membership)

    assert in_pause.messages == []
    assert wake.slot_on == date(2026, 11, 20)


def test_four_messages_a_week_and_the_fifth_on_monday(
    rewatch: Rewatch, membership: Membership, evening: datetime
) -> None:
    Wake.objects.update(week_on=date(2026, 11, 2), week_used=4)

    report = services.plan_rewatches(now=evening)

    assert report.messages == []
    assert wake_of(membership).slot_on == date(2026, 11, 9)


def test_six_due_rewatches_are_five_and_the_oldest_first(
    membership: Membership, video: Video, now: datetime, finish: Finish, evening: datetime
) -> None:
    rewatches = []
    for number in range(6):
        copy = Video.objects.get(pk=video.pk)
        copy.pk, copy.slug = None, f"copy-{number}"
        copy.save()
        rewatches.append(finish(membership, copy))
    Rewatch.objects.filter(pk=rewatches[5].pk).update(due_on=date(2026, 11, 5))

    report = services.plan_rewatches(now=evening)

    assert report.messages[0].rewatches == tuple(rewatches[number].pk for number in (5, 0, 1, 2, 3))
    assert Rewatch.objects.get(pk=rewatches[4].pk).remind_on == FRIDAY
    assert wake_of(membership).slot_on == date(2026, 11, 7)


def test_two_cohorts_with_the_same_video_are_one_line(
    rewatch: Rewatch,
    membership: Membership,
    other_cohort: Cohort,
    join: Join,
    finish: Finish,
    video: Video,
    evening: datetime,
) -> None:
    other = join(membership.user, other_cohort)
    twin = finish(other, video)

    report = services.plan_rewatches(now=evening)

    assert report.messages[0].rewatches == (rewatch.pk,)
    twin.refresh_from_db()
    assert twin.rung == 1


def test_a_learner_whose_row_is_broken_rests_an_hour_and_the_others_get_theirs(
    rewatch: Rewatch,
    membership: Membership,
    cohort_mate: User,
    cohort: Cohort,
    finish: Finish,
    video: Video,
) -> None:
    mate = Membership.objects.select_related("cohort", "user").get(user=cohort_mate)
    healthy = finish(mate, video)
    User.objects.filter(pk=membership.user_id).update(time_zone="Mars/Olympus")
    moment = datetime(2026, 11, 6, 22, 30, tzinfo=UTC)  # 19:30 in Sao Paulo

    report = services.plan_rewatches(now=moment)

    wake = wake_of(membership)
    assert [planned.rewatches for planned in report.messages] == [(healthy.pk,)]
    assert report.failed == 1
    assert (wake.plan_errors, wake.next_at) == (1, moment + timedelta(hours=1))


def test_an_address_that_bounced_gets_no_mail_but_its_row_in_the_app(
    rewatch: Rewatch, membership: Membership, evening: datetime
) -> None:
    Suppression.objects.create(
        address_hash=address_hash(membership.user.email), reason="550", since=evening
    )

    services.plan_rewatches(now=evening)

    assert not OutboxMessage.objects.exists()
    assert Delivery.objects.get().channel == "inbox"


def test_whoever_left_is_not_reminded(
    rewatch: Rewatch, membership: Membership, now: datetime, evening: datetime
) -> None:
    services.stop_rewatches(membership=membership, reason=StopReason.LEFT, now=now)

    report = services.plan_rewatches(now=evening)

    assert report.messages == []


def test_a_tick_needs_the_same_few_queries_for_one_learner_and_for_thirty(
    rewatch: Rewatch,
    cohort: Cohort,
    join: Join,
    finish: Finish,
    video: Video,
    evening: datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    services.plan_rewatches(now=evening - timedelta(hours=2))
    # The switches; begin and end, learners, rewatches, bounced addresses, mails, rows in the app, steps, turns; the
    # watermark.
    with django_assert_num_queries(11) as one:
        services.plan_rewatches(now=evening)
    for number in range(30):
        finish(join(make_user(f"Learner {number}"), cohort), video)
    with django_assert_num_queries(len(one)):
        report = services.plan_rewatches(now=evening + timedelta(minutes=11))

    assert len(report.messages) == 30


def test_an_idle_tick_looks_at_the_switches_and_at_who_is_due(
    rewatch: Rewatch, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    services.plan_rewatches(now=now)
    # The switches; begin, who is due, end.
    with django_assert_num_queries(4):
        services.plan_rewatches(now=now + timedelta(seconds=15))


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_write_one_message_each_learner_once(
    cohort: Cohort, join: Join, video: Video, now: datetime, evening: datetime
) -> None:
    for number in range(12):
        membership = join(make_user(f"Learner {number}"), cohort)
        viewing = Viewing.objects.create(
            membership=membership, video=video, number=1, opened_at=now
        )
        services.finish_pass(viewing=viewing, now=now, self_reported=True)
    both_here = threading.Barrier(2)
    reports: list[Any] = []

    def plan() -> None:
        both_here.wait(timeout=10)
        reports.append(services.plan_rewatches(now=evening))
        connection.close()

    planners = [threading.Thread(target=plan) for _ in range(2)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join(timeout=30)

    assert sum(len(report.messages) for report in reports) == 12
    assert OutboxMessage.objects.count() == 12
    assert set(Rewatch.objects.values_list("rung", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_a_learner_held_by_another_planner_is_skipped_and_not_waited_for(
    cohort: Cohort, join: Join, video: Video, now: datetime, evening: datetime
) -> None:
    membership = join(make_user("Held Learner"), cohort)
    viewing = Viewing.objects.create(membership=membership, video=video, number=1, opened_at=now)
    services.finish_pass(viewing=viewing, now=now, self_reported=True)
    reports: list[Any] = []

    def plan() -> None:
        reports.append(services.plan_rewatches(now=evening))
        connection.close()

    with transaction.atomic():
        Wake.objects.select_for_update().get()
        other = threading.Thread(target=plan)
        other.start()
        other.join(timeout=10)

    assert [report.looked_at for report in reports] == [0]


def test_a_heartbeat_is_one_row_that_moves(db: None, now: datetime) -> None:
    record_heartbeat(name=BEAT, now=now)
    record_heartbeat(name=BEAT, now=now + timedelta(seconds=15))

    assert Heartbeat.objects.get().at == now + timedelta(seconds=15)
