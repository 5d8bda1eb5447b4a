"""The reminder as a mail: one message about up to five due rewatches, in the learner's language and zone.

Everything in it follows from the message's row, so that every try renders the same bytes under the same Message-ID.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateformat import format as format_date
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.core.durations import duration_about, duration_words
from apps.reminders import links, signing
from apps.reminders.lines import DueLine, LineFacts, due_lines
from apps.reminders.mime import mail_bytes
from apps.reminders.models import OutboxMessage, Rewatch, Wake
from apps.reminders.moulds import Filling
from apps.reminders.transports import Letter

LATER_DAYS = 3
PAUSE_DAYS = 7
TEMPLATES = "emails/rewatch_reminder"
MANY_EMPTY_LINES = re.compile(r"\n{3,}")


def rewatch_reminder(
    *,
    message: OutboxMessage,
    wake: Wake,
    rewatch_ids: Sequence[int],
    facts: LineFacts | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Letter:
    """The mail of this message about those of its rewatches that are still open; `headers` are the transport's."""
    user = wake.user
    with translation.override(user.language), timezone.override(user.zone):
        lines = due_lines(rewatch_ids=rewatch_ids, today=message.slot_on, facts=facts)
        context = _context(message, wake, lines)
        # No template: a subject is the heading on one line.
        subject = " ".join(context["heading"].split())
        filling = Filling(context | {"subject": subject})
        text = MANY_EMPTY_LINES.sub("\n\n", filling.text(f"{TEMPLATES}/body.txt")).strip()
        html = filling.html(f"{TEMPLATES}/body.html")
    all_headers = mail_headers(message, user.language, context["unsubscribe_address"]) | dict(
        headers
    )
    content = mail_bytes(
        sender=own_address(settings.DEFAULT_FROM_EMAIL),
        to=ascii_address(user.email),
        subject=subject,
        text=text + "\n",
        html=html,
        headers=all_headers,
        boundary=f"=_{message.key.hex}",
    )
    return letter_of(content, recipient=user.email, subject=subject, rewatch_ids=rewatch_ids)


def letter_again(content: bytes) -> Letter:
    """The same bytes once more, to the address that they were written to."""
    parsed = message_from_bytes(content, EmailMessage, policy=SMTP)
    recipient = parseaddr(str(parsed["To"]))[1]
    return letter_of(content, recipient=recipient, subject=str(parsed["Subject"]))


def letter_of(
    content: bytes, *, recipient: str, subject: str, rewatch_ids: Sequence[int] = ()
) -> Letter:
    return Letter(
        sender=own_address(settings.DEFAULT_FROM_EMAIL)[1],
        recipient=ascii_address(recipient),
        content=content,
        to=recipient,
        subject=subject,
        rewatches=tuple(rewatch_ids),
    )


def _context(message: OutboxMessage, wake: Wake, lines: Sequence[DueLine]) -> dict[str, Any]:
    ids = [line.rewatch_id for line in lines]
    user_id, language = message.user_id, wake.user.language
    tomorrow = message.slot_on + timedelta(days=1)
    later = message.slot_on + timedelta(days=LATER_DAYS)
    pause_until = message.slot_on + timedelta(days=PAUSE_DAYS)
    return {
        "heading": heading(lines),
        "day": capfirst(_day(message.slot_on, "l, j E", language)),
        "lines": [
            {
                "title": line.title,
                "address": links.absolute(line.path),
                "time": duration_words(line.seconds),
                "is_begun": line.is_begun,
                "facts": line.facts,
                "cue": line.cue,
                "answers": _answers(message, line),
            }
            for line in lines
        ],
        "start_address": links.absolute(lines[0].path),
        "tomorrow_address": links.snooze_address(user_id=user_id, rewatches=ids, on=tomorrow),
        "later_address": links.snooze_address(user_id=user_id, rewatches=ids, on=later),
        "later": _day(later, "j E", language),
        "another_day_address": links.snooze_address(user_id=user_id, rewatches=ids, on=None),
        "pause_until": _day(pause_until, "j E", language),
        "pause_address": links.pause_address(user_id=user_id, on=pause_until),
        "unsubscribe_address": links.unsubscribe_address(user_id=user_id),
        "settings_address": links.absolute(reverse("reminders:settings")),
        "hour": f"{wake.hour}:00",
        "zone": wake.user.time_zone.replace("_", " "),
        "quiet_days": ", ".join(
            str(name) for weekday, name in WEEKDAYS.items() if wake.quiet_days >> weekday & 1
        ),
    }


def _answers(message: OutboxMessage, line: DueLine) -> list[dict[str, str]]:
    """The question how much is remembered, as three links; whoever has begun goes on instead."""
    if line.is_begun:
        return []
    return [
        {
            "words": str(answer.label),
            "address": links.recall_address(
                user_id=message.user_id,
                rewatch_id=line.rewatch_id,
                answer=answer.value,
                asked_on=message.slot_on,
            ),
        }
        for answer in Rewatch.RecallAnswer
    ]


def heading(lines: Sequence[DueLine]) -> str:
    """ "Two rewatches today, about 1 h 35 min"."""
    patterns = {
        1: _("One rewatch today, %(about)s"),
        2: _("Two rewatches today, %(about)s"),
        3: _("Three rewatches today, %(about)s"),
        4: _("Four rewatches today, %(about)s"),
        5: _("Five rewatches today, %(about)s"),
    }
    return patterns[len(lines)] % {"about": duration_about(sum(line.seconds for line in lines))}


def mail_headers(message: OutboxMessage, language: str, unsubscribe: str) -> dict[str, str]:
    return {
        "Message-ID": message.message_id,
        "Date": format_datetime(message.created_at),
        "Content-Language": language,
        "List-Id": f"<reminders.{signing.mail_domain()}>",
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


@lru_cache(maxsize=4)
def own_address(text: str) -> tuple[str, str]:
    """Name and address of our own, which are the same for every mail."""
    return parseaddr(text)


@lru_cache(maxsize=1024)
def _day(day: date, form: str, _language: str) -> str:
    """A day in words; those of one evening's mails are few."""
    return format_date(day, form)


def ascii_address(email: str) -> str:
    """The address with an international domain in the form that SMTP speaks."""
    name, _at, domain = email.rpartition("@")
    return f"{name}@{domain.encode('idna').decode()}"
