"""The weekly mail to instructors: once a Monday, in their zone, about all their cohorts, off by a click."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import Care, Cohort, Membership
from apps.conftest import Join
from apps.overview import services as overview
from apps.reminders import selectors, services
from apps.reminders.models import Delivery, OutboxMessage, Purpose, Wake
from apps.reminders.tests.conftest import *  # noqa: F403 - pytest finds fixtures by their names here
from apps.reminders.tests.conftest import MailServer, text_of

# Monday the 16th, two weeks after the start; 9:30 in Warsaw.
MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=UTC)


@pytest.fixture
def teacher(instructor: User, membership: Membership) -> User:
    """The instructor of the one learner, who watched nothing yet."""
    User.objects.filter(pk=instructor.pk).update(time_zone="Europe/Warsaw")
    instructor.refresh_from_db()
    return instructor


def send(now: datetime) -> None:
    services.plan_digests(now=now)
    services.deliver_messages(now=now)


def mails_to(server: MailServer, user: User) -> list[str]:
    return [text_of(mail) for mail in server.received if mail["To"] == user.email]


def test_the_week_comes_once_with_verdict_names_reasons_and_links(
    teacher: User, membership: Membership, mail_server: MailServer
) -> None:
    for minutes in (0, 5, 10):
        send(MONDAY + timedelta(minutes=minutes))

    (text,) = mails_to(mail_server, teacher)
    (mail,) = mail_server.received
    assert mail["Subject"] == "1 learner needs you"
    assert "1 of 1 needs you. 1 has not begun." in text
    assert "* Nadia Kowalska: Not started\n  Joined 21 days ago and watched nothing yet." in text
    assert f"/teach/autumn/learners/{membership.pk}/" in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Nadia Kowalska" in text_of(mail, "html")
    log = Delivery.objects.get(purpose=Purpose.DIGEST)
    assert (log.outcome, log.slot_on) == ("sent", MONDAY.date())
    # It is no reminder: it stands neither in the inbox nor in the list over REST.
    assert not selectors.reminders_sent(user=teacher).exists()


@pytest.mark.parametrize(
    ("zone", "now", "comes"),
    [
        ("Europe/Warsaw", datetime(2026, 11, 16, 6, 59, tzinfo=UTC), False),
        ("Europe/Warsaw", datetime(2026, 11, 16, 7, 11, tzinfo=UTC), True),
        ("Europe/Warsaw", datetime(2026, 11, 16, 16, 59, tzinfo=UTC), True),
        ("Europe/Warsaw", datetime(2026, 11, 16, 17, 0, tzinfo=UTC), False),
        ("Europe/Warsaw", datetime(2026, 11, 17, 8, 30, tzinfo=UTC), False),
        ("Pacific/Kiritimati", datetime(2026, 11, 15, 18, 11, tzinfo=UTC), True),
        ("Pacific/Pago_Pago", datetime(2026, 11, 17, 4, 0, tzinfo=UTC), True),
    ],
)
def test_monday_is_the_readers_own(teacher: User, zone: str, now: datetime, comes: bool) -> None:
    User.objects.filter(pk=teacher.pk).update(time_zone=zone)

    assert services.plan_digests(now=now) == comes


def test_all_cohorts_stand_in_one_mail_and_a_quiet_week_is_short(
    teacher: User, learner: User, other_cohort: Cohort, cohort: Cohort, join: Join,
    mail_server: MailServer,
) -> None:  # fmt: skip
    join(teacher, other_cohort, "instructor")
    join(learner, other_cohort)
    Membership.objects.update(joined_at=MONDAY)

    send(MONDAY)

    (text,) = mails_to(mail_server, teacher)
    assert text.startswith("Nobody needs you this week\nMonday, 16 November")
    assert text.count("Nobody needs you.") == 2
    assert (cohort.name in text, other_cohort.name in text) == (True, True)


def test_who_is_hidden_for_a_week_is_not_named(
    teacher: User, membership: Membership, mail_server: MailServer
) -> None:
    Care.objects.create(membership=membership, hidden_until=MONDAY.date() + timedelta(days=3))

    send(MONDAY)

    (text,) = mails_to(mail_server, teacher)
    assert "Nadia" not in text
    assert "1 is hidden for a week." in text


def test_nothing_is_sent_where_there_is_nothing_to_tell(
    teacher: User, observer: User, cohort: Cohort, other_instructor: User, learner: User
) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(starts_on=MONDAY.date() + timedelta(days=1))

    assert services.plan_digests(now=MONDAY) == 0


def test_the_mail_is_off_by_a_click_also_when_it_is_under_way(
    teacher: User, mail_server: MailServer
) -> None:
    send(MONDAY)
    address = mail_server.received[0]["List-Unsubscribe"].strip("<>")
    path = "/" + address.split("/", 3)[3]
    client = Client(enforce_csrf_checks=True)
    assert "Stop the weekly mail?" in client.get(path).content.decode()
    assert Wake.objects.get(user=teacher).digest_off_at is None
    next_week = MONDAY + timedelta(days=7)
    services.plan_digests(now=next_week)

    clicked = client.post(path, {"List-Unsubscribe": "One-Click"})
    services.deliver_messages(now=next_week)

    assert clicked.status_code == 200
    assert "No more weekly mail" in client.get(path).content.decode()
    assert len(mail_server.received) == 1
    log = Delivery.objects.get(slot_on=next_week.date())
    assert (log.outcome, log.detail) == ("superseded", "unsubscribed")
    assert services.plan_digests(now=next_week + timedelta(days=7)) == 0
    # Reminders of what they learn themselves are another matter.
    assert Wake.objects.get(user=teacher).unsubscribed_at is None


def test_the_settings_switch_it_for_who_teaches(teacher: User, learner: User) -> None:
    client, other = Client(), Client()
    client.force_login(teacher)
    other.force_login(learner)
    page = "/settings/reminders/"
    assert "The weekly mail to instructors" not in other.get(page).content.decode()

    client.post(page, {"action": "digest-off"})
    off = client.get(page).content.decode()
    client.post(page, {"action": "digest-on"})

    assert "It is switched off." in off
    assert Wake.objects.get(user=teacher).digest_off_at is None


def test_who_teaches_no_longer_gets_none_although_it_was_planned(
    teacher: User, cohort: Cohort, join: Join, stranger: User, mail_server: MailServer
) -> None:
    join(stranger, cohort, "instructor")
    services.plan_digests(now=MONDAY)
    mine = Membership.objects.get(user=teacher)

    overview.leave_cohort(membership=mine, now=MONDAY)
    services.deliver_messages(now=MONDAY)

    assert mails_to(mail_server, teacher) == []
    log = Delivery.objects.get(user=teacher)
    assert (log.outcome, log.detail) == ("superseded", "nothing to tell")


def test_a_copy_of_the_site_sends_no_week_that_the_original_may_have_sent(teacher: User) -> None:
    services.confirm_instance(now=MONDAY)

    assert services.plan_digests(now=MONDAY) == 0
    assert services.plan_digests(now=MONDAY + timedelta(days=7)) == 1


def test_a_mail_that_comes_too_late_is_left_out_and_moves_no_reminder(teacher: User) -> None:
    services.plan_digests(now=MONDAY)
    wake = Wake.objects.get(user=teacher)

    services.deliver_messages(now=MONDAY + timedelta(hours=9))

    assert Delivery.objects.get().outcome == "expired"
    assert not OutboxMessage.objects.exists()
    assert Wake.objects.get(user=teacher).week_used == wake.week_used
