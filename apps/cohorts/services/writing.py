"""Write to people with an account: a letter of ours, or an instructor's own words. `posting` sends the mails."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cohorts.errors import CohortArchived
from apps.cohorts.models import (
    LONGEST_MESSAGE,
    Cohort,
    Event,
    Letter,
    Membership,
    Message,
    MessageCopy,
)
from apps.cohorts.services.events import record
from apps.core.errors import InvalidValue

MOST_READERS = 200


def write_letter(*, kind: str, cohort: Cohort, user: User, now: datetime) -> Letter:
    """In the transaction of what the letter is about: no letter without it, nothing without its letter."""
    return Letter.objects.create(
        kind=kind,
        cohort=cohort,
        user=user,
        address=user.email,
        language=user.language,
        made_at=now,
        next_at=now,
    )


def write_message(
    *,
    cohort: Cohort,
    author: User,
    to: Collection[Membership],
    body: str,
    key: UUID | None = None,
    now: datetime,
) -> Message:
    """An instructor's words to learners of the cohort: into each inbox, and by mail with answers to the author.

    `to` are active learners of the cohort. What comes a second time with the author's `key` is the
    message that is there. Raises CohortArchived, InvalidValue.
    """
    body = body.replace("\r\n", "\n").strip()
    if not body or len(body) > LONGEST_MESSAGE:
        raise InvalidValue(
            _("A message has 1 to %(most)d characters.") % {"most": LONGEST_MESSAGE}, field="body"
        )
    if not to or len(to) > MOST_READERS:
        raise InvalidValue(_("Choose 1 to %(most)d learners.") % {"most": MOST_READERS}, field="to")
    if cohort.archived_at is not None:
        raise CohortArchived(_("This cohort is archived; nobody is written to in it."))
    with transaction.atomic():
        if key is not None:
            # The second of two at once waits here until the first is written.
            User.objects.select_for_update(no_key=True).get(pk=author.pk)
            written = Message.objects.filter(key=key).first()
            if written is not None and (written.author_id, written.cohort_id) == (
                author.pk,
                cohort.pk,
            ):
                return written
            key = None if written is not None else key
        message = Message.objects.create(
            cohort=cohort, author=author, body=body, key=key, made_at=now
        )
        MessageCopy.objects.bulk_create(
            [MessageCopy(message=message, membership=reader) for reader in to]
        )
        Letter.objects.bulk_create(
            [
                Letter(
                    kind=Letter.Kind.MESSAGE,
                    cohort=cohort,
                    user=reader.user,
                    address=reader.user.email,
                    language=reader.user.language,
                    message=message,
                    made_at=now,
                    next_at=now,
                )
                for reader in to
            ]
        )
        subject = next(iter(to)).user if len(to) == 1 else None
        record(
            cohort=cohort,
            kind=Event.Kind.WROTE,
            actor=author,
            subject=subject,
            now=now,
            count=len(to),
        )
    return message


def read_messages(*, user: User, copies: Collection[MessageCopy], now: datetime) -> int:
    """Take the mark of new ones from these messages of a person; how many had it."""
    shown = MessageCopy.objects.filter(pk__in=[copy.pk for copy in copies], membership__user=user)
    return shown.filter(read_at__isnull=True).update(read_at=now)
