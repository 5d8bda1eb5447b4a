"""The rewatches people owe, and what is needed to remind each of them once a day: docs/reminders.md.

Lock order, everywhere: Wake, Rewatch, Viewing, Summary, OutboxMessage.
"""

from apps.reminders.models.engine import Engine, Heartbeat
from apps.reminders.models.messages import Delivery, OutboxMessage, Purpose, Suppression
from apps.reminders.models.rewatches import PromiseChange, Rewatch, RewatchQuerySet, StopReason
from apps.reminders.models.wakes import Channel, Wake, default_channels

__all__ = [
    "Channel",
    "Delivery",
    "Engine",
    "Heartbeat",
    "OutboxMessage",
    "PromiseChange",
    "Purpose",
    "Rewatch",
    "RewatchQuerySet",
    "StopReason",
    "Suppression",
    "Wake",
    "default_channels",
]
