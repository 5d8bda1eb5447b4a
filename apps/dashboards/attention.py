"""Who needs help, and why: plain rules with plain thresholds, each answer with its facts.

Pure. Days are calendar days of the cohort's zone. Source: "Attention" of the product's rules; a
learner without any reason is fine and on no list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil

from apps.progress.glance import OpenPass
from apps.progress.models import FIRST_PASS

NOT_STARTED_AFTER_DAYS = 3
STOPPED_AFTER_DAYS = 7
BEHIND_UNDER_SHARE = 0.6
BEHIND_AT_WEEK_ENDS = 2
DEBT_FROM_COUNT = 5
DEBT_FROM_DAYS = 10
FIRST_PASSES_AHEAD = 5
LIGHT_SHARE = 0.5
STUCK_FROM_SITTINGS = 3
# One sitting for so much of a pass's time is no sign of being stuck, however many they become.
SITTING_SECONDS = 45 * 60
SECOND_PASS_TIMES = 2.5
QUESTION_OPEN_DAYS = 3


class Status(StrEnum):
    """What is said of a learner in one word."""

    NOT_STARTED = "not_started"
    FINE = "fine"
    NEEDS_HELP = "needs_help"
    FINISHED = "finished"


class Code(StrEnum):
    """The reasons, in the order in which they are told: the first one names the learner's case."""

    NOT_STARTED = "not_started"
    STOPPED = "stopped"
    BEHIND = "behind"
    DEBT = "debt"
    FIRST_PASSES_ONLY = "first_passes_only"
    LIGHT = "light"
    STUCK_ON_VIDEO = "stuck_on_video"


@dataclass(frozen=True, slots=True)
class WeekEnd:
    """Seconds done and seconds planned by the end of one of the cohort's weeks."""

    done: float
    planned: float

    @property
    def is_behind(self) -> bool:
        return self.done < BEHIND_UNDER_SHARE * self.planned


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The oldest shared question of a learner that nobody answered yet."""

    video_id: int
    days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules look at. `first_passes` and `second_passes` leave bonus videos out;
    `week_ends` are the last two of the cohort, fewer while it is young; `lengths` are those of
    the videos in seconds."""

    days_since_joining: int
    has_started: bool
    is_finished: bool = False
    days_since_active: int = 0
    week_ends: tuple[WeekEnd, ...] = ()
    debt_count: int = 0
    debt_seconds: float = 0.0
    oldest_due_days: int = 0
    first_passes: int = 0
    second_passes: int = 0
    light_passes: int = 0
    all_second_passes: int = 0
    open_passes: tuple[OpenPass, ...] = ()
    lengths: Mapping[int, int] = field(default_factory=dict)
    open_question: OpenQuestion | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with its facts; those that do not belong to its code stay empty.

    `days`: without a beginning, without activity, or of the oldest due rewatch. `count`: rewatches,
    first passes ahead, light second passes, sittings. `total`: all second passes. `share`: hours
    done of those planned. `open_pass`: where they stopped, or are stuck. `question`: what they
    wait for an answer to.
    """

    code: Code
    days: int = 0
    count: int = 0
    total: int = 0
    seconds: float = 0.0
    share: float = 0.0
    open_pass: OpenPass | None = None
    question: OpenQuestion | None = None


@dataclass(frozen=True, slots=True)
class Attention:
    status: Status
    reasons: tuple[Reason, ...] = ()


def attention_to(standing: Standing) -> Attention:
    """The status of a learner and every reason that holds, the weightiest first."""
    if standing.is_finished:
        return Attention(Status.FINISHED)
    if not standing.has_started:
        if standing.days_since_joining < NOT_STARTED_AFTER_DAYS:
            return Attention(Status.NOT_STARTED)
        reason = Reason(Code.NOT_STARTED, days=standing.days_since_joining)
        return Attention(Status.NEEDS_HELP, (reason,))
    reasons = tuple(_reasons(standing))
    return Attention(Status.NEEDS_HELP if reasons else Status.FINE, reasons)


def _reasons(standing: Standing) -> Iterable[Reason]:
    if standing.days_since_active >= STOPPED_AFTER_DAYS:
        yield Reason(
            Code.STOPPED,
            days=standing.days_since_active,
            open_pass=standing.open_passes[-1] if standing.open_passes else None,
        )
    ends = standing.week_ends[-BEHIND_AT_WEEK_ENDS:]
    if len(ends) == BEHIND_AT_WEEK_ENDS and all(end.is_behind for end in ends):
        last = ends[-1]
        yield Reason(Code.BEHIND, share=last.done / last.planned, seconds=last.planned - last.done)
    if standing.debt_count >= DEBT_FROM_COUNT or (
        standing.debt_count and standing.oldest_due_days >= DEBT_FROM_DAYS
    ):
        yield Reason(
            Code.DEBT,
            count=standing.debt_count,
            days=standing.oldest_due_days,
            seconds=standing.debt_seconds,
        )
    ahead = standing.first_passes - standing.second_passes
    if ahead >= FIRST_PASSES_AHEAD:
        yield Reason(Code.FIRST_PASSES_ONLY, count=ahead, total=standing.first_passes)
    if standing.light_passes and standing.light_passes >= LIGHT_SHARE * standing.all_second_passes:
        yield Reason(Code.LIGHT, count=standing.light_passes, total=standing.all_second_passes)
    stuck = [each for each in standing.open_passes if _is_stuck(each, standing.lengths)]
    if stuck:
        worst = max(stuck, key=lambda each: each.sittings)
        yield Reason(Code.STUCK_ON_VIDEO, count=worst.sittings, open_pass=worst)
    elif (question := standing.open_question) and question.days >= QUESTION_OPEN_DAYS:
        yield Reason(Code.STUCK_ON_VIDEO, days=question.days, question=question)


def _is_stuck(each: OpenPass, lengths: Mapping[int, int]) -> bool:
    """Three sittings or more, and more than the pass's length asks for (ADR 8)."""
    times = 1.0 if each.number == FIRST_PASS else SECOND_PASS_TIMES
    asked_for = ceil(lengths.get(each.video_id, 0) * times / SITTING_SECONDS)
    return each.sittings >= max(STUCK_FROM_SITTINGS, asked_for + 1)
