"""The channels a message goes out on. A channel is one small class: what it writes for a plan, when it is silent, and
what a crash in the middle may cost.

A new one is a class here, a name in `Channel`, and, where it hands messages to another machine, a transport.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar

from apps.reminders import signing
from apps.reminders.models import Channel, Purpose
from apps.reminders.slots import Slot
from apps.reminders.statements import planning as planning_sql
from apps.reminders.statements.planning import NewInboxRow, NewMail


class CrashPolicy(StrEnum):
    """What becomes of a message when somebody dies while it is under way."""

    EXACT = "exact"  # it is a row of the plan's own transaction: not lost, not twice, whoever dies
    FENCED = "fenced"  # it leaves behind a fence; the transport's policy settles what is unknown
    PULLED = "pulled"  # nothing is sent: it is made anew whenever somebody asks


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A planned message, whatever the channel. `stepped` are all rewatches that stepped on their ladders with it."""

    user_id: int
    slot: Slot
    closes_at: datetime
    rewatches: Sequence[int]
    stepped: Sequence[int]


class MessageChannel(ABC):
    """A way on which messages reach people."""

    name: ClassVar[Channel]
    on_crash: ClassVar[CrashPolicy]

    def is_silent(self, *, is_unsubscribed: bool, is_suppressed: bool) -> bool:
        """Whether it must not be used for this person, although they chose it."""
        return False

    @abstractmethod
    def write(self, messages: Sequence[Outgoing], *, now: datetime) -> None:
        """Put these messages on their way, inside the transaction that planned them; the same one twice is one."""


class Mail(MessageChannel):
    """A row in the outbox, which a sender hands to the mail server."""

    name = Channel.EMAIL
    on_crash = CrashPolicy.FENCED

    def is_silent(self, *, is_unsubscribed: bool, is_suppressed: bool) -> bool:
        return is_suppressed or is_unsubscribed

    def write(self, messages: Sequence[Outgoing], *, now: datetime) -> None:
        mails = []
        for message in messages:
            key = signing.message_key(
                user_id=message.user_id,
                channel=self.name,
                purpose=Purpose.REWATCH,
                slot_on=message.slot.on,
            )
            mails.append(
                NewMail(
                    key=key,
                    user_id=message.user_id,
                    slot_on=message.slot.on,
                    rewatches=message.rewatches,
                    stepped=message.stepped,
                    not_before=message.slot.at,
                    expires_at=message.closes_at,
                    message_id=signing.message_id(key),
                )
            )
        planning_sql.write_mails(mails, now=now)


class Inbox(MessageChannel):
    """In the app a message is delivered by being a row."""

    name = Channel.INBOX
    on_crash = CrashPolicy.EXACT

    def write(self, messages: Sequence[Outgoing], *, now: datetime) -> None:
        rows = [
            NewInboxRow(message.user_id, message.slot.on, message.rewatches) for message in messages
        ]
        planning_sql.write_inbox_rows(rows, now=now)


CHANNELS: Mapping[Channel, MessageChannel] = MappingProxyType(
    {channel.name: channel for channel in (Mail(), Inbox())}
)


@lru_cache(maxsize=64)
def open_channels(
    chosen: tuple[str, ...], *, is_unsubscribed: bool, is_suppressed: bool
) -> tuple[Channel, ...]:
    """The channels a message really goes out on: unsubscribing and a bounced address silence the mail."""
    return tuple(
        name
        for name, channel in CHANNELS.items()
        if name.value in chosen
        and not channel.is_silent(is_unsubscribed=is_unsubscribed, is_suppressed=is_suppressed)
    )
