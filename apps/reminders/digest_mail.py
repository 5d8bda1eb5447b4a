"""The weekly mail to an instructor: the words are the source's, headers and bytes are those of every mail here."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

from django.conf import settings
from django.utils import timezone, translation

from apps.reminders import digests, links
from apps.reminders.emails import ascii_address, letter_of, mail_headers, own_address
from apps.reminders.mime import mail_bytes
from apps.reminders.models import OutboxMessage, Wake
from apps.reminders.transports import Letter


def digest(
    *,
    message: OutboxMessage,
    wake: Wake,
    cohort_ids: Collection[int],
    now: datetime,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Letter:
    """The mail of this message about these cohorts, as they stand; `headers` are the transport's."""
    user = wake.user
    off_address = links.digest_off_address(user_id=user.pk)
    with translation.override(user.language), timezone.override(user.zone):
        words = digests.source().words(
            user=user, cohort_ids=cohort_ids, off_address=off_address, now=now
        )
    content = mail_bytes(
        sender=own_address(settings.DEFAULT_FROM_EMAIL),
        to=ascii_address(user.email),
        subject=words.subject,
        text=words.text,
        html=words.html,
        headers=mail_headers(message, user.language, off_address) | dict(headers),
        boundary=f"=_{message.key.hex}",
    )
    return letter_of(
        content, recipient=user.email, subject=words.subject, rewatch_ids=tuple(cohort_ids)
    )
