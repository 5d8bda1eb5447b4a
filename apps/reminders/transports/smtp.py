"""Handing one mail to the mail server, step by step, so that every ending has exactly one meaning.

Before the body leaves, and after the server has accepted everything else, a fence is committed. Up to there nothing
was accepted, whatever happens; after it the server's answer decides; without an answer nobody knows (RFC 1047), and
that is said as `UNSURE`.
"""

import re
import smtplib
import time
from collections.abc import Callable
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
# Commits that this message is about to leave; False when it must not.
Fence = Callable[[], bool]


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


class Line:
    """One connection to the mail server for a run of letters; opened when the first one goes."""

    def __init__(self) -> None:
        self._backend = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._hang_up()

    def hand_over(self, letter: Letter, *, fence: Fence) -> Answer:
        """Speak to the server; whatever `fence` raises is raised, and the body was not sent."""
        if not isinstance(self._backend, SmtpBackend):
            # Another backend of Django's: it takes the message whole, or raises.
            if not fence():
                return Answer(Ending.HELD)
            try:
                self._backend.send_messages([Rendered(letter)])
            except Exception as error:
                return Answer(Ending.UNSURE, repr(error)[:500])
            return Answer(Ending.ACCEPTED)
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            return Answer(Ending.NO_LINE, f"no connection: {error}")
        smtp = self._backend.connection
        assert smtp is not None  # noqa: S101  (just opened)
        try:
            answer = converse(smtp, letter, fence=fence)
        except BaseException:
            # The server waits for a body that must not come; QUIT would be taken for one.
            self._drop()
            raise
        if answer.ending in (Ending.HELD, Ending.UNSURE):
            self._drop()
        elif answer.ending is not Ending.ACCEPTED:
            # Whatever was half said is forgotten with the line; the next letter dials anew.
            self._hang_up()
        return answer

    def _drop(self) -> None:
        """End the connection without a word: what was not ended by a dot is forgotten (RFC 5321, 4.1.1.4)."""
        if isinstance(self._backend, SmtpBackend) and self._backend.connection is not None:
            self._backend.connection.close()
            self._backend.connection = None

    def _hang_up(self) -> None:
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            if isinstance(self._backend, SmtpBackend):
                self._backend.connection = None


def converse(smtp: smtplib.SMTP, letter: Letter, *, fence: Fence) -> Answer:
    """One SMTP transaction (RFC 5321, 3.3)."""
    try:
        smtp.ehlo_or_helo_if_needed()
        code, words = smtp.mail(letter.sender)
        if code != 250:
            return _no(code, words)
        code, words = smtp.rcpt(letter.recipient)
        if code not in (250, 251):
            return _no(code, words, no_ending=_about_recipient(code, words))
        reached(Step.ENVELOPE)
        code, words = smtp.docmd("DATA")
        if code != 354:
            return _no(code, words)
    except (OSError, smtplib.SMTPException) as error:
        return Answer(Ending.LATER, f"the line broke: {error}")
    reached(Step.DATA)
    began = time.monotonic()
    if not fence():
        return Answer(Ending.HELD)
    if time.monotonic() - began > FENCE_SECONDS:
        return Answer(Ending.HELD, "the fence took too long")
    reached(Step.FENCED)
    try:
        smtp.send(re.sub(rb"(?m)^\.", b"..", letter.content) + b".\r\n")
        reached(Step.BODY_OUT)
        code, words = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Answer(Ending.UNSURE, f"the line broke after the dot: {error}")
    reached(Step.ANSWERED)
    return Answer(Ending.ACCEPTED, _said(code, words)) if code == 250 else _no(code, words)


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
    return f"{code} {words.decode(errors='replace')}"[:500]
