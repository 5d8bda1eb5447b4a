"""The mail about access tokens that end soon: once, in the reader's language, to whom it concerns."""

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django import Settings

from apps.accounts.models import Token, User
from apps.accounts.tokens import make_token
from apps.cohorts.models import Cohort, Membership
from apps.cohorts.services import make_machine
from apps.overview.token_ends import warn_of_token_ends

DAY = timedelta(days=1)


@pytest.fixture
def made_at() -> datetime:
    # knox writes the moment of making by itself.
    return timezone.now()


def make(user: User, name: str, made_at: datetime, days: int) -> Token:
    end = made_at + days * DAY
    return make_token(
        user=user, name=name, scopes=["notes:read"], now=made_at, expires_at=end
    ).token


def test_it_comes_once_a_week_before(
    learner: User, made_at: datetime, mailoutbox: list[EmailMessage]
) -> None:
    make(learner, "Long", made_at, 90)
    make(learner, "Short", made_at, 10)

    sent = [
        warn_of_token_ends(now=made_at + days * DAY + timedelta(minutes=1))
        for days in (5, 82, 83, 84, 89, 91)
    ]

    assert sent == [0, 0, 1, 0, 0, 0]
    (mail,) = mailoutbox
    assert mail.to == [learner.email]
    assert mail.subject == "An access token ends soon"
    assert "“Long” is good until" in str(mail.body)
    assert "/settings/tokens/" in str(mail.body)


def test_several_tokens_are_one_mail_in_the_reader_s_language(
    learner: User, made_at: datetime, mailoutbox: list[EmailMessage]
) -> None:
    learner.language = "ru"
    learner.save()
    for name in ("One", "Two"):
        make(learner, name, made_at, 90)

    warn_of_token_ends(now=made_at + 85 * DAY)

    (mail,) = mailoutbox
    assert "«One»" in str(mail.body)
    assert "«Two»" in str(mail.body)


def test_of_a_machine_s_token_its_instructors_hear(
    cohort: Cohort,
    instructor: User,
    observer: User,
    made_at: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    make_machine(
        cohort=cohort,
        name="Grade book",
        role="instructor",
        scopes=["progress:read"],
        by=instructor,
        now=made_at,
    )

    warn_of_token_ends(now=made_at + 360 * DAY)

    (mail,) = mailoutbox
    assert mail.to == [instructor.email]
    assert "“Grade book”" in str(mail.body)
    assert "/teach/autumn/settings/machines/" in str(mail.body)


def test_a_mail_server_that_is_away_is_asked_again(
    learner: User, made_at: datetime, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    make(learner, "Long", made_at, 90)
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert warn_of_token_ends(now=made_at + 85 * DAY) == 0
    settings.EMAIL_BACKEND = backend

    assert warn_of_token_ends(now=made_at + 85 * DAY) == 1
    assert len(mailoutbox) == 1


def test_an_address_that_is_refused_costs_the_others_no_second_mail(
    cohort: Cohort,
    instructor: User,
    cohort_mate: User,
    made_at: datetime,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Membership.objects.filter(user=cohort_mate).update(role="instructor")
    make_machine(
        cohort=cohort,
        name="Grade book",
        role="instructor",
        scopes=["progress:read"],
        by=instructor,
        now=made_at,
    )
    send = EmailMessage.send

    def refusing(mail: EmailMessage, fail_silently: bool = False) -> int:
        if mail.to == [cohort_mate.email]:
            raise SMTPRecipientsRefused({cohort_mate.email: (550, b"no such user")})
        return send(mail, fail_silently)

    monkeypatch.setattr(EmailMessage, "send", refusing)

    sent = [warn_of_token_ends(now=made_at + 360 * DAY) for _ in range(2)]

    assert sent == [1, 0]
    assert [mail.to for mail in mailoutbox] == [[instructor.email]]
