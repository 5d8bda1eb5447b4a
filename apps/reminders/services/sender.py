"""The sender: lease, render, speak to the server up to the body, fence, body and dot, mark.

The fence is a commit that says "these bytes are about to leave", made while the server waits for them. Before it
nothing has left, whoever dies; after it the message is never sent again but by what `settling` finds out. The mark of
a message travels in the commit of the next one's fence.
"""

import contextlib
import logging
import time
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import transaction

from apps.reminders import emails, guard
from apps.reminders.lines import LineFacts, line_facts
from apps.reminders.models import OutboxMessage
from apps.reminders.services import gate, settling
from apps.reminders.services.endings import (
    DeliveryReport,
    end_message,
    end_unsent,
    put_off_broken,
)
from apps.reminders.services.gate import Look
from apps.reminders.statements import sending
from apps.reminders.statements.sending import Sent
from apps.reminders.steps import Step, reached
from apps.reminders.transports import Ending, Letter, Line, Transport, chosen_transport

BATCH = 20
BUDGET_SECONDS = 20.0
logger = logging.getLogger(__name__)


def deliver_messages(*, now: datetime, only_to: str | None = None) -> DeliveryReport:
    """Send the mails whose time has come, over one connection; `only_to` keeps it to one address."""
    report = DeliveryReport(closed=guard.standing().delivery_closed)
    if report.closed:
        return report
    transport = chosen_transport()
    settling.settle_unknown(now=now, transport=transport)
    deadline = time.monotonic() + BUDGET_SECONDS
    with Line() as line:
        sender = _Sender(line, transport, now, report)
        while time.monotonic() < deadline:
            claimed = sending.claim_messages(
                now=now, token=sender.token, limit=BATCH, only_to=only_to
            )
            reached(Step.CLAIMED)
            try:
                goes_on = sender.send_all(claimed)
            except DatabaseError:
                # The leases run out by themselves.
                raise
            except BaseException:
                sending.release_claimed(sender.token)
                raise
            if not goes_on:
                sending.release_claimed(sender.token)
                break
            if len(claimed) < BATCH:
                break
    return report


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A message that the server took and that is not marked yet."""

    sent: Sent
    to: str


class _Sender:
    """One run of one sender: its lease, its line, and the message that still has to be marked."""

    def __init__(
        self, line: Line, transport: Transport, now: datetime, report: DeliveryReport
    ) -> None:
        self.token = uuid.uuid4()
        self._line = line
        self._transport = transport
        self._now = now
        self._report = report
        self._accepted: _Accepted | None = None
        self._facts = LineFacts({}, {})

    def send_all(self, claimed: list[int]) -> bool:
        """Send these (claimed) messages in turn. False when the run should end here."""
        # It stops in time for the last message to be handed over well before the lease ends.
        until = time.monotonic() + sending.lease_seconds() / 2
        messages = OutboxMessage.objects.in_bulk(claimed)
        looks = gate.look_ahead(messages.values(), self._now)
        standing = {rewatch_id for look in looks.values() for rewatch_id in look.stands}
        self._facts = line_facts(rewatch_ids=standing)
        try:
            for message in (messages[each] for each in claimed if each in messages):
                ending = self._send(message, looks.get(message.pk))
                if ending is Ending.NO_LINE or time.monotonic() > until:
                    return False
        finally:
            self._mark_accepted()
        return True

    def _send(self, message: OutboxMessage, found: Look | None) -> Ending | None:
        if found is None or found.refusal is not None:
            end_unsent(message, self.token, self._now, self._report)
            return None
        try:
            letter = self._letter(message, found)
        except DatabaseError:
            raise
        except Exception as error:
            logger.exception("rendering message %s failed", message.pk)
            put_off_broken(message, self.token, self._now, repr(error), self._report)
            return None
        reached(Step.RENDERED)
        answer = self._line.hand_over(letter, fence=lambda: self._fence(message, letter))
        match answer.ending:
            case Ending.ACCEPTED:
                self._accepted = _Accepted(
                    Sent(message.pk, letter.subject, answer.words), letter.to
                )
                if self._transport.marks_at_once:
                    self._mark_accepted()
            case Ending.HELD:
                # Looked at anew: refused now, or rendered again in the next batch.
                end_unsent(message, self.token, self._now, self._report)
            case Ending.UNSURE:
                self._report.unsure += 1
            case _:
                end_message(message, self.token, letter, answer, self._now, self._report)
        return answer.ending

    def _letter(self, message: OutboxMessage, found: Look) -> Letter:
        if message.rendered is not None and message.unknown_count:
            # An earlier try may have arrived: the same bytes again, whatever was finished since.
            return emails.letter_again(bytes(message.rendered))
        return emails.rewatch_reminder(
            message=message,
            wake=found.wake,
            rewatch_ids=found.stands,
            facts=self._facts,
            headers=self._transport.headers(message.key),
        )

    def _fence(self, message: OutboxMessage, letter: Letter) -> bool:
        """Whether the body may leave. One that breaks lets nothing pass, and nobody has to wonder later."""
        try:
            return self._fence_and_mark(message, letter)
        except BaseException:
            with contextlib.suppress(DatabaseError):
                sending.lift_fence(message.pk, token=self.token)
            raise

    def _fence_and_mark(self, message: OutboxMessage, letter: Letter) -> bool:
        """In one commit: the mark of the message before, and that this one is about to leave, if it may."""
        with transaction.atomic():
            is_wanted = gate.may_leave(message, to=letter.to, about=letter.rewatches, now=self._now)
            reached(Step.FENCE_LOCKED)
            if is_wanted:
                written = sending.fence_message(
                    message.pk,
                    token=self.token,
                    content=letter.content,
                    before=self._accepted.sent if self._accepted else None,
                    now=self._now,
                )
            else:
                written = sending.Fenced(is_fenced=False, is_marked=self._mark())
            reached(Step.FENCE_WRITTEN)
        self._count(is_marked=written.is_marked)
        return written.is_fenced

    def _mark_accepted(self) -> None:
        """Mark the last message by itself: there is no next fence to travel with."""
        with transaction.atomic():
            is_marked = self._mark()
        self._count(is_marked=is_marked)

    def _mark(self) -> bool:
        if self._accepted is None:
            return False
        sent = self._accepted.sent
        return sending.mark_sent(
            sent.message_id,
            now=self._now,
            settled_by="answer",
            subject=sent.subject,
            detail=sent.words,
        )

    def _count(self, *, is_marked: bool) -> None:
        """The commit is through."""
        if self._accepted is not None:
            reached(Step.MARKED)
            if is_marked:
                self._report.outcomes["sent"] += 1
                self._report.sent_to.append(self._accepted.to)
        self._accepted = None
