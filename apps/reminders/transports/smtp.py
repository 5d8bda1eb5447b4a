"""Handing mails to the mail server, step by step, so that every ending has exactly one meaning.

Before a body leaves, and after the server has accepted everything else, a fence is committed. Up to there nothing
was accepted, whatever happens; after it the server's answer decides; without an answer nobody knows (RFC 1047), and
that is said as `UNSURE`.
"""

import re
import smtplib
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from apps.reminders.steps import Step, reached
from apps.reminders.transports.letters import Answer, Ending, Letter

MAILBOX_FULL = 552
# A fence that took longer may be about a lease that has run out since: the body stays here.
FENCE_SECONDS = 10.0
SHORTEST_WAIT = 0.05
# Commits that the letters at these places are about to leave; answers those that may.
Fence = Callable[[Sequence[int]], Collection[int]]


class Rendered(EmailMultiAlternatives):
    """A letter's bytes for the e-mail backends of Django that take messages and not bytes."""

    def __init__(self, letter: Letter) -> None:
        parsed = message_from_bytes(letter.content, EmailMessage, policy=SMTP)
        text, html = (parsed.get_body((kind,)) for kind in ("plain", "html"))
        super().__init__(
            letter.subject,
            text.get_content() if text else "",
            settings.DEFAULT_FROM_EMAIL,
            [letter.to],
            headers={"Message-ID": str(parsed["Message-ID"])},
        )
        if html is not None:
            self.attach_alternative(html.get_content(), "text/html")
        self._parsed = parsed

    def message(self, **_kwargs: Any) -> Any:
        return self._parsed


@dataclass(slots=True)
class Talk:
    """One letter on its line, and how it ended, as soon as that is known."""

    letter: Letter
    line: "Line"
    answer: Answer | None = None

    @property
    def smtp(self) -> smtplib.SMTP:
        return self.line.smtp


class Line:
    """One connection to the mail server; opened when its first letter goes."""

    def __init__(self, backend: SmtpBackend) -> None:
        self._backend = backend

    @property
    def smtp(self) -> smtplib.SMTP:
        connection = self._backend.connection
        assert isinstance(connection, smtplib.SMTP)  # noqa: S101  (it is open)
        return connection

    def open(self) -> Answer | None:
        """None when it is open; what is wrong otherwise."""
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            self.hang_up()
            return Answer(Ending.NO_LINE, f"no connection: {error}")
        return None

    def drop(self) -> None:
        """End the connection without a word: what was not ended by a dot is forgotten (RFC 5321, 4.1.1.4)."""
        if self._backend.connection is not None:
            self._backend.connection.close()
            self._backend.connection = None

    def hang_up(self) -> None:
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            self._backend.connection = None


class Lines:
    """Connections to the mail server for a run of letters, at most `count`, each opened when it is needed first."""

    def __init__(self, count: int) -> None:
        self._backend = get_connection()
        self._lines: list[Line] = []
        if isinstance(self._backend, SmtpBackend):
            backends = [self._backend, *(_smtp_backend() for _ in range(count - 1))]
            self._lines = [Line(backend) for backend in backends]

    @property
    def count(self) -> int:
        """How many letters can be handed over together: fewer, once the server takes no more connections."""
        return max(1, len(self._lines))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for line in self._lines:
            line.hang_up()

    def hand_over(self, letters: Sequence[Letter], *, fence: Fence) -> list[Answer]:
        """Speak about at most `count` letters. Whatever `fence` raises is raised, and no body was sent."""
        if not self._lines:
            return [self._hand_whole(place, letter, fence) for place, letter in enumerate(letters)]
        talks = [Talk(letter, line) for letter, line in zip(letters, self._lines, strict=False)]
        _open(talks)
        standing = [talk.line for talk in talks if talk.answer is None]
        if standing and len(standing) < len(talks):
            self._lines = standing
        try:
            converse(talks, fence=fence)
        except BaseException:
            # The server waits for bodies that must not come; QUIT would be taken for one.
            for talk in talks:
                talk.line.drop()
            raise
        return [_ended(talk) for talk in talks]

    def _hand_whole(self, place: int, letter: Letter, fence: Fence) -> Answer:
        """Another backend of Django's takes the message whole, or raises."""
        if place not in fence([place]):
            return Answer(Ending.HELD)
        try:
            self._backend.send_messages([Rendered(letter)])
        except Exception as error:
            return Answer(Ending.UNSURE, repr(error)[:500])
        return Answer(Ending.ACCEPTED)


def _open(talks: Sequence[Talk]) -> None:
    """Up to the first that the server does not take: it is not asked for the others, which may each cost a timeout."""
    failed: Answer | None = None
    for talk in talks:
        failed = failed or talk.line.open()
        talk.answer = failed


def _smtp_backend() -> SmtpBackend:
    backend = get_connection()
    assert isinstance(backend, SmtpBackend)  # noqa: S101  (the settings say one for all)
    return backend


