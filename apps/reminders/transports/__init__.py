"""Mail servers: what goes to them, how they are spoken to, and what each one's crash policy is."""

from apps.reminders.transports.choosing import UnknownTransport, chosen_transport
from apps.reminders.transports.letters import Answer, Ending, Letter
from apps.reminders.transports.policies import Transport, Unknown, Verdict
from apps.reminders.transports.smtp import Fence, Lines

__all__ = [
    "Answer",
    "Ending",
    "Fence",
    "Letter",
    "Lines",
    "Transport",
    "Unknown",
    "UnknownTransport",
    "Verdict",
    "chosen_transport",
]
