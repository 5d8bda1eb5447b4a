"""What every kind of no of a mail server leads to."""

from datetime import datetime, timedelta

from pytest_django import Settings

from apps.cohorts.models import Membership
from apps.reminders import services
from apps.reminders.models import Delivery, OutboxMessage, Suppression
from apps.reminders.tests.conftest import MailServer, mail_log, wake_of


def test_a_temporary_no_is_tried_again_later(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime
) -> None:
    mail_server.rcpt_answers = ["451 4.7.1 greylisted, come back later"]

    first = services.deliver_messages(now=evening)
    too_early = services.deliver_messages(now=evening + timedelta(seconds=20))
    second = services.deliver_messages(now=evening + timedelta(seconds=40))

    assert (first.later, first.outcomes, too_early.outcomes) == (1, {}, {})
    assert second.outcomes == {"sent": 1}
    assert len(mail_server.received) == 1
    assert mail_log().attempts == 2


def test_an_address_that_does_not_exist_is_not_written_to_again(
    planned: OutboxMessage,
    mail_server: MailServer,
    membership: Membership,
    evening: datetime,
) -> None:
    mail_server.rcpt_answers = ["550 5.1.1 no such user"]

    report = services.deliver_messages(now=evening)
    wake = wake_of(membership)
    assert wake.next_at is not None
    services.plan_rewatches(now=wake.next_at)

    assert report.outcomes == {"bounced": 1}
    assert Suppression.objects.get().reason == "550 5.1.1 no such user"
    assert not OutboxMessage.objects.exists()
    assert Delivery.objects.filter(channel="inbox").count() == 2


def test_a_server_that_does_not_let_us_relay_is_no_fault_of_the_address(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime
) -> None:
    mail_server.rcpt_answers = ["554 5.7.1 relay access denied"]

    report = services.deliver_messages(now=evening)

    assert report.outcomes == {"failed": 1}
    assert not Suppression.objects.exists()


def test_a_full_mailbox_is_tried_again(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime
) -> None:
    mail_server.rcpt_answers = ["552 5.2.2 mailbox full"]

    report = services.deliver_messages(now=evening)

    assert (report.later, report.outcomes) == (1, {})


def test_without_a_mail_server_everything_waits_and_nothing_is_lost(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime, settings: Settings
) -> None:
    settings.EMAIL_PORT = 9  # discard: nobody listens

    down = services.deliver_messages(now=evening)
    settings.EMAIL_PORT = mail_server.port
    up = services.deliver_messages(now=evening + timedelta(minutes=1))

    assert (down.later, down.outcomes) == (1, {})
    assert up.outcomes == {"sent": 1}
