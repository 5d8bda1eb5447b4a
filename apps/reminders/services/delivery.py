"""The sender: claim with a lease, look once more whether the mail is still wanted, hand it over, mark it.

A kill between the server's yes and our mark repeats that one mail, with the same bytes and the same Message-ID, once
the lease has run out. Everything else that can break leaves either nothing sent, or a mark.
"""

import logging
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from apps.reminders import emails, signing, slots, spacing, statements, waking
from apps.reminders.models import (
    Channel,
    Delivery,
    OutboxMessage,
    Rewatch,
    Suppression,
    Wake,
)
from apps.reminders.transport import Answer, Ending, Letter, Line

BATCH = 20
BUDGET_SECONDS = 20.0
# A batch stops here, so that its last message is handed over well before the lease ends.
BATCH_SECONDS = statements.LEASE.total_seconds() / 2
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=30)
TRIES_OF_A_BROKEN_LETTER = 5
ADDRESS_MISSING = "suppressed address"
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class DeliveryReport:
    """How many messages ended how; `later` counts those that will be tried again."""

    outcomes: Counter[str] = field(default_factory=Counter)
    later: int = 0
    sent_to: list[str] = field(default_factory=list)


def deliver_messages(*, now: datetime, only_to: str | None = None) -> DeliveryReport:
    """Send the mails whose time has come, over one connection; `only_to` keeps it to one address."""
    report = DeliveryReport()
    token = uuid.uuid4()
    deadline = time.monotonic() + BUDGET_SECONDS
    with Line() as line:
        while time.monotonic() < deadline:
            claimed_at = time.monotonic()
            claimed = statements.claim_messages(now=now, token=token, limit=BATCH, only_to=only_to)
            for message_id in claimed:
                ending = _deliver_one(message_id, token, line, now, report)
                is_late = time.monotonic() - claimed_at > BATCH_SECONDS
                if is_late or ending is Ending.NO_LINE:
                    _release(token)
                    return report
            if len(claimed) < BATCH:
                break
    return report


def _deliver_one(
    message_id: int, token: uuid.UUID, line: Line, now: datetime, report: DeliveryReport
) -> Ending | None:
    try:
        letter = _letter_past_the_gate(message_id, token, now, report)
    except Exception as error:
        logger.exception("rendering message %s failed", message_id)
        _put_off_broken(message_id, token, now, repr(error), report)
        return None
    if letter is None:
        return None
    answer = line.hand_over(letter)
    _settle_answer(message_id, token, letter, answer, now, report)
    return answer.ending


def _letter_past_the_gate(
    message_id: int, token: uuid.UUID, now: datetime, report: DeliveryReport
) -> Letter | None:
    """The mail to send, kept in its row before the try; or None, and the message is settled as not needed."""
    with transaction.atomic():
        # Who and about what never changes; it is read first for the lock order's sake.
        about = OutboxMessage.objects.filter(pk=message_id)
        if (row := about.values_list("user_id", "rewatches", "slot_on").first()) is None:
            return None
        wake = waking.lock_wake(user_id=row[0])
        # What was snoozed since comes on the day that its learner chose.
        due_ids = set(statements.lock_due_rewatches(row[1], on=row[2]))
        message = _leased(message_id, token)
        if message is None:
            return None
        stands = [rewatch_id for rewatch_id in message.rewatches if rewatch_id in due_ids]
        refusal = _refusal(message, wake, stands, now)
        if refusal is not None:
            outcome, why, comes_back = refusal
            if comes_back:
                _give_back(message, wake, stands, now)
            _settle(message, outcome, now, report, detail=why, settled_by="gate")
            return None
        if message.rendered is not None:
            # An earlier try may have arrived: the same bytes again, whatever was finished since.
            letter = emails.letter_of(
                message=message, recipient=wake.user.email, content=bytes(message.rendered)
            )
        else:
            letter = emails.rewatch_reminder(message=message, wake=wake, rewatch_ids=stands)
        message.rendered = letter.content
        message.attempts += 1
        message.save(update_fields=["rendered", "attempts"])
    return letter


def _leased(message_id: int, token: uuid.UUID) -> OutboxMessage | None:
    """The message, locked, if the lease is still ours."""
    return (
        OutboxMessage.objects.select_for_update()
        .filter(pk=message_id, lease_token=token, state=OutboxMessage.State.LEASED)
        .first()
    )


def _refusal(
    message: OutboxMessage, wake: Wake, stands: list[int], now: datetime
) -> tuple[Delivery.Outcome, str, bool] | None:
    """Why this message must not go out any more, and whether its rewatches come in a later one."""
    superseded = Delivery.Outcome.SUPERSEDED
    if not wake.user.is_active:
        return superseded, "account closed", False
    if Channel.EMAIL.value not in wake.channels or wake.unsubscribed_at is not None:
        return superseded, "unsubscribed", False
    if not stands:
        return superseded, "all done", False
    rhythm = waking.rhythm_of(wake, wake.user)
    if rhythm.paused and (rhythm.paused_until is None or message.slot_on < rhythm.paused_until):
        return superseded, "paused", True
    if now >= message.expires_at:
        return Delivery.Outcome.EXPIRED, message.last_error, True
    if waking.suppressed_among([wake.user.email]):
        return Delivery.Outcome.FAILED, ADDRESS_MISSING, False
    return None


