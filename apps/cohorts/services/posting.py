"""Send the letters that wait, never faster than the polite rate, each row by one sender only.

Plain SMTP cannot say whether a mail arrived when the line breaks in between: such a letter is sent
once more under the same Message-ID, so that a mailbox can tell the copy.
"""

import logging
import smtplib
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import get_connection
from django.db import connection, transaction
from django.db.models import F, Q

from apps.cohorts.letters import message_of
from apps.cohorts.models import Letter

logger = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
# A sender that has not come back by then is taken for dead.
LEASE = timedelta(minutes=10)
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
# Any number of our own: only claims of letters wait for each other.
CLAIM_LOCK = 5_150_001
REFUSED_BY_RECIPIENT = "bounced or complained before"
# Answers about us and not about a letter.
OUR_FAULT = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
)

Refused = Callable[[Collection[str]], Collection[str]]


def post_letters(*, now: datetime, rate: int, most: int, refused: Refused) -> int:
    """Send at most `most` letters, and at most `rate` within any minute; how many were sent.

    `refused` tells which of some addresses must not be written to.
    """
    letters = _claim(now, rate, most)
    if not letters:
        return 0
    closed = set(refused([letter.address for letter in letters]))
    sent = 0
    post = get_connection()
    try:
        post.open()
        while letters:
            letter = letters.pop(0)
            if letter.address in closed:
                _settle(letter, Letter.State.FAILED, reason=REFUSED_BY_RECIPIENT)
            else:
                sent += _send(letter, post, now)
    except OSError as error:  # every SMTPException is one, and a line that hangs
        # No fault of those that wait: none of them counts it as a try.
        _put_off(letters, error, now)
    finally:
        post.close()
    return sent


def _put_off(letters: Sequence[Letter], error: Exception, now: datetime) -> None:
    logger.warning("letters wait: %s", type(error).__name__)
    rest = Letter.objects.filter(
        pk__in=[letter.pk for letter in letters], state=Letter.State.SENDING
    )
    rest.update(
        state=Letter.State.WAITING,
        tries=F("tries") - 1,
        next_at=now + MINUTE,
        reason=_away(error),
    )


def _away(error: Exception) -> str:
    return f"the mail server is away: {type(error).__name__}"


def _claim(now: datetime, rate: int, most: int) -> list[Letter]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two senders at once would each see the whole minute's allowance.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIM_LOCK])
        taken = Letter.objects.filter(taken_at__gt=now - MINUTE).count()
        ready = Q(state=Letter.State.WAITING, next_at__lte=now) | Q(
            state=Letter.State.SENDING, taken_at__lt=now - LEASE
        )
        claimed = list(
            Letter.objects.unsent()
            .filter(ready)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("cohort__revision", "user", "invitation__created_by", "message__author")
            .order_by("is_bulk", "next_at", "id")[: max(0, min(most, rate - taken))]
        )
        for letter in claimed:
            letter.state, letter.taken_at = Letter.State.SENDING, now
            letter.tries += 1
        Letter.objects.bulk_update(claimed, ["state", "taken_at", "tries"])
    return claimed


def _send(letter: Letter, post: Any, now: datetime) -> int:
    """1 when it went out. A server that is away costs this letter a try, and is told to the caller."""
    try:
        message = message_of(letter, now=now, post=post)
        if message is None:
            _settle(letter, Letter.State.STOPPED, reason="no longer true")
            return 0
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        _refused_by_server(letter, code, words, now)
    except OUR_FAULT as error:
        _again(letter, _away(error), now)
        raise
    except smtplib.SMTPResponseException as error:
        _refused_by_server(letter, error.smtp_code, error.smtp_error, now)
    except OSError as error:
        _again(letter, _away(error), now)
        raise
    except Exception as error:  # one broken letter must not keep the others
        logger.exception("letter %s cannot be written", letter.pk)
        _settle(letter, Letter.State.FAILED, reason=f"cannot be written: {type(error).__name__}")
    else:
        _settle(letter, Letter.State.SENT, sent_at=now)
        return 1
    return 0


def _refused_by_server(letter: Letter, code: int, words: bytes | str, now: datetime) -> None:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    reason = f"{code} {' '.join(said.split())}"[:200]
    if code >= 500:
        _settle(letter, Letter.State.FAILED, reason=reason)
    else:
        _again(letter, reason, now)


def _again(letter: Letter, reason: str, now: datetime) -> None:
    if letter.tries > len(PAUSES):
        _settle(letter, Letter.State.FAILED, reason=reason)
    else:
        pause = PAUSES[letter.tries - 1]
        _settle(letter, Letter.State.WAITING, reason=reason, next_at=now + pause)


def _settle(letter: Letter, state: str, **values: Any) -> None:
    changes = {"reason": ""} | values | {"state": state}
    # Who stopped it meanwhile has the last word, unless it is out of the house.
    Letter.objects.filter(pk=letter.pk, state=Letter.State.SENDING).update(**changes)
