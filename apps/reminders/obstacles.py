"""What stands between a learner and a message on their day of `now`. Pure, and the planner's own judgement taken apart:
where nothing stands, `planning.plan_learner` writes one (a property test holds them together).
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from apps.reminders import slots
from apps.reminders.planning import Item, WakeState


class Obstacle(StrEnum):
    """In the order in which they weigh."""

    NO_CHANNEL = "no_channel"
    PAUSED = "paused"
    NOTHING_TO_SAY = "nothing_to_say"  # no rewatch whose day of reminding has come
    HAD_TODAYS = "had_todays"
    WEEK_FULL = "week_full"
    QUIET_DAY = "quiet_day"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"


def obstacles_today(wake: WakeState, items: Sequence[Item], now: datetime) -> tuple[Obstacle, ...]:
    """Every one of them, the weightiest first; empty when the next tick writes the day's message."""
    rhythm = wake.rhythm
    today = slots.local_date(now, rhythm.zone)
    slot = slots.slot_for(rhythm, today)
    is_paused = rhythm.paused and (rhythm.paused_until is None or today < rhythm.paused_until)
    stands = {
        Obstacle.NO_CHANNEL: not wake.reachable,
        Obstacle.PAUSED: is_paused,
        Obstacle.NOTHING_TO_SAY: not any(item.speaks_on(today) for item in items),
        Obstacle.HAD_TODAYS: wake.last_slot_on is not None and wake.last_slot_on >= today,
        Obstacle.WEEK_FULL: wake.week_on == slots.monday_of(today)
        and wake.week_used >= wake.messages_a_week,
        Obstacle.QUIET_DAY: slots.is_quiet(rhythm.quiet_days, today),
        Obstacle.TOO_EARLY: now < slot.at,
        Obstacle.TOO_LATE: now >= slots.closes_at(rhythm, slot),
    }
    return tuple(obstacle for obstacle, is_there in stands.items() if is_there)
