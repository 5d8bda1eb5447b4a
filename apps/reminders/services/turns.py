"""The planner: whoever's moment has come gets a message written into the outbox, all in one transaction.

Level-triggered: every learner with `next_at <= now`, however late, so a lost tick costs time and nothing else.
A message, the steps of its rewatches and the learner's next moment are committed together under its unique key.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from apps.reminders import guard, planning, slots, waking
from apps.reminders.channels import CHANNELS, Outgoing
from apps.reminders.models import Channel, Engine, Wake
from apps.reminders.planning import Item, Plan, Step
from apps.reminders.slots import Slot
from apps.reminders.statements import planning as planning_sql
from apps.reminders.steps import Step as EngineStep
from apps.reminders.steps import reached

BATCH = 500
BUDGET_SECONDS = 10.0
# Every so often all of the past is looked at, whatever was looked at before.
SWEEP_EVERY = timedelta(minutes=5)
LONGEST_TRANSACTION = timedelta(minutes=15)
WATERMARK_STEP = timedelta(minutes=1)
POISON_REST = timedelta(hours=1)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """One learner's message, as the planner wrote it."""

    user_id: int
    slot_on: date
    rewatches: tuple[int, ...]
    channels: tuple[str, ...]


@dataclass(slots=True)
class PlanReport:
    """What one run did. `looked_at` counts learners, `failed` those whose plan raised; `closed` says why none was."""

    looked_at: int = 0
    failed: int = 0
    closed: str = ""
    messages: list[PlannedMessage] = field(default_factory=list)


def plan_rewatches(*, now: datetime, dry_run: bool = False) -> PlanReport:
    """Write the messages of every learner whose moment has come. With `dry_run`, only say which ones."""
    if dry_run:
        report = PlanReport()
        with transaction.atomic():
            _plan_all(now, None, report)
            transaction.set_rollback(True)
        return report
    standing = guard.standing()
    report = PlanReport(closed=standing.planning_closed)
    if report.closed:
        return report
    swept_at = standing.swept_at
    sweeps = swept_at is None or not timedelta(0) <= now - swept_at < SWEEP_EVERY
    if _plan_all(now, None if sweeps else standing.watermark, report):
        _remember(standing.watermark, now, sweeps=sweeps)
    return report


def _plan_all(now: datetime, since: datetime | None, report: PlanReport) -> bool:
    """Whether everybody was looked at within the time there is."""
    reached(EngineStep.PLAN_BEGUN)
    deadline = time.monotonic() + BUDGET_SECONDS
    while time.monotonic() < deadline:
        with transaction.atomic():
            looked_at = _plan_batch(now, since, report)
        reached(EngineStep.PLAN_COMMITTED)
        if looked_at < BATCH:
            return True
    return False


def _remember(watermark: datetime | None, now: datetime, *, sweeps: bool) -> None:
    """From where the next ticks look. Moments before it are empty but for rows that somebody held locked just now,
    which a sweep finds; so an old snapshot that keeps dead rows alive costs the idle tick next to nothing."""
    moved_to = now - LONGEST_TRANSACTION
    if not sweeps and watermark is not None and moved_to - watermark < WATERMARK_STEP:
        return
    moved = {"watermark": moved_to} | ({"swept_at": now} if sweeps else {})
    Engine.objects.update(**moved)


def _plan_batch(now: datetime, since: datetime | None, report: PlanReport) -> int:
    due = Wake.objects.filter(next_at__lte=now)
    if since is not None:
        due = due.filter(next_at__gte=since)
    locked = due.select_related("user").select_for_update(of=("self",), skip_locked=True)
    wakes = list(locked.order_by("next_at")[:BATCH])
    reached(EngineStep.PLAN_LOCKED)
    if not wakes:
        return 0
    items = waking.items_of(user_ids=[wake.user_id for wake in wakes], lock=True)
    suppressed = waking.suppressed_among(wake.user.email for wake in wakes)
    steps: list[Step] = []
    outgoing: dict[Channel, list[Outgoing]] = {channel: [] for channel in CHANNELS}
    for wake in wakes:
        channels = waking.channels_of(wake, is_suppressed=wake.user.email in suppressed)
        try:
            plan = _plan_one(wake, items[wake.user_id], channels, now)
        except Exception:
            # One learner's broken row must not cost the others their message.
            logger.exception("planning for learner %s failed", wake.user_id)
            wake.next_at = now + POISON_REST
            wake.plan_errors = min(wake.plan_errors + 1, 32000)
            report.failed += 1
            continue
        steps += plan.steps
        if plan.message is not None:
            rewatches = [item.rewatch_id for item in plan.listed]
            message = _outgoing(wake, plan, plan.message, rewatches)
            for channel in channels:
                outgoing[channel].append(message)
            report.messages.append(
                PlannedMessage(wake.user_id, plan.message.on, tuple(rewatches), tuple(channels))
            )
    report.looked_at += len(wakes)
    reached(EngineStep.PLAN_DECIDED)
    for channel, messages in outgoing.items():
        CHANNELS[channel].write(messages, now=now)
    reached(EngineStep.PLAN_MAILS_WRITTEN)
    planning_sql.step_rewatches(steps)
    reached(EngineStep.PLAN_STEPPED)
    planning_sql.save_turns(wakes)
    reached(EngineStep.PLAN_SAVED)
    return len(wakes)


def _plan_one(
    wake: Wake, items: Sequence[Item], channels: Sequence[Channel], now: datetime
) -> Plan:
    """The learner's plan, and its effect on their row (not saved)."""
    plan = planning.plan_learner(waking.state_of(wake, wake.user, channels=channels), items, now)
    wake.next_at = plan.wake.slot.at if plan.wake.slot else None
    wake.slot_on = plan.wake.slot.on if plan.wake.slot else None
    wake.last_slot_on = plan.wake.last_slot_on
    wake.week_on = plan.wake.week_on
    wake.week_used = plan.wake.week_used
    wake.plan_errors = 0
    return plan


def _outgoing(wake: Wake, plan: Plan, slot: Slot, rewatches: Sequence[int]) -> Outgoing:
    return Outgoing(
        user_id=wake.user_id,
        slot=slot,
        closes_at=slots.closes_at(plan.wake.rhythm, slot),
        rewatches=rewatches,
        stepped=[step.rewatch_id for step in plan.steps],
    )
