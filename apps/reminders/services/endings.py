"""How a message ends that did not simply arrive: refused by the gate or the server, put off, never rendered."""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from apps.reminders import signing, slots, spacing, waking
from apps.reminders.models import Channel, Delivery, OutboxMessage, Rewatch, Suppression, Wake
from apps.reminders.services import gate
from apps.reminders.statements import sending
from apps.reminders.transports import Answer, Ending, Letter

FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=30)
TRIES_OF_A_BROKEN_LETTER = 5
MAY_HAVE_ARRIVED = "an earlier try may have arrived"


@dataclass(slots=True)
class DeliveryReport:
    """How many messages ended how; `later` counts those that will be tried again, `unsure` those whose fate is
    unknown, `closed` says why nothing was sent at all."""

    outcomes: Counter[str] = field(default_factory=Counter)
    later: int = 0
    unsure: int = 0
    sent_to: list[str] = field(default_factory=list)
    closed: str = ""


def end_unsent(
    message: OutboxMessage, token: uuid.UUID, now: datetime, report: DeliveryReport
) -> None:
    """Nothing left: settle the message if it is not wanted any more, else let it be looked at anew."""
    with transaction.atomic():
        found = gate.look_under_lock(message, now)
        if (locked := _ours(message.pk, token)) is None:
            return
        if found.refusal is None:
            sending.lift_fences([message.pk], token=token)
            report.later += 1
            return
        refusal = found.refusal
        if refusal.comes_back:
            _give_back(locked, found.wake, now)
        why = [refusal.why, MAY_HAVE_ARRIVED] if locked.unknown_count else [refusal.why]
        detail = "; ".join(word for word in why if word)
        _settle(locked, refusal.outcome, now, report, detail=detail, settled_by="gate")


def end_message(
    message: OutboxMessage,
    token: uuid.UUID,
    letter: Letter,
    answer: Answer,
    now: datetime,
    report: DeliveryReport,
) -> None:
    """The server's definite no."""
    with transaction.atomic():
        if (locked := _ours(message.pk, token)) is None:
            return
        match answer.ending:
            case Ending.NO_SUCH_ADDRESS:
                Suppression.objects.get_or_create(
                    address_hash=signing.address_hash(letter.to),
                    defaults={"reason": answer.words[:200], "since": now},
                )
                _settle(locked, Delivery.Outcome.BOUNCED, now, report, detail=answer.words)
            case Ending.REFUSED:
                _settle(locked, Delivery.Outcome.FAILED, now, report, detail=answer.words)
            case Ending.NO_LINE:
                # No fault of this message, which was not even named: the next run tries it first.
                locked.attempts -= 1
                _put_off(locked, locked.not_before, answer.words, report)
            case _:
                _put_off(locked, _rested(locked, now), answer.words, report)


def put_off_broken(
    message: OutboxMessage, token: uuid.UUID, now: datetime, error: str, report: DeliveryReport
) -> None:
    """A message that cannot be rendered rests like any other, and is given up after a few tries."""
    with transaction.atomic():
        if (locked := _ours(message.pk, token)) is None:
            return
        if locked.attempts >= TRIES_OF_A_BROKEN_LETTER:
            _settle(locked, Delivery.Outcome.FAILED, now, report, detail=error[:500])
        else:
            _put_off(locked, _rested(locked, now), error[:500], report)


def take_back(*, message_id: int, why: str, now: datetime) -> bool:
    """Settle a message that never left, whoever holds it; its rewatches come in a later one."""
    with transaction.atomic():
        message = OutboxMessage.objects.filter(pk=message_id).first()
        if message is None:
            return False
        found = gate.look_under_lock(message, now)
        locked = OutboxMessage.objects.select_for_update().filter(pk=message_id).first()
        if locked is None:
            return False
        if not gate.is_digest(locked):
            _give_back(locked, found.wake, now)
        outcome = Delivery.Outcome.EXPIRED
        _settle(locked, outcome, now, DeliveryReport(), detail=why, settled_by="operator")
    return True


def _ours(message_id: int, token: uuid.UUID) -> OutboxMessage | None:
    """The message, locked, if the lease is still ours."""
    states = (OutboxMessage.State.LEASED, OutboxMessage.State.FENCED)
    rows = OutboxMessage.objects.select_for_update()
    return rows.filter(pk=message_id, lease_token=token, state__in=states).first()


def _give_back(message: OutboxMessage, wake: Wake, now: datetime) -> None:
    """Undo the steps that were taken with a message which never left: its rewatches come in the next one.

    Twins from other cohorts were covered by its lines and stepped, too. What was kept or stopped since stays so, and
    what was snoozed since has its own day already.
    """
    was_told_in_app = Delivery.objects.filter(
        user_id=message.user_id, channel=Channel.INBOX, slot_on=message.slot_on
    ).exists()
    may_have_arrived = message.unknown_count > 0
    stepped = message.rewatches if message.stepped is None else message.stepped
    rewatches = Rewatch.objects.open().filter(
        pk__in=stepped, due_on__lte=message.slot_on, rung__gt=0
    )
    for rewatch in rewatches.select_for_update().order_by("id"):
        rewatch.rung -= 1
        rewatch.remind_on = spacing.tomorrow(message.slot_on)
        if not was_told_in_app and not may_have_arrived:
            rewatch.reminders_sent = max(0, rewatch.reminders_sent - 1)
        rewatch.save(update_fields=["rung", "remind_on", "reminders_sent"])
    # What may have arrived counts as a message of this week: a deaf server must not lift the cap.
    if not may_have_arrived and wake.week_on == slots.monday_of(message.slot_on):
        wake.week_used = max(0, wake.week_used - 1)
    waking.reslot_wake(wake, now=now)


def _rested(message: OutboxMessage, now: datetime) -> datetime:
    return now + rest_after(message.attempts, spread=message.key.int)


def _put_off(message: OutboxMessage, until: datetime, why: str, report: DeliveryReport) -> None:
    message.state = OutboxMessage.State.READY
    message.lease_token, message.lease_until = None, None
    message.not_before = until
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
                fenced_at=message.fenced_at,
                settled_at=now,
                attempts=message.attempts,
                message_id=message.message_id,
                settled_by=settled_by,
                detail=detail,
            )
        ],
        ignore_conflicts=True,
    )
    message.delete()
    report.outcomes[outcome.value] += 1
