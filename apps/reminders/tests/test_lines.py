"""Several mails at once, each on a line of its own, behind one fence."""

from collections.abc import Callable, Sequence
from socket import create_server
from typing import Any

import pytest
from django.core.mail.backends.smtp import EmailBackend
from pytest_django import Settings

from apps.cohorts.models import Cohort
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.reminders import services, steps
from apps.reminders.models import Delivery, OutboxMessage, Suppression
from apps.reminders.steps import Step
from apps.reminders.tests.conftest import EVENING, Finish, MailServer
from apps.reminders.transports import Ending, Letter, Lines
from apps.reminders.transports.policies import KeyTransport

KEY = "key:X-Key:24"


@pytest.fixture
def six(
    cohort: Cohort,
    join: Join,
    video: Video,
    finish: Finish,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> list[str]:
    """Addresses of six people whose mails wait, sent by a server that keeps keys."""
    settings.REMINDER_TRANSPORT = KEY
    monkeypatch.setattr(KeyTransport, "fenced_together", 4)
    people = [make_user(f"Learner {number}") for number in range(6)]
    for person in people:
        finish(join(person, cohort), video)
    services.plan_rewatches(now=EVENING)
    return [person.email for person in people]


def letter(to: str) -> Letter:
    content = f"To: {to}\r\n\r\n.a line that begins with a dot\r\n".encode()
    return Letter(sender="a@example.org", recipient=to, content=content, to=to, subject="x")


def all_pass(waiting: Sequence[int]) -> Sequence[int]:
    return waiting


def test_four_mails_share_a_fence_and_each_has_a_line(
    six: list[str], mail_server: MailServer
) -> None:
    fences = []
    steps.watch(lambda at: fences.append(at) if at is Step.FENCE_WRITTEN else None)
    try:
        report = services.deliver_messages(now=EVENING)
    finally:
        steps.watch(None)

    assert report.outcomes == {"sent": 6}
    assert sorted(str(mail["To"]) for mail in mail_server.received) == sorted(six)
    assert (len(fences), len(mail_server.sessions)) == (2, 4)
    assert not OutboxMessage.objects.exists()


def test_a_blind_server_has_one_line_and_one_mail_behind_a_fence(
    six: list[str], mail_server: MailServer, settings: Settings
) -> None:
    settings.REMINDER_TRANSPORT = "blind"
    fences = []
    steps.watch(lambda at: fences.append(at) if at is Step.FENCE_WRITTEN else None)
    try:
        services.deliver_messages(now=EVENING)
    finally:
        steps.watch(None)

    assert (len(fences), len(mail_server.sessions)) == (6, 1)


def test_a_refusal_on_one_line_is_about_its_mail_alone(
    six: list[str], mail_server: MailServer
) -> None:
    mail_server.rcpt_answers = ["550 5.1.1 nobody here"]
    mail_server.data_answers = ["451 4.3.0 later"]

    report = services.deliver_messages(now=EVENING)

    assert (report.outcomes, report.later) == ({"bounced": 1, "sent": 4}, 1)
    assert Suppression.objects.count() == 1
    assert len(mail_server.received) == 4


def test_whoever_unsubscribes_while_four_wait_holds_back_one(
    six: list[str], mail_server: MailServer
) -> None:
    message = OutboxMessage.objects.select_related("user").order_by("not_before", "id")[1]
    left: list[Callable[[], Any]] = [lambda: services.unsubscribe(user=message.user, now=EVENING)]
    steps.watch(lambda at: left.pop()() if at is Step.DATA and left else None)
    try:
        report = services.deliver_messages(now=EVENING)
    finally:
        steps.watch(None)

    assert message.user.email not in [mail["To"] for mail in mail_server.received]
    assert len(mail_server.received) == 5
    assert report.outcomes["sent"] == 5


def test_a_mail_that_was_marked_by_somebody_else_is_counted_once(
    six: list[str], mail_server: MailServer
) -> None:
    def settle() -> None:
        message = OutboxMessage.objects.filter(state="fenced").order_by("id")[0]
        Delivery.objects.create(
            user_id=message.user_id, channel="email", purpose=message.purpose,
            slot_on=message.slot_on, outcome="sent", planned_at=EVENING, settled_at=EVENING,
            message_id=message.message_id,
        )  # fmt: skip
        message.delete()

    left: list[Callable[[], None]] = [settle]
    steps.watch(lambda at: left.pop()() if at is Step.ANSWERED and left else None)
    try:
        report = services.deliver_messages(now=EVENING)
    finally:
        steps.watch(None)

    assert report.outcomes == {"sent": 5}
    assert Delivery.objects.filter(channel="email", outcome="sent").count() == 6


def test_a_server_that_takes_one_connection_gets_one_after_the_other(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = EmailBackend.open
    known: list[EmailBackend] = []

    def one_only(self: EmailBackend) -> bool | None:
        if not known:
            known.append(self)
        if self is not known[0]:
            raise ConnectionRefusedError
        return opened(self)

    monkeypatch.setattr(EmailBackend, "open", one_only)
    with Lines(4) as lines:
        first = lines.hand_over([letter("a@example.org"), letter("b@example.org")], fence=all_pass)
        assert [answer.ending for answer in first] == [Ending.ACCEPTED, Ending.NO_LINE]
        assert lines.count == 1
        second = lines.hand_over([letter("b@example.org")], fence=all_pass)

    assert [answer.ending for answer in second] == [Ending.ACCEPTED]
    assert [mail["To"] for mail in mail_server.received] == ["a@example.org", "b@example.org"]
    assert mail_server.raw[0].endswith(b"\r\n.a line that begins with a dot\r\n")


def test_a_server_that_says_nothing_costs_one_timeout(settings: Settings) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 0.2
        with Lines(4) as lines:
            answers = lines.hand_over([letter("a@example.org")] * 4, fence=all_pass)
        silent.settimeout(5)
        silent.accept()[0].close()
        silent.settimeout(0.2)
        with pytest.raises(TimeoutError):
            silent.accept()

    assert {answer.ending for answer in answers} == {Ending.NO_LINE}
