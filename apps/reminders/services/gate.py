"""Whether a planned message is still wanted, asked right before its body leaves, under the learner's lock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from apps.reminders import waking
from apps.reminders.models import Channel, Delivery, OutboxMessage, Rewatch, Wake
from apps.reminders.statements import sending

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


def look(message: OutboxMessage, wake: Wake, now: datetime) -> Look:
    """As it is at this moment; nothing is locked, so it may change before the mail leaves."""
    due = Rewatch.objects.open().filter(pk__in=message.rewatches, due_on__lte=message.slot_on)
    return _judge(message, wake, set(due.values_list("pk", flat=True)), now)


def look_under_lock(message: OutboxMessage, now: datetime) -> Look:
    """The same, and nothing of it changes until the transaction ends."""
    wake = waking.lock_wake(user_id=message.user_id)
    # What was snoozed since comes on the day that its learner chose.
    due = set(sending.lock_due_rewatches(message.rewatches, on=message.slot_on))
    return _judge(message, wake, due, now)


def _judge(message: OutboxMessage, wake: Wake, due: Collection[int], now: datetime) -> Look:
    stands = tuple(rewatch_id for rewatch_id in message.rewatches if rewatch_id in due)
    return Look(wake, stands, _refusal(message, wake, stands, now))


def _refusal(
    message: OutboxMessage, wake: Wake, stands: Collection[int], now: datetime
) -> Refusal | None:
    superseded = Delivery.Outcome.SUPERSEDED
    if not wake.user.is_active:
        return Refusal(superseded, "account closed")
    if Channel.EMAIL.value not in wake.channels or wake.unsubscribed_at is not None:
        return Refusal(superseded, "unsubscribed")
    if not stands:
        return Refusal(superseded, "all done")
    rhythm = waking.rhythm_of(wake, wake.user)
    if rhythm.paused and (rhythm.paused_until is None or message.slot_on < rhythm.paused_until):
        return Refusal(superseded, "paused", comes_back=True)
    if now >= message.expires_at:
        return Refusal(Delivery.Outcome.EXPIRED, message.last_error, comes_back=True)
    if waking.suppressed_among([wake.user.email]):
        return Refusal(Delivery.Outcome.FAILED, ADDRESS_MISSING)
    return None
