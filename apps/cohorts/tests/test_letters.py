"""Letters go out once each, at a polite rate, and what failed says why."""

import smtplib
from collections.abc import Collection
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.models import Cohort, Letter
from apps.cohorts.services.writing import write_letter
from apps.conftest import make_user

MINUTE = timedelta(minutes=1)


def nobody(_addresses: Collection[str]) -> Collection[str]:
    return ()


def letters(cohort: Cohort, now: datetime, count: int = 1, kind: str = "place") -> list[Letter]:
    return [
        write_letter(kind=kind, cohort=cohort, user=make_user(f"Reader {kind} {number}"), now=now)
        for number in range(count)
    ]


def post(now: datetime, *, rate: int = 60, most: int = 60) -> int:
    return services.post_letters(now=now, rate=rate, most=most, refused=nobody)


class Refusing(EmailBackend):
    """A mail server that says no; `error` is set by each test."""

    error: Exception = OSError()

    def send_messages(self, messages: Any) -> int:
        raise self.error


@pytest.mark.django_db
def test_a_letter_is_sent_once(cohort: Cohort, now: datetime) -> None:
    (letter,) = letters(cohort, now)

    assert [post(now), post(now + MINUTE * 5)] == [1, 0]

    (message,) = mail.outbox
    letter.refresh_from_db()
    assert message.to == [letter.address]
    assert message.subject == "A place in Autumn is yours"
    assert "/c/autumn/" in message.body
    assert message.extra_headers["Message-ID"].startswith(f"<letter-{letter.pk}-")
    assert (letter.state, letter.sent_at, letter.tries) == ("sent", now, 1)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("place", "Место в потоке «Autumn» твоё"),
        ("accepted", "Ты в потоке «Autumn»"),
        ("declined", "В потоке «Autumn» на этот раз нет места"),
    ],
)
@pytest.mark.django_db
def test_a_letter_speaks_the_language_of_its_reader(
    cohort: Cohort, now: datetime, kind: str, subject: str
) -> None:
    write_letter(kind=kind, cohort=cohort, user=make_user("Anya", language="ru"), now=now)

    post(now)

    assert mail.outbox[0].subject == subject
    assert "Сети" in mail.outbox[0].body


@pytest.mark.django_db
def test_no_more_than_the_rate_goes_out_in_a_minute(cohort: Cohort, now: datetime) -> None:
    letters(cohort, now, 7)

    sent = [post(now + timedelta(seconds=15) * tick, rate=4, most=3) for tick in range(6)]

    # Three, then the one that is left of the minute, and again when the minute is over.
    assert sent == [3, 1, 0, 0, 3, 0]


@pytest.mark.django_db
def test_one_answer_does_not_wait_behind_many_invitations(cohort: Cohort, now: datetime) -> None:
    letters(cohort, now - MINUTE, 3)
    Letter.objects.update(is_bulk=True)
    (answer,) = letters(cohort, now, kind="accepted")

    post(now, most=1)

    answer.refresh_from_db()
    assert answer.state == "sent"


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (
            smtplib.SMTPRecipientsRefused({"x": (550, b"5.1.1 no such\nuser")}),
            "failed",
            "550 5.1.1 no such user",
        ),
        (smtplib.SMTPDataError(554, b"spam"), "failed", "554 spam"),
        (smtplib.SMTPDataError(451, b"later"), "waiting", "451 later"),
        (ConnectionRefusedError(), "waiting", "the mail server is away: ConnectionRefusedError"),
        (
            smtplib.SMTPSenderRefused(550, b"not from here", "us@example.org"),
            "waiting",
            "the mail server is away: SMTPSenderRefused",
        ),
        (ValueError(), "failed", "cannot be written: ValueError"),
    ],
)
@pytest.mark.django_db
def test_what_a_server_refuses_is_said_and_what_may_pass_is_tried_again(
    cohort: Cohort, now: datetime, settings: Any, error: Exception, state: str, reason: str
) -> None:
    (letter,) = letters(cohort, now)
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.error = error

    assert post(now) == 0

    letter.refresh_from_db()
    assert (letter.state, letter.reason) == (state, reason)
    assert (letter.next_at > now) == (state == "waiting")


class Closed(EmailBackend):
    """A mail server that does not let us in."""

    def open(self) -> bool:
        raise smtplib.SMTPAuthenticationError(535, b"5.7.8 bad credentials")


@pytest.mark.django_db
def test_a_wrong_password_of_ours_costs_no_letter_a_try(
    cohort: Cohort, now: datetime, settings: Any
) -> None:
    letters(cohort, now, 3)
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Closed"

    shut = [post(now + MINUTE * wait) for wait in range(9)]
    waiting = set(Letter.objects.values_list("state", "tries", "reason"))
    settings.EMAIL_BACKEND = usual

    assert shut == [0] * 9
    assert waiting == {("waiting", 0, "the mail server is away: SMTPAuthenticationError")}
    assert post(now + MINUTE * 20) == 3


@pytest.mark.django_db
def test_when_the_line_breaks_the_rest_waits_for_another_run(
    cohort: Cohort, now: datetime, settings: Any
) -> None:
    first, *rest = letters(cohort, now, 3)
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.error = TimeoutError()

    post(now)

    tries = dict(Letter.objects.values_list("pk", "tries"))
    assert tries == {first.pk: 1, **{letter.pk: 0 for letter in rest}}


@pytest.mark.django_db
def test_after_five_tries_it_is_given_up(cohort: Cohort, now: datetime, settings: Any) -> None:
    (letter,) = letters(cohort, now)
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.error = TimeoutError()

    for _ in range(7):
        post(now)
        letter.refresh_from_db()
        now = max(now, letter.next_at)

    assert (letter.state, letter.tries) == ("failed", 5)


@pytest.mark.django_db
def test_a_letter_whose_sender_died_goes_out_again_under_the_same_id(
    cohort: Cohort, now: datetime
) -> None:
    letters(cohort, now)
    post(now)
    Letter.objects.update(state=Letter.State.SENDING, sent_at=None)

    assert post(now + timedelta(minutes=9)) == 0
    assert post(now + timedelta(minutes=11)) == 1
    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second


@pytest.mark.django_db
def test_an_address_that_bounced_is_left_alone(cohort: Cohort, now: datetime) -> None:
    (letter,) = letters(cohort, now)

    sent = services.post_letters(now=now, rate=9, most=9, refused=lambda addresses: addresses)

    letter.refresh_from_db()
    assert (sent, letter.state, mail.outbox) == (0, "failed", [])
    assert "bounced" in letter.reason


@pytest.mark.django_db
def test_a_name_cannot_break_a_subject(cohort: Cohort, now: datetime) -> None:
    services.change_cohort(cohort=cohort, now=now, name='A & "B"')
    letters(cohort, now)

    post(now)

    message = mail.outbox[0]
    assert message.subject == 'A place in A & "B" is yours'
    html = message.alternatives[0][0]  # type: ignore[attr-defined]  # of EmailMultiAlternatives
    assert "A &amp; &quot;B&quot;" in html
    assert isinstance(message.message(), EmailMessage) or message.message()


@pytest.mark.django_db
def test_the_task_sends_nothing_while_sending_is_closed(
    cohort: Cohort, instructor: User, now: datetime
) -> None:
    from apps.overview.tasks import post_letters_now
    from apps.reminders.guard import standing
    from apps.reminders.models import Engine

    letters(cohort, now)
    standing()
    Engine.objects.update(delivers=False)
    post_letters_now()
    assert mail.outbox == []

    Engine.objects.update(delivers=True)
    post_letters_now()
    assert len(mail.outbox) == 1
