"""Plan the weekly mails to instructors, and let their readers switch them off and on."""

import logging
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import User
from apps.reminders import digests, guard, signing, waking
from apps.reminders.models import Channel, OutboxMessage, Purpose, Wake
from apps.reminders.slots import minute_offset

logger = logging.getLogger(__name__)


def plan_digests(*, now: datetime) -> int:
    """Write this Monday's mail of every instructor whose morning has come; how many.

    Level-triggered like all planning: whoever was not planned yet, and whose Monday is not over, is planned now.
    """
    if not digests.is_monday_somewhere(now) or guard.standing().planning_closed:
        return 0
    readers = digests.source().cohorts_of(now=now)
    people = User.objects.filter(pk__in=readers, is_active=True).select_related("wake")
    planned = 0
    for user in people.order_by("pk").iterator(chunk_size=500):
        try:
            planned += _plan_one(user, now)
        except Exception:
            # One broken row must not cost the others their mail.
            logger.exception("the weekly mail of %s could not be planned", user.pk)
    return planned


def switch_digest(*, user: User, on: bool, now: datetime) -> Wake:
    """Whether the weekly mail is wanted. A mail that was planned already is not sent any more; twice is once."""
    with transaction.atomic():
        wake = waking.lock_wake(user_id=user.pk)
        if on != (wake.digest_off_at is None):
            wake.digest_off_at = None if on else now
            wake.version += 1
            wake.save(update_fields=["digest_off_at", "version"])
    return wake


def skip_digests(*, now: datetime) -> int:
    """Take this Monday's mails for sent: the database that this one is a copy of may have sent them."""
    skipped = 0
    for user in User.objects.filter(pk__in=digests.source().cohorts_of(now=now)):
        with transaction.atomic():
            wake = waking.lock_wake(user_id=user.pk)
            minute = minute_offset(user.pk, key=signing.keys()[0])
            slot = digests.slot_of(wake.user.zone, minute=minute, now=now)
            if slot is not None and _may_come(wake, slot.on):
                wake.digest_on = slot.on
                wake.save(update_fields=["digest_on"])
                skipped += 1
    return skipped


def _plan_one(user: User, now: datetime) -> bool:
    minute = minute_offset(user.pk, key=signing.keys()[0])
    slot = digests.slot_of(user.zone, minute=minute, now=now)
    seen: Wake | None = getattr(user, "wake", None)
    if slot is None or (seen is not None and not _may_come(seen, slot.on)):
        return False
    with transaction.atomic():
        wake = waking.lock_wake(user_id=user.pk)
        if not _may_come(wake, slot.on) or waking.suppressed_among([wake.user.email]):
            return False
        key = signing.message_key(
            user_id=user.pk, channel=Channel.EMAIL, purpose=Purpose.DIGEST, slot_on=slot.on
        )
        OutboxMessage.objects.create(
            key=key,
            user=user,
            channel=Channel.EMAIL,
            purpose=Purpose.DIGEST,
            slot_on=slot.on,
            created_at=now,
            not_before=slot.at,
            expires_at=digests.closes_at(user.zone, slot.at),
            message_id=signing.message_id(key),
        )
        # It only grows, so that no Monday has two.
        wake.digest_on = slot.on
        wake.save(update_fields=["digest_on"])
    return True


def _may_come(wake: Wake, on: date) -> bool:
    return wake.digest_off_at is None and (wake.digest_on is None or wake.digest_on < on)
