"""Why a learner did or did not get a message: read from the records, judged by the planner's own code.

The one place that answers it, for the instructor's page, the admin and `manage.py reminders_why`. `why_words` says it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.reminders import guard, planning, selectors, slots, waking
from apps.reminders.models import Channel, Delivery, OutboxMessage, Rewatch, Suppression, Wake
from apps.reminders.obstacles import Obstacle, obstacles_today
from apps.reminders.planning import Item, WakeState

LOG_SHOWN = 6
LOOKS_AHEAD = timedelta(days=60)


class Code(StrEnum):
    """What can be said; each is one sentence of `why_words`."""

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
    said: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """What comes next, what stands in the way today, and how the latest messages ended, newest first."""

    now: datetime
    today: date
    next: Finding
    stands: tuple[Finding, ...]
    log: tuple[Finding, ...]


def why(*, user: User, now: datetime, membership: Membership | None = None) -> Why:
    """About a person, or only about what they owe in one cohort: whoever reads that learns nothing of the others."""
    wake = selectors.wake_of(user=user)
    suppression = selectors.suppression_of(user=user)
    rewatches = list(_open_rewatches(user, membership))
    items = waking.items_of(user_ids=[user.pk])[user.pk]
    channels = waking.channels_of(wake, is_suppressed=suppression is not None)
    asked = _Asked(
        user=user,
        now=now,
        wake=wake,
        state=waking.state_of(wake, user, channels=channels),
        items=items,
        rewatches=rewatches,
        suppression=suppression,
        own=_own_ids(membership),
    )
    return Why(
        now=now,
        today=asked.today,
        next=_next(asked),
        stands=tuple(_stands(asked)),
        log=tuple(_log(asked)),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The records of one question; `own` are the rewatches it is about, None for all."""

    user: User
    now: datetime
    wake: Wake
    state: WakeState
    items: Sequence[Item]
    rewatches: Sequence[Rewatch]
    suppression: Suppression | None
    own: Collection[int] | None

    @property
    def today(self) -> date:
        return slots.local_date(self.now, self.user.zone)

    def about(self, rewatch_ids: Collection[int]) -> int:
        """How many of these the question is about."""
        if self.own is None:
            return len(rewatch_ids)
        return sum(each in self.own for each in rewatch_ids)

    def hour(self, code: Code, **facts: date | int) -> Finding:
        return Finding(code, hour=self.wake.hour, zone=self.user.time_zone, **facts)  # type: ignore[arg-type]  # on, count


def _own_ids(membership: Membership | None) -> frozenset[int] | None:
    if membership is None:
        return None
    return frozenset(Rewatch.objects.filter(membership=membership).values_list("pk", flat=True))


def _open_rewatches(user: User, membership: Membership | None) -> Iterator[Rewatch]:
    rows = Rewatch.objects.open().filter(membership__ended_at__isnull=True)
    rows = rows.filter(membership=membership) if membership else rows.filter(membership__user=user)
    yield from rows.order_by("due_on", "id")


def _next(asked: _Asked) -> Finding:
    """The first message that will be about it, as the planner would write it if nothing changed before."""
    if asked.user.is_active:
        until = asked.today + LOOKS_AHEAD
        for plan in planning.days_ahead(asked.state, asked.items, asked.now, until=until):
            count = asked.about([item.rewatch_id for item in plan.listed])
            if count and plan.message is not None:
                return asked.hour(Code.NEXT, on=plan.message.on, count=count)
    return Finding(Code.NO_NEXT)


def _stands(asked: _Asked) -> Iterator[Finding]:
    standing = guard.standing()
    if standing.is_copy:
        yield Finding(Code.COPY, said=standing.planning_closed)
    elif standing.planning_closed:
        yield Finding(Code.PLANNING_OFF)
    if standing.delivery_closed and not standing.is_copy:
        yield Finding(Code.SENDING_OFF)
    if not asked.user.is_active:
        yield Finding(Code.ACCOUNT_CLOSED)
    if asked.wake.plan_errors:
        yield Finding(Code.CANNOT_BE_PLANNED, count=asked.wake.plan_errors)
    yield from _channels(asked)
    yield from _on_the_way(asked)
    yield from _obstacles(asked, is_planning=not standing.planning_closed)


def _channels(asked: _Asked) -> Iterator[Finding]:
    wake = asked.wake
    if Channel.EMAIL.value not in wake.channels:
        yield Finding(Code.MAIL_OFF)
    elif wake.unsubscribed_at is not None:
        yield Finding(Code.UNSUBSCRIBED, at=wake.unsubscribed_at)
    elif asked.suppression is not None:
        since, reason = asked.suppression.since, asked.suppression.reason
        yield Finding(Code.ADDRESS_BOUNCED, at=since, said=reason)
    if Channel.INBOX.value not in wake.channels:
        yield Finding(Code.INBOX_OFF)


