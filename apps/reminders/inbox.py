"""The inbox as a page shows it: one entry a day, whatever number of channels carried it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from apps.accounts.models import User
from apps.reminders import selectors
from apps.reminders.lines import DueLine, due_lines
from apps.reminders.models import Channel


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A rewatch under a message. `asks`: the message's question about it is open and has no answer yet."""

    due: DueLine
    asks: bool
    answer: str  # in words; empty where this message's question was not answered


@dataclass(frozen=True, slots=True)
class InboxDay:
    """The message of one day: when it went out, how, and about which rewatches, as they stand today."""

    on: date
    sent_at: datetime
    channels: tuple[str, ...]
    is_new: bool
    lines: tuple[InboxLine, ...]


def inbox_days(
    *, user: User, days: Sequence[date], today: date, asks: bool = True
) -> list[InboxDay]:
    """The messages of these days, newest first; three queries.

    Each rewatch is asked about under its newest message only; with `asks` False (older pages) not at all.
    """
    sent = list(selectors.reminders_sent(user=user).filter(slot_on__in=days))
    ids = {rewatch_id for delivery in sent for rewatch_id in delivery.rewatches}
    lines = {line.rewatch_id: line for line in due_lines(rewatch_ids=sorted(ids), today=today)}
    entries = []
    asked: set[int] = set() if asks else ids
    for day in days:
        deliveries = [delivery for delivery in sent if delivery.slot_on == day]
        about = dict.fromkeys(
            rewatch_id for delivery in deliveries for rewatch_id in delivery.rewatches
        )
        entries.append(
            InboxDay(
                on=day,
                sent_at=min(delivery.settled_at for delivery in deliveries),
                channels=tuple(
                    str(channel.label)
                    for channel in Channel
                    if any(delivery.channel == channel for delivery in deliveries)
                ),
                is_new=any(
                    delivery.channel == Channel.INBOX and delivery.read_at is None
                    for delivery in deliveries
                ),
                lines=tuple(
                    _inbox_line(lines[rewatch_id], day, is_newest=rewatch_id not in asked)
                    for rewatch_id in about
                    if rewatch_id in lines
                ),
            )
        )
        asked = asked | about.keys()
    return entries


def _inbox_line(line: DueLine, day: date, *, is_newest: bool) -> InboxLine:
    """Whoever has begun a second pass goes on with it and is not asked."""
    is_answered = line.recall_asked_on == day
    is_over = line.state in ("kept", "stopped")
    return InboxLine(
        due=line,
        asks=is_newest and not is_answered and not is_over and not line.is_begun,
        answer=line.recall_answer if is_answered else "",
    )
