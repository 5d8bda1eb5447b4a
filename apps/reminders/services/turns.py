"""The planner: whoever's moment has come gets a message written into the outbox, all in one transaction.

Level-triggered: every learner with `next_at <= now`, however late, so a lost tick costs time and nothing else.
A message, the steps of its rewatches and the learner's next moment are committed together under its unique key.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from apps.reminders import guard, planning, slots, waking
from apps.reminders.channels import CHANNELS, Outgoing, open_channels
from apps.reminders.models import Channel, Engine
from apps.reminders.planning import Plan, Step, WakeState
from apps.reminders.slots import Rhythm, Slot
from apps.reminders.statements import planning as planning_sql
from apps.reminders.statements.planning import DueLearner, Turn
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
    learners = planning_sql.lock_due_learners(now=now, since=since, limit=BATCH)
    reached(EngineStep.PLAN_LOCKED)
    if not learners:
        return 0
    items = waking.items_of(user_ids=[learner.user_id for learner in learners], lock=True)
    suppressed = waking.suppressed_among(learner.email for learner in learners)
    turns: list[Turn] = []
    steps: list[Step] = []
    outgoing: dict[Channel, list[Outgoing]] = {channel: [] for channel in CHANNELS}
    for learner in learners:
        try:
            channels = open_channels(
                tuple(learner.channels.split(",")),
                is_unsubscribed=learner.is_unsubscribed,
                is_suppressed=learner.email in suppressed,
            )
            state = _state_of(learner, is_reachable=bool(channels))
            plan = planning.plan_learner(state, items[learner.user_id], now)
        except Exception:
            # One learner's broken row must not cost the others their message.
            logger.exception("planning for learner %s failed", learner.user_id)
            turns.append(_rest(learner, now))
            report.failed += 1
            continue
        turns.append(_turn(learner, plan.wake))
        steps += plan.steps
        if plan.message is not None:
            rewatches = tuple([item.rewatch_id for item in plan.listed])
            message = _outgoing(learner, plan, plan.message, rewatches)
            for channel in channels:
                outgoing[channel].append(message)
            report.messages.append(
                PlannedMessage(learner.user_id, plan.message.on, rewatches, channels)
            )
    report.looked_at += len(learners)
    reached(EngineStep.PLAN_DECIDED)
    for channel, messages in outgoing.items():
        CHANNELS[channel].write(messages, now=now)
    reached(EngineStep.PLAN_MAILS_WRITTEN)
    planning_sql.step_rewatches(steps)
    reached(EngineStep.PLAN_STEPPED)
    planning_sql.save_turns(turns)
    reached(EngineStep.PLAN_SAVED)
    return len(learners)


def _state_of(learner: DueLearner, *, is_reachable: bool) -> WakeState:
    """As `waking.state_of` says it of a model."""
    rhythm = Rhythm(
        zone=ZoneInfo(learner.time_zone),
        hour=learner.hour,
        minute=learner.minute,
        quiet_days=learner.quiet_days,
        paused=learner.paused,
        paused_until=learner.paused_until,
    )
    return WakeState(
        rhythm=rhythm,
        slot=Slot(at=learner.next_at, on=learner.slot_on) if learner.slot_on else None,
        last_slot_on=learner.last_slot_on,
        week_on=learner.week_on,
        week_used=learner.week_used,
        reachable=is_reachable,
        rewatches_a_message=learner.rewatches_a_message,
        messages_a_week=learner.messages_a_week,
    )


def _turn(learner: DueLearner, after: WakeState) -> Turn:
    slot = after.slot
    return Turn(
        wake_id=learner.wake_id,
        next_at=slot.at if slot else None,
        slot_on=slot.on if slot else None,
        last_slot_on=after.last_slot_on,
        week_on=after.week_on,
        week_used=after.week_used,
        plan_errors=0,
    )


def _rest(learner: DueLearner, now: datetime) -> Turn:
    return Turn(
        wake_id=learner.wake_id,
        next_at=now + POISON_REST,
        slot_on=learner.slot_on,
        last_slot_on=learner.last_slot_on,
        week_on=learner.week_on,
        week_used=learner.week_used,
        plan_errors=min(learner.plan_errors + 1, 32000),
    )


def _outgoing(learner: DueLearner, plan: Plan, slot: Slot, rewatches: Sequence[int]) -> Outgoing:
    return Outgoing(
        user_id=learner.user_id,
        slot=slot,
        closes_at=slots.closes_at(plan.wake.rhythm, slot),
        rewatches=rewatches,
        stepped=[step.rewatch_id for step in plan.steps],
    )
