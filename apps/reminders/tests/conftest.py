"""Learners with rewatches, and a real mail server that can be told to be difficult."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from aiosmtpd import smtp as aiosmtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session
from pytest_django import Settings

from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.progress.models import FIRST_PASS, Viewing
from apps.reminders import services, steps
from apps.reminders.models import Delivery, OutboxMessage, Rewatch, Wake
from apps.reminders.steps import Step

# The learner's first pass ends on Monday the 2nd at 13:00 in Warsaw; rated good, it is due on Friday the 6th.
FRIDAY = date(2026, 11, 6)
EVENING = datetime(2026, 11, 6, 18, 15, tzinfo=UTC)  # 19:15 there, after every spread minute


@pytest.fixture
def evening() -> datetime:
    return EVENING


Finish = Callable[..., Rewatch]


@pytest.fixture
def finish(now: datetime) -> Finish:
    """Finish the first pass of a video: `finish(membership, video, at=..., rating=...)`."""

    def finished(
        membership: Membership, video: Video, at: datetime = now, rating: str = ""
    ) -> Rewatch:
        viewing = Viewing.objects.create(
            membership=membership, video=video, number=FIRST_PASS, opened_at=at, rating=rating
        )
        result = services.finish_pass(viewing=viewing, now=at, self_reported=True)
        assert result.rewatch is not None
        return result.rewatch

    return finished


@pytest.fixture
def rewatch(finish: Finish, membership: Membership, video: Video) -> Rewatch:
    """The learner's rewatch of the first video, due on Friday the 6th."""
    return finish(membership, video)


def second_pass(membership: Membership, video: Video, at: datetime, notes: int = 1) -> Viewing:
    """An open second pass with a note."""
    return Viewing.objects.create(
        membership=membership, video=video, number=2, opened_at=at, note_count=notes
    )


def wake_of(membership: Membership) -> Wake:
    return Wake.objects.get(user=membership.user)


@dataclass
class MailServer:
    """A real SMTP server on this machine; `answers` are given in turn to RCPT or DATA, then all is well."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    drop_after_data: int = 0
    sessions: set[int] = field(default_factory=set)

    def wait_for(self, count: int) -> None:
        """Until so many have arrived; a sender that died does not wait for them."""
        end = time.monotonic() + 5
        while len(self.received) < count and time.monotonic() < end:
            time.sleep(0.01)
        assert len(self.received) == count

    async def handle_RCPT(  # noqa: N802 - the library's name
        self,
        server: aiosmtp.SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if self.rcpt_answers:
            return self.rcpt_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: aiosmtp.SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        if self.data_answers:
            return self.data_answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        self.raw.append(content)
        self.received.append(message_from_bytes(content, EmailMessage, policy=SMTP))
        self.sessions.add(id(session))
        if self.drop_after_data:
            self.drop_after_data -= 1
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 2.0.0 taken"


class AnyPortController(Controller):
    """On a port that the system chooses; aiosmtpd itself would then dial port 0 to see whether it is up."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd's


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    handler = MailServer()
    controller = AnyPortController(handler, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = handler.port = controller.port
    yield handler
    controller.stop()


def text_of(mail: Any, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


@pytest.fixture
def planned(rewatch: Rewatch, evening: datetime) -> OutboxMessage:
    """The learner's mail of Friday, waiting."""
    services.plan_rewatches(now=evening)
    return OutboxMessage.objects.get()


def mail_log() -> Delivery:
    return Delivery.objects.get(channel="email")


def forget_senders() -> None:
    """As if whoever holds a lease or a fence had died long ago."""
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    OutboxMessage.objects.filter(lease_until__isnull=False).update(lease_until=long_ago)
    OutboxMessage.objects.filter(fenced_at__isnull=False).update(fenced_at=long_ago)


def kill_at(step: Step, now: datetime) -> None:
    """A sender that dies at this step."""

    def killed(at: Step) -> None:
        if at is step:
            raise KeyboardInterrupt

    steps.watch(killed)
    try:
        with pytest.raises(KeyboardInterrupt):
            services.deliver_messages(now=now)
    finally:
        steps.watch(None)
