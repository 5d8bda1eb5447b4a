"""The sender: lease, render, speak to the server up to the body, fence, body and dot, mark.

The fence is a commit that says "these bytes are about to leave", made while the server waits for them. Before it
nothing has left, whoever dies; after it the message is never sent again but by what `settling` finds out. Where that
clears up every doubt, a few mails stand behind one fence, each on a connection of its own. The marks of what was
accepted travel in the commit of the next fence.
"""

import contextlib
import logging
import time
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress, islice

from django.db import Error as DatabaseError
from django.db import transaction

from apps.reminders import digest_mail, emails, guard
from apps.reminders.lines import LineFacts, line_facts
from apps.reminders.models import OutboxMessage
from apps.reminders.services import gate, settling
from apps.reminders.services.endings import (
    DeliveryReport,
    end_message,
    end_unsent,
    put_off_broken,
)
from apps.reminders.services.gate import Leaving, Look
from apps.reminders.statements import sending
from apps.reminders.statements.sending import Sent
from apps.reminders.steps import Step, reached
from apps.reminders.transports import Answer, Ending, Letter, Lines, Transport, chosen_transport

BATCH = 40
BUDGET_SECONDS = 20.0
logger = logging.getLogger(__name__)


def deliver_messages(*, now: datetime, only_to: str | None = None) -> DeliveryReport:
    """Send the mails whose time has come, over connections that are kept; `only_to` keeps it to one address."""
    report = DeliveryReport(closed=guard.standing().delivery_closed)
    if report.closed:
        return report
    transport = chosen_transport()
    settling.settle_unknown(now=now, transport=transport)
    deadline = time.monotonic() + BUDGET_SECONDS
    with Lines(transport.fenced_together) as lines:
        sender = _Sender(lines, transport, now, report)
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
class _Rendered:
    message: OutboxMessage
    letter: Letter


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A message that the server took and that is not marked yet."""

    sent: Sent
    to: str


class _Sender:
    """One run of one sender: its lease, its lines, and the messages that still have to be marked."""

    def __init__(
        self, lines: Lines, transport: Transport, now: datetime, report: DeliveryReport
    ) -> None:
        self.token = uuid.uuid4()
        self._lines = lines
        self._transport = transport
        self._now = now
        self._report = report
        self._accepted: list[_Accepted] = []

    def send_all(self, claimed: list[int]) -> bool:
        """Send these (claimed) messages in turn. False when the run should end here."""
        # It stops in time for the last message to be handed over well before the lease ends.
        until = time.monotonic() + sending.lease_seconds() / 2
        messages = OutboxMessage.objects.in_bulk(claimed)
        rendered = self._rendered([messages[each] for each in claimed if each in messages])
        try:
            while group := list(islice(rendered, self._lines.count)):
                answers = self._send(group)
                if all(answer.ending is Ending.NO_LINE for answer in answers):
                    return False
                if time.monotonic() > until:
                    return False
        finally:
            self._mark_accepted()
        return True

    def _rendered(self, messages: Sequence[OutboxMessage]) -> Iterator[_Rendered]:
        """Those that are still wanted, each as it goes out; the others come to their end here."""
        looks = gate.look_ahead(messages, self._now)
        standing = {
            rewatch_id
            for message in messages
            if message.pk in looks and not gate.is_digest(message)
            for rewatch_id in looks[message.pk].stands
        }
        facts = line_facts(rewatch_ids=standing)
        for message in messages:
            found = looks.get(message.pk)
            if found is None or found.refusal is not None:
                end_unsent(message, self.token, self._now, self._report)
                continue
            try:
                letter = self._letter(message, found, facts)
            except DatabaseError:
                raise
            except Exception as error:
                logger.exception("rendering message %s failed", message.pk)
                put_off_broken(message, self.token, self._now, repr(error), self._report)
                continue
            reached(Step.RENDERED)
            yield _Rendered(message, letter)

    def _letter(self, message: OutboxMessage, found: Look, facts: LineFacts) -> Letter:
        if message.rendered is not None and message.unknown_count:
            # An earlier try may have arrived: the same bytes again, whatever was finished since.
            return emails.letter_again(bytes(message.rendered))
        if gate.is_digest(message):
            return digest_mail.digest(
                message=message,
                wake=found.wake,
                cohort_ids=found.stands,
                now=self._now,
                headers=self._transport.headers(message.key),
            )
        return emails.rewatch_reminder(
            message=message,
            wake=found.wake,
            rewatch_ids=found.stands,
            facts=facts,
            headers=self._transport.headers(message.key),
        )

    def _send(self, group: Sequence[_Rendered]) -> list[Answer]:
        def fence(waiting: Sequence[int]) -> set[int]:
            fenced = self._fence([group[place] for place in waiting])
            return {place for place in waiting if group[place].message.pk in fenced}

        answers = self._lines.hand_over([each.letter for each in group], fence=fence)
        for each, answer in zip(group, answers, strict=True):
            self._take(each.message, each.letter, answer)
        if self._transport.marks_at_once:
            self._mark_accepted()
        return answers

    def _take(self, message: OutboxMessage, letter: Letter, answer: Answer) -> None:
        match answer.ending:
            case Ending.ACCEPTED:
                sent = Sent(message.pk, letter.subject, answer.words)
                self._accepted.append(_Accepted(sent, letter.to))
            case Ending.HELD:
                # Looked at anew: refused now, or rendered again in the next batch.
                end_unsent(message, self.token, self._now, self._report)
            case Ending.UNSURE:
                self._report.unsure += 1
            case _:
                end_message(message, self.token, letter, answer, self._now, self._report)

    def _fence(self, group: Sequence[_Rendered]) -> frozenset[int]:
        """The messages whose bodies may leave. One that breaks lets nothing pass, and nobody has to wonder later."""
        try:
            return self._fence_and_mark(group)
        except BaseException:
            with contextlib.suppress(DatabaseError):
                sending.lift_fences([each.message.pk for each in group], token=self.token)
            raise

    def _fence_and_mark(self, group: Sequence[_Rendered]) -> frozenset[int]:
        """In one commit: the marks of what was accepted, and that these, as far as they may, are about to leave."""
        mails = [Leaving(each.message, each.letter.to, each.letter.rewatches) for each in group]
        with transaction.atomic():
            allowed = gate.may_leave(mails, now=self._now)
            reached(Step.FENCE_LOCKED)
            written = sending.fence_messages(
                {each.message.pk: each.letter.content for each in compress(group, allowed)},
                token=self.token,
                before=[each.sent for each in self._accepted],
                now=self._now,
            )
            reached(Step.FENCE_WRITTEN)
        self._count(written.marked)
        return written.fenced

    def _mark_accepted(self) -> None:
        """Mark what was accepted by itself: there is no next fence to travel with."""
        if not self._accepted:
            return
        with transaction.atomic():
            marked = {
                each.sent.message_id
                for each in self._accepted
                if sending.mark_sent(
                    each.sent.message_id,
                    now=self._now,
                    settled_by="answer",
                    subject=each.sent.subject,
                    detail=each.sent.words,
                )
            }
        self._count(marked)

    def _count(self, marked: Collection[int]) -> None:
        """The commit is through."""
        for each in self._accepted:
            reached(Step.MARKED)
            if each.sent.message_id in marked:
                self._report.outcomes["sent"] += 1
                self._report.sent_to.append(each.to)
        self._accepted.clear()
