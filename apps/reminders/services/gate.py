"""Whether a planned message is still wanted, asked right before its body leaves, under the learner's lock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from apps.reminders import signing, waking
from apps.reminders.models import Channel, Delivery, OutboxMessage, Rewatch, Wake
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
    """The learner's row, which of the message's rewatches still stand, and what speaks against sending."""

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
    looks = {}
    for message in messages:
        if (wake := wakes.get(message.user_id)) is not None:
            wishes = _wishes(wake, is_suppressed=wake.user.email in suppressed)
            stands = _standing(message, due_on)
            looks[message.pk] = Look(wake, stands, refusal_of(message, wishes, stands, now))
    return looks


def look_under_lock(message: OutboxMessage, now: datetime) -> Look:
    """As it is, and nothing of it changes until the transaction ends."""
    wake = waking.lock_wake(user_id=message.user_id)
    # What was snoozed since comes on the day that its learner chose.
    due = sending.lock_due_rewatches(message.rewatches, on=message.slot_on)
    stands = _standing(message, dict.fromkeys(due, message.slot_on))
    suppressed = waking.suppressed_among([wake.user.email])
    wishes = _wishes(wake, is_suppressed=bool(suppressed))
    return Look(wake, stands, refusal_of(message, wishes, stands, now))


def may_leave(message: OutboxMessage, *, to: str, about: Sequence[int], now: datetime) -> bool:
    """Whether a mail to this address about these rewatches is still right; locked until the transaction ends."""
    locked = sending.lock_wishes_and_due(
        message.user_id,
        address_hash=signing.address_hash(to),
        rewatches=message.rewatches,
        on=message.slot_on,
    )
    if locked is None:
        return False
    wishes, due = locked
    stands = _standing(message, dict.fromkeys(due, message.slot_on))
    if refusal_of(message, wishes, stands, now) is not None:
        return False
    # The bytes of an earlier try stay as they were.
    return message.unknown_count > 0 or (wishes.email == to and stands == tuple(about))


def refusal_of(
    message: OutboxMessage, wishes: Wishes, stands: Collection[int], now: datetime
) -> Refusal | None:
    """What speaks against sending, the weightiest first. Pure."""
    superseded = Delivery.Outcome.SUPERSEDED
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
    if wishes.is_suppressed:
        return Refusal(Delivery.Outcome.FAILED, ADDRESS_MISSING)
    return None


def _wishes(wake: Wake, *, is_suppressed: bool) -> Wishes:
    return Wishes(
        is_active=wake.user.is_active,
        email=wake.user.email,
        channels=wake.channels,
        is_unsubscribed=wake.unsubscribed_at is not None,
        is_paused=wake.paused,
        paused_until=wake.paused_until,
        is_suppressed=is_suppressed,
    )


def _standing(message: OutboxMessage, due_on: dict[int, date]) -> tuple[int, ...]:
    """Those of its rewatches that are open and due by its day."""
    far = date.max
    return tuple(each for each in message.rewatches if due_on.get(each, far) <= message.slot_on)
