"""What can be said about why a learner did or did not get a message: facts, before they are put into words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Code(StrEnum):
    """What can be said; each is one sentence in `why_words`."""

    COPY = "copy"
    PLANNING_OFF = "planning_off"
    SENDING_OFF = "sending_off"
    ACCOUNT_CLOSED = "account_closed"
    CANNOT_BE_PLANNED = "cannot_be_planned"
    MAIL_OFF = "mail_off"
    UNSUBSCRIBED = "unsubscribed"
    ADDRESS_BOUNCED = "address_bounced"
    INBOX_OFF = "inbox_off"
    NO_CHANNEL = "no_channel"
    PAUSED = "paused"
    PAUSED_UNTIL = "paused_until"
    NOTHING_OPEN = "nothing_open"
    ONLY_OFFERED = "only_offered"
    NOTHING_DUE = "nothing_due"
    BETWEEN_REMINDERS = "between_reminders"
    LADDER_OVER = "ladder_over"
    HAD_TODAYS = "had_todays"
    WEEK_FULL = "week_full"
    QUIET_DAY = "quiet_day"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    COMES_NOW = "comes_now"
    ON_ITS_WAY = "on_its_way"
    PUT_OFF = "put_off"
    UNKNOWN = "unknown"
    SENT = "sent"
    ASSUMED = "assumed"
    FAILED = "failed"
    BOUNCED = "bounced"
    EXPIRED = "expired"
    DROPPED_DONE = "dropped_done"
    DROPPED_PAUSED = "dropped_paused"
    DROPPED_UNSUBSCRIBED = "dropped_unsubscribed"
    DROPPED_CLOSED = "dropped_closed"
    NUDGED = "nudged"
    NEXT = "next"
    NO_NEXT = "no_next"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact. `said` are a server's or a program's own words: for operators."""

    code: Code
    on: date | None = None
    at: datetime | None = None
    count: int = 0
    hour: int = 0
    zone: str = ""
    channels: tuple[str, ...] = ()
    who: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """What comes next, what stands in the way today, and how the latest messages ended, newest first.

    `unspoken` counts due rewatches that no coming message is going to name by itself: the ladder is over or rests.
    """

    now: datetime
    today: date
    next: Finding
    stands: tuple[Finding, ...]
    log: tuple[Finding, ...]
    unspoken: int = 0