def _ended(talk: Talk) -> Answer:
    """The talk's answer; its line goes on only where the server has accepted."""
    answer = talk.answer
    assert answer is not None  # noqa: S101  (each talk comes to an end)
    if answer.ending in (Ending.HELD, Ending.UNSURE):
        talk.line.drop()
    elif answer.ending is not Ending.ACCEPTED:
        # Whatever was half said is forgotten with the line; the next letter dials anew.
        talk.line.hang_up()
    return answer


def converse(talks: Sequence[Talk], *, fence: Fence) -> None:
    """An SMTP transaction (RFC 5321, 3.3) on each line that is open, step by step and side by side, with one fence
    for all of them between the server's last question and the first body."""
    for act in (_greet, _say_mail, _hear_mail, _say_rcpt, _hear_rcpt, _say_data, _hear_data):
        _each(talks, act, Ending.LATER, "the line broke")
    waiting = [place for place, talk in enumerate(talks) if talk.answer is None]
    if not waiting:
        return
    began = time.monotonic()
    passed = fence(waiting)
    is_late = time.monotonic() - began > FENCE_SECONDS
    for place in waiting:
        if is_late or place not in passed:
            talks[place].answer = Answer(Ending.HELD, "the fence took too long" if is_late else "")
    reached(Step.FENCED)
    for act in (_say_body, _hear_body):
        _each(talks, act, Ending.UNSURE, "the line broke after the dot")


def _each(talks: Sequence[Talk], act: Callable[[Talk], None], broken: Ending, words: str) -> None:
    """Do this on each line that still stands. They wait together: a silent server costs one timeout for them all."""
    until = time.monotonic() + settings.EMAIL_TIMEOUT
    for talk in talks:
        if talk.answer is not None:
            continue
        try:
            if talk.smtp.sock is not None:
                talk.smtp.sock.settimeout(max(until - time.monotonic(), SHORTEST_WAIT))
            act(talk)
        except (OSError, smtplib.SMTPException) as error:
            talk.answer = Answer(broken, f"{words}: {error}")


def _greet(talk: Talk) -> None:
    talk.smtp.ehlo_or_helo_if_needed()


def _say_mail(talk: Talk) -> None:
    talk.smtp.putcmd("MAIL", f"FROM:{smtplib.quoteaddr(talk.letter.sender)}")


def _hear_mail(talk: Talk) -> None:
    code, words = talk.smtp.getreply()
    if code != 250:
        talk.answer = _no(code, words)


def _say_rcpt(talk: Talk) -> None:
    talk.smtp.putcmd("RCPT", f"TO:{smtplib.quoteaddr(talk.letter.recipient)}")


def _hear_rcpt(talk: Talk) -> None:
    code, words = talk.smtp.getreply()
    if code not in (250, 251):
        talk.answer = _no(code, words, no_ending=_about_recipient(code, words))
    else:
        reached(Step.ENVELOPE)


def _say_data(talk: Talk) -> None:
    talk.smtp.putcmd("DATA")


def _hear_data(talk: Talk) -> None:
    code, words = talk.smtp.getreply()
    if code != 354:
        talk.answer = _no(code, words)
    else:
        reached(Step.DATA)


def _say_body(talk: Talk) -> None:
    content = talk.letter.content
    if b"\n." in content or content.startswith(b"."):
        content = re.sub(rb"(?m)^\.", b"..", content)
    talk.smtp.send(content + b".\r\n")
    reached(Step.BODY_OUT)


def _hear_body(talk: Talk) -> None:
    code, words = talk.smtp.getreply()
    reached(Step.ANSWERED)
    talk.answer = Answer(Ending.ACCEPTED, _said(code, words)) if code == 250 else _no(code, words)


def _about_recipient(code: int, words: bytes) -> Ending:
    """What a refused RCPT means. 5.1.* and 5.2.1 (RFC 3463) say that the address is no good; a 5.7.* is about us."""
    if code < 500 or code == MAILBOX_FULL:
        return Ending.LATER
    enhanced = re.match(rb"5\.(\d+)\.(\d+)", words)
    if enhanced is None:
        return Ending.NO_SUCH_ADDRESS if code in (550, 551, 553) else Ending.REFUSED
    subject, detail = int(enhanced[1]), int(enhanced[2])
    is_no_good = subject == 1 or (subject, detail) == (2, 1)
    return Ending.NO_SUCH_ADDRESS if is_no_good else Ending.REFUSED


def _no(code: int, words: bytes, no_ending: Ending | None = None) -> Answer:
    is_final = code >= 500 and code != MAILBOX_FULL
    return Answer(no_ending or (Ending.REFUSED if is_final else Ending.LATER), _said(code, words))


def _said(code: int, words: bytes) -> str:
    return f"{code} {words.decode(errors='replace')}".replace("\0", "\ufffd")[:500]