def _give_back(message: OutboxMessage, wake: Wake, stands: list[int], now: datetime) -> None:
    """Undo the step of rewatches whose message never left: they come in the next one.

    One that was snoozed since has its own day already.
    """
    was_told_in_app = Delivery.objects.filter(
        user_id=message.user_id, channel=Channel.INBOX, slot_on=message.slot_on
    ).exists()
    rewatches = Rewatch.objects.select_for_update().filter(
        pk__in=stands, due_on__lte=message.slot_on, rung__gt=0
    )
    for rewatch in rewatches.order_by("id"):
        rewatch.rung -= 1
        rewatch.remind_on = spacing.tomorrow(message.slot_on)
        if not was_told_in_app:
            rewatch.reminders_sent = max(0, rewatch.reminders_sent - 1)
        rewatch.save(update_fields=["rung", "remind_on", "reminders_sent"])
    if wake.week_on == slots.monday_of(message.slot_on):
        wake.week_used = max(0, wake.week_used - 1)
    waking.reslot_wake(wake, now=now)


def _settle_answer(
    message_id: int,
    token: uuid.UUID,
    letter: Letter,
    answer: Answer,
    now: datetime,
    report: DeliveryReport,
) -> None:
    with transaction.atomic():
        # That it was accepted is a fact, whoever holds the lease by now.
        rows = OutboxMessage.objects.select_for_update().filter(pk=message_id)
        if answer.ending is not Ending.ACCEPTED:
            rows = rows.filter(lease_token=token, state=OutboxMessage.State.LEASED)
        message = rows.first()
        if message is None:
            return
        match answer.ending:
            case Ending.ACCEPTED:
                _settle(
                    message,
                    Delivery.Outcome.SENT,
                    now,
                    report,
                    detail=answer.words,
                    settled_by="answer",
                    subject=letter.subject,
                )
                report.sent_to.append(letter.message.to[0])
            case Ending.NO_SUCH_ADDRESS:
                Suppression.objects.get_or_create(
                    address_hash=signing.address_hash(letter.message.to[0]),
                    defaults={"reason": answer.words[:200], "since": now},
                )
                _settle(message, Delivery.Outcome.BOUNCED, now, report, detail=answer.words)
            case Ending.REFUSED:
                _settle(message, Delivery.Outcome.FAILED, now, report, detail=answer.words)
            case Ending.LATER | Ending.NO_LINE | Ending.UNSURE:
                if answer.ending is not Ending.UNSURE:
                    # Surely not sent: the next try may say what is due by then.
                    message.rendered = None
                _put_off(message, now, answer.words, report)


def _put_off_broken(
    message_id: int, token: uuid.UUID, now: datetime, error: str, report: DeliveryReport
) -> None:
    """A message that cannot be rendered rests like any other, and is given up after a few tries."""
    with transaction.atomic():
        message = _leased(message_id, token)
        if message is None:
            return
        message.attempts += 1
        if message.attempts >= TRIES_OF_A_BROKEN_LETTER:
            _settle(message, Delivery.Outcome.FAILED, now, report, detail=error[:500])
        else:
            _put_off(message, now, error[:500], report)


def _put_off(message: OutboxMessage, now: datetime, why: str, report: DeliveryReport) -> None:
    message.state = OutboxMessage.State.READY
    message.lease_token, message.lease_until = None, None
    message.not_before = now + rest_after(message.attempts, spread=message.key.int)
    message.last_error = why
    message.save()
    report.later += 1


def rest_after(attempts: int, *, spread: int) -> timedelta:
    """30 s, doubled with every try up to half an hour, a fifth more or less by `spread`, so that none march in step."""
    rest = min(FIRST_REST * 2 ** min(max(attempts - 1, 0), 10), LONGEST_REST)
    return timedelta(seconds=rest.total_seconds() * (0.8 + spread % 41 / 100))


def _settle(
    message: OutboxMessage,
    outcome: Delivery.Outcome,
    now: datetime,
    report: DeliveryReport,
    *,
    detail: str,
    settled_by: str = "answer",
    subject: str = "",
) -> None:
    """Move a (locked) message from the outbox to the log."""
    Delivery.objects.bulk_create(
        [
            Delivery(
                user_id=message.user_id,
                channel=message.channel,
                purpose=message.purpose,
                slot_on=message.slot_on,
                rewatches=message.rewatches,
                outcome=outcome,
                planned_at=message.created_at,
                settled_at=now,
                attempts=message.attempts,
                subject=subject[:300],
                message_id=message.message_id,
                settled_by=settled_by,
                detail=detail,
            )
        ],
        ignore_conflicts=True,
    )
    message.delete()
    report.outcomes[outcome.value] += 1


def _release(token: uuid.UUID) -> None:
    """Give back what was claimed and not touched, for the next run at once."""
    OutboxMessage.objects.filter(
        lease_token=token, state=OutboxMessage.State.LEASED, rendered__isnull=True
    ).update(state=OutboxMessage.State.READY, lease_token=None, lease_until=None)
