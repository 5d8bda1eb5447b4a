"""The one thing to do now. Pure: the home page, REST and the dashboard ask the same rule.

In this order: go on with an open second pass; do the rewatch that is due longest; write the
scaffold of a completed first pass; rewatch when first passes run too far ahead; the next first
pass; what is offered, not owed (bonus); an early rewatch; rest until one may be done; finished.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

DUE_STATES = frozenset({"due", "overdue"})

FIRST_PASS = "first_pass"  # noqa: S105 - a kind of step
SECOND_PASS = "second_pass"  # noqa: S105 - another
SCAFFOLD = "scaffold"
REST = "rest"
FINISHED = "finished"
CLOSED = "closed"
KINDS = (FIRST_PASS, SCAFFOLD, SECOND_PASS, REST, FINISHED, CLOSED)

# Why this step: `reason` of a step.
OPEN, DUE, NEXT, SOFT_LIMIT, BONUS, EARLY = "open", "due", "next", "soft_limit", "bonus", "early"
REASONS = (OPEN, DUE, NEXT, SOFT_LIMIT, BONUS, EARLY)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a learner stands with one video. Days are days of the learner's zone."""

    video_id: int
    position: int
    is_bonus: bool = False
    # Its rewatch counts as debt: not a bonus video, or the cohort owes those too.
    is_owed: bool = True
    first_opened: bool = False
    first_completed_on: date | None = None
    # Written, or skipped once.
    is_scaffold_settled: bool = False
    second_opened: bool = False
    second_completed: bool = False
    second_touched_at: datetime | None = None
    rewatch_state: str = ""
    due_on: date | None = None

    @property
    def waits_for_second(self) -> bool:
        return self.first_completed_on is not None and not self.second_completed


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do and why; `video_id` is None where it is about no video, `due_on` is the promise."""

    kind: str
    video_id: int | None = None
    reason: str = ""
    due_on: date | None = None


def next_step(
    standings: Iterable[Standing],
    *,
    today: date,
    soft_limit: int | None,
    night_rule: bool,
    is_archived: bool = False,
) -> NextStep:
    """The step for a learner; `standings` may come in any order."""
    videos = sorted(standings, key=lambda each: each.position)
    if is_archived:
        return NextStep(CLOSED)
    return (
        _open_second_pass(videos)
        or _due_rewatch(videos)
        or _scaffold(videos)
        or _rewatch_first(videos, today=today, soft_limit=soft_limit, night_rule=night_rule)
        or _first_pass(videos, bonus=False)
        or _offered(videos, today=today, night_rule=night_rule)
        or _early_or_rest(videos, today=today, night_rule=night_rule)
        or NextStep(FINISHED)
    )


def _open_second_pass(videos: Sequence[Standing]) -> NextStep | None:
    """The one that was worked on last."""
    found = [each for each in videos if each.second_opened and not each.second_completed]
    if not found:
        return None
    last = max(
        found, key=lambda each: each.second_touched_at.timestamp() if each.second_touched_at else 0
    )
    return _second(last, OPEN)


def _due_rewatch(videos: Sequence[Standing]) -> NextStep | None:
    return _earliest(
        (each for each in videos if each.is_owed and each.rewatch_state in DUE_STATES), DUE
    )


def _scaffold(videos: Sequence[Standing]) -> NextStep | None:
    """Of the video watched last, since that one is still fresh."""
    found = [
        each
        for each in videos
        if each.waits_for_second and not each.is_scaffold_settled and not each.second_opened
    ]
    if not found:
        return None
    last = max(found, key=lambda each: (each.first_completed_on or date.min, each.position))
    return NextStep(SCAFFOLD, last.video_id, OPEN, last.due_on)


def _rewatch_first(
    videos: Sequence[Standing], *, today: date, soft_limit: int | None, night_rule: bool
) -> NextStep | None:
    owed = [each for each in videos if not each.is_bonus]
    waiting = [each for each in owed if each.waits_for_second]
    has_first_left = any(each.first_completed_on is None for each in owed)
    if soft_limit is None or len(waiting) < soft_limit or not has_first_left:
        return None
    return _earliest(_rested(waiting, today, night_rule), SOFT_LIMIT)


def _first_pass(videos: Sequence[Standing], *, bonus: bool) -> NextStep | None:
    """The one under way, else the next in order."""
    left = [each for each in videos if each.is_bonus == bonus and each.first_completed_on is None]
    under_way = [each for each in left if each.first_opened]
    chosen = next(iter(under_way or left), None)
    if chosen is None:
        return None
    reason = OPEN if chosen.first_opened else BONUS if bonus else NEXT
    return NextStep(FIRST_PASS, chosen.video_id, reason)


def _offered(videos: Sequence[Standing], *, today: date, night_rule: bool) -> NextStep | None:
    offered = [
        each for each in _rested(videos, today, night_rule) if each.is_bonus and not each.is_owed
    ]
    due = [each for each in offered if each.rewatch_state in DUE_STATES]
    return _earliest(due, BONUS) or _first_pass(videos, bonus=True) or _earliest(offered, BONUS)


def _early_or_rest(videos: Sequence[Standing], *, today: date, night_rule: bool) -> NextStep | None:
    """Everything was watched once: what is left is rewatching, before its day or after the night."""
    early = _earliest(_rested(videos, today, night_rule), EARLY)
    if early is not None:
        return early
    waiting = _earliest((each for each in videos if each.waits_for_second), EARLY)
    return NextStep(REST, waiting.video_id, EARLY, waiting.due_on) if waiting else None


def _rested(videos: Iterable[Standing], today: date, night_rule: bool) -> list[Standing]:
    """Waiting for their second pass, with the night's sleep behind them."""
    return [
        each
        for each in videos
        if each.waits_for_second
        and each.first_completed_on is not None
        and (not night_rule or each.first_completed_on < today)
    ]


def _earliest(videos: Iterable[Standing], reason: str) -> NextStep | None:
    """The earliest promise; a second pass without one comes last."""
    chosen = min(videos, key=lambda each: (each.due_on or date.max, each.position), default=None)
    return _second(chosen, reason) if chosen is not None else None


def _second(video: Standing, reason: str) -> NextStep:
    return NextStep(SECOND_PASS, video.video_id, reason, video.due_on)