def _on_the_way(asked: _Asked) -> Iterator[Finding]:
    states = OutboxMessage.State
    for message in OutboxMessage.objects.filter(user=asked.user).order_by("slot_on"):
        if not (count := asked.about(message.rewatches)):
            continue
        if message.state in (states.FENCED, states.UNKNOWN):
            yield Finding(Code.UNKNOWN, at=message.fenced_at, count=count)
        elif message.last_error:
            yield Finding(
                Code.PUT_OFF,
                at=message.not_before,
                count=message.attempts,
                said=message.last_error,
            )
        else:
            yield Finding(Code.ON_ITS_WAY, on=message.slot_on, count=count)


def _obstacles(asked: _Asked, *, is_planning: bool) -> Iterator[Finding]:
    wake = asked.wake
    found = obstacles_today(asked.state, asked.items, asked.now)
    for obstacle in found:
        match obstacle:
            case Obstacle.PAUSED if wake.paused_until is not None:
                yield Finding(Code.PAUSED_UNTIL, on=wake.paused_until)
            case Obstacle.NOTHING_TO_SAY:
                yield from _nothing_to_say(asked)
            case Obstacle.WEEK_FULL:
                yield Finding(Code.WEEK_FULL, count=wake.week_used)
            case Obstacle.TOO_EARLY | Obstacle.TOO_LATE:
                # Of no interest where there is nothing to say today.
                if Obstacle.NOTHING_TO_SAY not in found and Obstacle.HAD_TODAYS not in found:
                    yield asked.hour(Code(obstacle.value))
            case _:
                yield Finding(Code(obstacle.value))
    is_about = asked.about([item.rewatch_id for item in asked.items])
    if not found and is_about and is_planning and asked.user.is_active:
        yield Finding(Code.COMES_NOW)


def _nothing_to_say(asked: _Asked) -> Iterator[Finding]:
    owed = [rewatch for rewatch in asked.rewatches if rewatch.is_owed]
    if not owed:
        yield Finding(Code.ONLY_OFFERED if asked.rewatches else Code.NOTHING_OPEN)
        return
    due = [rewatch for rewatch in owed if rewatch.due_on <= asked.today]
    if not due:
        yield Finding(Code.NOTHING_DUE, on=owed[0].due_on)
        return
    later = [rewatch.remind_on for rewatch in due if rewatch.remind_on is not None]
    if later:
        yield Finding(Code.BETWEEN_REMINDERS, on=min(later), count=len(later))
    if len(later) < len(due):
        yield Finding(Code.LADDER_OVER, count=len(due) - len(later))


OUTCOMES = {
    Delivery.Outcome.FAILED: Code.FAILED,
    Delivery.Outcome.BOUNCED: Code.BOUNCED,
    Delivery.Outcome.EXPIRED: Code.EXPIRED,
}
# What the gate writes into the log when a message is not wanted any more.
DROPPED = {
    "all done": Code.DROPPED_DONE,
    "paused": Code.DROPPED_PAUSED,
    "unsubscribed": Code.DROPPED_UNSUBSCRIBED,
    "account closed": Code.DROPPED_CLOSED,
}


def _log(asked: _Asked) -> Iterator[Finding]:
    """By day; a mail and its copy in the app are one message."""
    rows = Delivery.objects.filter(user=asked.user)
    if asked.own is not None:
        rows = rows.filter(rewatches__overlap=sorted(asked.own))
    by_day: dict[date, list[Delivery]] = {}
    for delivery in rows.order_by("-slot_on", "channel")[: LOG_SHOWN * len(Channel)]:
        by_day.setdefault(delivery.slot_on, []).append(delivery)
    for deliveries in list(by_day.values())[:LOG_SHOWN]:
        sent = [each for each in deliveries if _code_of(each) is Code.SENT]
        if sent:
            yield Finding(
                Code.SENT,
                at=min(each.settled_at for each in sent),
                count=asked.about(sent[0].rewatches),
                channels=tuple(each.channel for each in sent),
            )
        for each in deliveries:
            if each not in sent:
                yield Finding(_code_of(each), on=each.slot_on, at=each.settled_at, said=each.detail)


def _code_of(delivery: Delivery) -> Code:
    outcome = Delivery.Outcome(delivery.outcome)
    if outcome is Delivery.Outcome.SENT:
        return Code.ASSUMED if delivery.settled_by == "assumed" else Code.SENT
    if outcome is Delivery.Outcome.SUPERSEDED:
        return DROPPED.get(delivery.detail.partition(";")[0], Code.DROPPED_DONE)
    return OUTCOMES[outcome]
