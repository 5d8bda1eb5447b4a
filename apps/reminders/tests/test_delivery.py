"""The sender against a real mail server: once, and looked at once more before it leaves."""

import uuid
from datetime import date, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.core import mail

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.reminders import services
from apps.reminders.models import OutboxMessage, Rewatch
from apps.reminders.services import endings
from apps.reminders.statements import sending
from apps.reminders.steps import Step
from apps.reminders.tests.conftest import (
    FRIDAY,
    Finish,
    MailServer,
    forget_senders,
    kill_at,
    mail_log,
    second_pass,
    text_of,
    wake_of,
)


def test_a_mail_goes_out_once_and_leaves_the_outbox_for_the_log(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime
) -> None:
    first = services.deliver_messages(now=evening)
    second = services.deliver_messages(now=evening)

    log = mail_log()
    assert (first.outcomes, second.outcomes) == ({"sent": 1}, {})
    assert len(mail_server.received) == 1
    assert not OutboxMessage.objects.exists()
    assert (log.outcome, log.slot_on, log.attempts) == ("sent", FRIDAY, 1)
    assert log.message_id == mail_server.received[0]["Message-ID"]
    assert log.subject == mail_server.received[0]["Subject"]


def test_a_run_of_mails_keeps_its_connection(
    cohort: Cohort,
    join: Join,
    finish: Finish,
    video: Video,
    mail_server: MailServer,
    evening: datetime,
) -> None:
    for number in range(25):
        finish(join(make_user(f"Learner {number}"), cohort), video)
    services.plan_rewatches(now=evening)

    report = services.deliver_messages(now=evening)

    assert report.outcomes == {"sent": 25}
    assert len(mail_server.sessions) == 1


def test_nothing_is_sent_when_the_second_pass_was_done_in_between(
    planned: OutboxMessage,
    mail_server: MailServer,
    membership: Membership,
    video: Video,
    evening: datetime,
) -> None:
    viewing = second_pass(membership, video, evening)
    services.finish_pass(viewing=viewing, now=evening, self_reported=True)

    services.deliver_messages(now=evening)

    assert mail_server.received == []
    assert (mail_log().outcome, mail_log().detail) == ("superseded", "all done")


def test_what_was_done_in_between_is_left_out_of_the_mail(
    rewatch: Rewatch,
    finish: Finish,
    membership: Membership,
    video: Video,
    coding_video: Video,
    mail_server: MailServer,
    evening: datetime,
) -> None:
    finish(membership, coding_video)
    services.plan_rewatches(now=evening)
    viewing = second_pass(membership, video, evening)
    services.finish_pass(viewing=viewing, now=evening, self_reported=True)

    services.deliver_messages(now=evening)

    text = text_of(mail_server.received[0])
    assert "Coding" in text
    assert "First (" not in text


def test_what_was_snoozed_in_between_is_not_said_to_be_due(
    planned: OutboxMessage, rewatch: Rewatch, mail_server: MailServer, evening: datetime
) -> None:
    rewatch.refresh_from_db()
    services.snooze_rewatch(rewatch=rewatch, now=evening, days=3)

    services.deliver_messages(now=evening)

    rewatch.refresh_from_db()
    assert mail_server.received == []
    assert mail_log().outcome == "superseded"
    assert rewatch.remind_on == FRIDAY + timedelta(days=3)


@pytest.mark.parametrize("way", ["unsubscribe", "channel"])
def test_nothing_is_sent_after_unsubscribing(
    planned: OutboxMessage,
    mail_server: MailServer,
    learner: User,
    evening: datetime,
    way: str,
) -> None:
    if way == "unsubscribe":
        services.unsubscribe(user=learner, now=evening)
    else:
        services.change_reminder_settings(user=learner, now=evening, channels=["inbox"])

    services.deliver_messages(now=evening)

    assert mail_server.received == []
    assert mail_log().detail == "unsubscribed"


def test_a_pause_between_plan_and_sending_gives_the_rewatch_its_message_back(
    planned: OutboxMessage,
    rewatch: Rewatch,
    mail_server: MailServer,
    membership: Membership,
    evening: datetime,
) -> None:
    services.pause_reminders(user=membership.user, until=date(2026, 11, 20), now=evening)

    services.deliver_messages(now=evening)

    rewatch.refresh_from_db()
    assert mail_server.received == []
    assert mail_log().detail == "paused"
    assert (rewatch.rung, rewatch.remind_on) == (0, date(2026, 11, 7))
    assert wake_of(membership).slot_on == date(2026, 11, 20)


def test_a_mail_that_could_not_leave_all_evening_comes_the_next_day(
    planned: OutboxMessage,
    rewatch: Rewatch,
    mail_server: MailServer,
    membership: Membership,
    evening: datetime,
) -> None:
    services.deliver_messages(now=evening + timedelta(hours=3))

    rewatch.refresh_from_db()
    wake = wake_of(membership)
    assert mail_server.received == []
    assert mail_log().outcome == "expired"
    assert (rewatch.rung, rewatch.remind_on) == (0, date(2026, 11, 7))
    assert (wake.slot_on, wake.week_used) == (date(2026, 11, 7), 0)
    assert wake.next_at is not None
    services.plan_rewatches(now=wake.next_at)
    services.deliver_messages(now=wake.next_at)
    assert len(mail_server.received) == 1


