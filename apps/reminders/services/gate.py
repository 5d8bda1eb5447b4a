"""Whether a planned message is still wanted, asked right before its body leaves, under the learner's lock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from apps.reminders import digests, signing, waking
from apps.reminders.models import Channel, Delivery, OutboxMessage, Purpose, Rewatch, Wake
from apps.reminders.statements import sending
from apps.reminders.statements.sending import Wishes

ADDRESS_MISSING = "suppressed address"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message must not go out any more, and whether its rewatches come in a later one."""

    outcome: Delivery.Outcome
    why: str
    comes_back: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """The learner's row, which of the message's rewatches still stand, and what speaks against sending.

    Of a digest it is the cohorts that there is something to tell of.
    """

    wake: Wake
    stands: tuple[int, ...]
    refusal: Refusal | None


def look_ahead(messages: Collection[OutboxMessage], now: datetime) -> dict[int, Look]:
    """By message, as it is now; nothing is locked, so it may change before the mail leaves. Three queries."""
    wakes = {
        wake.user_id: wake
        for wake in Wake.objects.select_related("user").filter(
            user_id__in=[message.user_id for message in messages]
        )
    }
    asked = {rewatch_id for message in messages for rewatch_id in message.rewatches}
    due_on = dict(Rewatch.objects.open().filter(pk__in=asked).values_list("pk", "due_on"))
    suppressed = waking.suppressed_among(wake.user.email for wake in wakes.values())
    told = _told(messages, now)
    looks = {}
    for message in messages:
        if (wake := wakes.get(message.user_id)) is not None:
            stands = _standing(message, due_on, told)
            is_suppressed = wake.user.email in suppressed
            looks[message.pk] = _look(message, wake, stands, is_suppressed=is_suppressed, now=now)
    return looks


def look_under_lock(message: OutboxMessage, now: datetime) -> Look:
    """As it is, and nothing of it changes until the transaction ends."""
    wake = waking.lock_wake(user_id=message.user_id)
    # What was snoozed since comes on the day that its learner chose.
    due = sending.lock_due_rewatches(message.rewatches, on=message.slot_on)
    due_on = dict.fromkeys(due, message.slot_on)
    stands = _standing(message, due_on, _told([message], now))
    suppressed = waking.suppressed_among([wake.user.email])
    return _look(message, wake, stands, is_suppressed=bool(suppressed), now=now)


def _look(
    message: OutboxMessage,
    wake: Wake,
    stands: tuple[int, ...],
    *,
    is_suppressed: bool,
    now: datetime,
) -> Look:
    refusal = refusal_of(message, _wishes(wake), stands, is_suppressed=is_suppressed, now=now)
    return Look(wake, stands, refusal)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A mail whose body the server waits for: to whom, about which of the message's rewatches."""

    message: OutboxMessage
    to: str
    about: tuple[int, ...]


def may_leave(mails: Sequence[Leaving], *, now: datetime) -> list[bool]:
    """Whether each of these mails is still right, and stays so until the transaction ends."""
    hashes = [signing.address_hash(mail.to) for mail in mails]
    locked = sending.lock_wishes_and_due(
        {mail.message.user_id for mail in mails},
        address_hashes=hashes,
        rewatches={rewatch_id for mail in mails for rewatch_id in mail.message.rewatches},
    )
    told = _told([mail.message for mail in mails], now)
    return [
        (wishes := locked.wishes.get(mail.message.user_id)) is not None
        and _is_right(
            mail,
            wishes,
            _standing(mail.message, locked.due_on, told),
            is_suppressed=hashed in locked.suppressed,
            now=now,
        )
        for mail, hashed in zip(mails, hashes, strict=True)
    ]


def _is_right(
    mail: Leaving, wishes: Wishes, stands: tuple[int, ...], *, is_suppressed: bool, now: datetime
) -> bool:
    message = mail.message
    if refusal_of(message, wishes, stands, is_suppressed=is_suppressed, now=now) is not None:
        return False
    # The bytes of an earlier try stay as they were.
    return message.unknown_count > 0 or (wishes.email == mail.to and stands == mail.about)


def refusal_of(
    message: OutboxMessage,
    wishes: Wishes,
    stands: Collection[int],
    *,
    is_suppressed: bool,
    now: datetime,
) -> Refusal | None:
    """What speaks against sending, the weightiest first. Pure."""
    superseded = Delivery.Outcome.SUPERSEDED
    if is_digest(message):
        return _refusal_of_digest(message, wishes, stands, is_suppressed=is_suppressed, now=now)
    if not wishes.is_active:
        return Refusal(superseded, "account closed")
    if Channel.EMAIL.value not in wishes.channels or wishes.is_unsubscribed:
        return Refusal(superseded, "unsubscribed")
    if not stands:
        return Refusal(superseded, "all done")
    until = wishes.paused_until
    if wishes.is_paused and (until is None or message.slot_on < until):
        return Refusal(superseded, "paused", comes_back=True)
    if now >= message.expires_at:
        return Refusal(Delivery.Outcome.EXPIRED, message.last_error, comes_back=True)
    if is_suppressed:
        return Refusal(Delivery.Outcome.FAILED, ADDRESS_MISSING)
    return None


def is_digest(message: OutboxMessage) -> bool:
    return message.purpose == Purpose.DIGEST


def _refusal_of_digest(
    message: OutboxMessage,
    wishes: Wishes,
    stands: Collection[int],
    *,
    is_suppressed: bool,
    now: datetime,
) -> Refusal | None:
    """A learner's own wishes (a pause, no reminders by mail) say nothing about the weekly mail."""
    superseded = Delivery.Outcome.SUPERSEDED
    if not wishes.is_active:
        return Refusal(superseded, "account closed")
    if wishes.is_digest_off:
        return Refusal(superseded, "unsubscribed")
    if not stands:
        return Refusal(superseded, "nothing to tell")
    if now >= message.expires_at:
        return Refusal(Delivery.Outcome.EXPIRED, message.last_error)
    if is_suppressed:
        return Refusal(Delivery.Outcome.FAILED, ADDRESS_MISSING)
    return None


def _told(messages: Collection[OutboxMessage], now: datetime) -> Mapping[int, tuple[int, ...]]:
    """The cohorts that the readers of digests are told of; asked only where there are digests."""
    readers = [message.user_id for message in messages if is_digest(message)]
    return digests.source().cohorts_of(now=now, user_ids=readers) if readers else {}


def _wishes(wake: Wake) -> Wishes:
    return Wishes(
        is_active=wake.user.is_active,
        email=wake.user.email,
        channels=wake.channels,
        is_unsubscribed=wake.unsubscribed_at is not None,
        is_paused=wake.paused,
        paused_until=wake.paused_until,
        is_digest_off=wake.digest_off_at is not None,
    )


def _standing(
    message: OutboxMessage, due_on: dict[int, date], told: Mapping[int, tuple[int, ...]]
) -> tuple[int, ...]:
    """Those of its rewatches that are open and due by its day; the cohorts of a digest."""
    if is_digest(message):
        return tuple(told.get(message.user_id, ()))
    far = date.max
    return tuple(each for each in message.rewatches if due_on.get(each, far) <= message.slot_on)
