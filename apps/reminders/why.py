"""Why a learner did or did not get a message: read from the records, judged by the planner's own code.

The one place that answers it, for the instructor's page, the admin and `manage.py reminders_why`. `why_words` says it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.reminders import guard, planning, selectors, slots, waking
from apps.reminders.findings import Code, Finding, Why
from apps.reminders.models import Channel, OutboxMessage, Purpose, Rewatch, Suppression, Wake
from apps.reminders.obstacles import Obstacle, obstacles_today
from apps.reminders.planning import Item, WakeState
from apps.reminders.why_log import about, log_of

LOOKS_AHEAD = timedelta(days=60)


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
        log=log_of(user=user, own=asked.own, membership=membership),
        unspoken=sum(is_unspoken(each, asked.today) for each in rewatches),
    )


def is_unspoken(rewatch: Rewatch, today: date) -> bool:
    """Due and owed, and not to be reminded of by now."""
    is_due = rewatch.is_owed and rewatch.due_on <= today
    return is_due and (rewatch.remind_on is None or rewatch.remind_on > today)


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
        return about(rewatch_ids, self.own)

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
    planned = OutboxMessage.objects.filter(user=asked.user, purpose=Purpose.REWATCH)
    for message in planned.order_by("slot_on"):
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
