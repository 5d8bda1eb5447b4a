"""The messages to come, as things stand: the planner's own turns on the learner's own rows, written nowhere."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from apps.accounts.models import User
from apps.reminders import planning, slots, waking
from apps.reminders.models import Wake
from apps.reminders.planning import Item, WakeState
from apps.reminders.slots import Slot

DAYS_AHEAD = 14


@dataclass(frozen=True, slots=True)
class ComingMessage:
    """A message that would come in `slot` about these rewatches, were nothing done before."""

    slot: Slot
    rewatch_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The next message (None: none will come, and `silence` says why: paused, unreachable or nothing_waits), and all
    of them up to and with the day `until`."""

    next: ComingMessage | None
    silence: str = ""
    days: tuple[ComingMessage, ...] = ()
    until: date | None = None

    @property
    def rewatch_ids(self) -> list[int]:
        """Every rewatch that is named, once."""
        named = [*self.days, *([self.next] if self.next else [])]
        return list(dict.fromkeys(one for message in named for one in message.rewatch_ids))


def message_preview(*, user: User, wake: Wake, now: datetime) -> Preview:
    """What the planner would do at this learner's next slots: today and the thirteen days after it. Two queries."""
    suppressed = waking.suppressed_among([user.email])
    channels = waking.channels_of(wake, is_suppressed=bool(suppressed))
    state = waking.state_of(wake, user, channels=channels)
    items = waking.items_of(user_ids=[user.pk])[user.pk]
    until = slots.local_date(now, user.zone) + timedelta(days=DAYS_AHEAD - 1)
    coming = _next(state, items, now)
    if coming is None:
        silence = "unreachable" if not channels else "paused" if items else "nothing_waits"
        return Preview(None, silence=silence, until=until)
    days = tuple(
        ComingMessage(plan.message, tuple(item.rewatch_id for item in plan.listed))
        for plan in planning.days_ahead(state, items, now, until=until)
        if plan.message is not None
    )
    return Preview(coming, days=days, until=until)


def _next(state: WakeState, items: list[Item], now: datetime) -> ComingMessage | None:
    slot = planning.next_wake_slot(state, items, now)
    if slot is None:
        return None
    plan = planning.plan_learner(replace(state, slot=slot), items, max(slot.at, now))
    return ComingMessage(slot, tuple(item.rewatch_id for item in plan.listed))