def test_a_message_that_expired_gives_the_twin_in_another_cohort_its_step_back_too(
    rewatch: Rewatch,
    membership: Membership,
    other_cohort: Cohort,
    join: Join,
    finish: Finish,
    video: Video,
    mail_server: MailServer,
    evening: datetime,
) -> None:
    twin = finish(join(membership.user, other_cohort), video)
    services.plan_rewatches(now=evening)

    services.deliver_messages(now=evening + timedelta(hours=3))

    for each in (rewatch, twin):
        each.refresh_from_db()
        assert (each.rung, each.remind_on) == (0, date(2026, 11, 7))


def test_a_sender_killed_before_the_mail_left_costs_the_length_of_its_lease(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime
) -> None:
    sending.claim_messages(now=evening, token=uuid.uuid4(), limit=20, only_to=None)

    while_leased = services.deliver_messages(now=evening)
    forget_senders()
    afterwards = services.deliver_messages(now=evening)

    assert (while_leased.outcomes, afterwards.outcomes) == ({}, {"sent": 1})
    assert len(mail_server.received) == 1


def test_a_kill_between_the_server_s_yes_and_our_mark_repeats_one_mail_with_the_same_id(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime
) -> None:
    kill_at(Step.ANSWERED, evening)
    User.objects.update(language="ru")
    forget_senders()
    services.deliver_messages(now=evening + timedelta(minutes=2))
    services.deliver_messages(now=evening + timedelta(minutes=4))

    once, again = mail_server.raw
    assert once == again
    assert mail_server.received[0]["Message-ID"] == planned.message_id
    assert mail_log().attempts == 2


def test_a_line_that_breaks_after_the_dot_repeats_the_same_bytes(
    planned: OutboxMessage,
    mail_server: MailServer,
    membership: Membership,
    evening: datetime,
) -> None:
    mail_server.drop_after_data = 1

    unsure = services.deliver_messages(now=evening)
    User.objects.update(language="ru")
    forget_senders()
    services.deliver_messages(now=evening + timedelta(minutes=1))

    assert (unsure.unsure, unsure.outcomes) == (1, {})
    once, again = mail_server.raw
    assert once == again


def test_two_senders_do_not_get_the_same_message(planned: OutboxMessage, evening: datetime) -> None:
    first = sending.claim_messages(now=evening, token=uuid.uuid4(), limit=20, only_to=None)
    second = sending.claim_messages(now=evening, token=uuid.uuid4(), limit=20, only_to=None)

    assert (first, second) == ([planned.pk], [])


def test_only_to_one_address_leaves_the_others_waiting(
    planned: OutboxMessage,
    cohort: Cohort,
    join: Join,
    finish: Finish,
    video: Video,
    mail_server: MailServer,
    evening: datetime,
) -> None:
    finish(join(make_user("Other Learner"), cohort), video)
    services.plan_rewatches(now=evening)

    report = services.deliver_messages(now=evening, only_to="OTHER.learner@example.org")

    assert report.sent_to == ["other.learner@example.org"]
    assert OutboxMessage.objects.get() == planned


def test_a_mail_that_cannot_be_rendered_is_given_up_and_the_others_go(
    planned: OutboxMessage,
    cohort: Cohort,
    join: Join,
    finish: Finish,
    video: Video,
    mail_server: MailServer,
    evening: datetime,
) -> None:
    finish(join(make_user("Other Learner"), cohort), video)
    services.plan_rewatches(now=evening)
    # An address that no mail can be made for.
    User.objects.filter(pk=planned.user_id).update(email="a@" + "ü" * 80)

    reports = [
        services.deliver_messages(now=evening + timedelta(minutes=30 * turn)) for turn in range(5)
    ]

    assert reports[0].outcomes == {"sent": 1}
    assert [report.later for report in reports] == [1, 1, 1, 1, 0]
    assert reports[4].outcomes == {"failed": 1}
    assert len(mail_server.received) == 1


def test_other_backends_of_django_get_the_same_mail(
    planned: OutboxMessage, evening: datetime, membership: Membership
) -> None:
    services.deliver_messages(now=evening)

    (sent,) = mail.outbox
    parsed = sent.message()
    assert isinstance(parsed, EmailMessage)
    assert sent.to == [membership.user.email]
    assert parsed["Message-ID"] == planned.message_id
    assert "First" in sent.body


@pytest.mark.parametrize(
    ("attempts", "shortest", "longest"), [(1, 24, 36), (2, 48, 72), (5, 384, 576), (40, 1440, 2160)]
)
def test_rests_double_up_to_half_an_hour(attempts: int, shortest: int, longest: int) -> None:
    rests = [endings.rest_after(attempts, spread=spread).total_seconds() for spread in range(41)]

    assert (min(rests), max(rests)) == (shortest, longest)
