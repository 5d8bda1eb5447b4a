"""Heartbeats: what a player reports every few seconds, folded once, never trusted blindly.

A (client, sequence) counts once, in any order. Coverage grows by at most twice the wall time since
the viewing was opened; what exceeds it is refused and logged. Times beyond now or before the
opening are cut off; for who has left, so are those after that moment.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.core.fields import Milliseconds, Moments
from apps.progress import coverage, statements
from apps.progress.beats import Heartbeat, whole_ms
from apps.progress.completion import is_covered, share_covered
from apps.progress.models import Viewing
from apps.progress.recording import fold_into_summary, judge
from apps.progress.selectors import readable_viewing

logger = logging.getLogger(__name__)

RATE_OF_COUNTING = 2


@dataclass(frozen=True, slots=True)
class HeartbeatAnswer:
    """What is known after a heartbeat: coverage as it stands, and what of it was refused and why."""

    coverage: Milliseconds
    covered: float
    active_seconds: int
    completed_at: datetime | None
    is_covered: bool
    was_repeated: bool = False
    refused: list[dict[str, Any]] = field(default_factory=list)


def record_heartbeat(*, viewing: Viewing, beat: Heartbeat, now: datetime) -> HeartbeatAnswer:
    """Fold a heartbeat into its viewing and the membership's summary, once.

    The viewing's row is read again here. A repeated (client, sequence) answers the state as it stands.
    """
    return _record(viewing.pk, None, beat, now)


def report_heartbeat(
    *, user: User, viewing_id: int | str, beat: Heartbeat, now: datetime
) -> HeartbeatAnswer:
    """The same for a viewing of this person's own; else NotFound.

    Whoever left, or was taken out, loses nothing of what they had watched before: a report that comes after it
    counts as far as it tells of the time before, and is NotFound when it tells of none.
    """
    # Ids are opaque to clients: what is no number of ours is simply not there.
    if not str(viewing_id).isdecimal() or int(viewing_id) >= 2**63:
        raise NotFound
    if user.limited_to:
        readable_viewing(user=user, viewing_id=viewing_id)
    return _record(int(viewing_id), user.pk, beat, now)


def _record(
    viewing_id: int, user_id: int | None, beat: Heartbeat, now: datetime
) -> HeartbeatAnswer:
    """Read, fold, and write if nobody wrote between; whoever meets another writer waits for its turn."""
    answer = _try(viewing_id, user_id, beat, now)
    if answer is None:
        with transaction.atomic():
            statements.lock(viewing_id, now=now)
            answer = _try(viewing_id, user_id, beat, now)
        if answer is None:
            raise RuntimeError(f"viewing {viewing_id} was written to under its lock")
    return answer


def _try(
    viewing_id: int, user_id: int | None, beat: Heartbeat, now: datetime
) -> HeartbeatAnswer | None:
    found = statements.read(viewing_id, user_id=user_id, client=beat.client, sequence=beat.sequence)
    if found is None:
        raise NotFound
    viewing, summary = found.viewing, found.summary
    left_at = viewing.membership.ended_at
    if user_id is not None and left_at is not None:
        if not any(begin < left_at for begin, _ in beat.active):
            raise NotFound
        now = min(now, left_at)
    duration_seconds = viewing.video.duration_seconds
    if found.was_seen:
        return _answer(viewing, duration_seconds, was_repeated=True)
    if summary is None:
        return None
    refused: list[dict[str, Any]] = []
    before_seconds = viewing.active_seconds + viewing.elsewhere_seconds
    added = _fold(viewing, beat, now=now, refused=refused)
    judge(viewing, viewing.video)
    fold_into_summary(
        summary,
        viewing=viewing,
        membership=viewing.membership,
        video=viewing.video,
        now=now,
        added_active=added,
        added_seconds=viewing.active_seconds + viewing.elsewhere_seconds - before_seconds,
    )
    if not statements.write(found, client=beat.client, sequence=beat.sequence):
        return None
    for refusal in refused:
        logger.warning("viewing %s: not counted: %s", viewing.pk, refusal)
    return _answer(viewing, duration_seconds, refused=refused)


def _fold(
    viewing: Viewing, beat: Heartbeat, *, now: datetime, refused: list[dict[str, Any]]
) -> Moments:
    """Fold the beat into the viewing; answers the active time that is new to the summary."""
    duration_ms = viewing.video.duration_ms
    played = _believed(beat.played, viewing, duration_ms=duration_ms, now=now, refused=refused)
    # Whole milliseconds add up the same way in any order, here and in the summary's days.
    active = coverage.clamp(beat.active, whole_ms(viewing.opened_at), whole_ms(now))
    added = coverage.subtract(active, viewing.active)
    if beat.active and active != coverage.merge(beat.active):
        refused.append({"field": "active", "reason": "outside_viewing"})
    if viewing.elsewhere:
        # What was said to be time elsewhere and is active time now counts once.
        taken = (
            coverage.milliseconds(coverage.subtract(viewing.elsewhere, viewing.active)) // 1000
            - coverage.milliseconds(
                coverage.subtract(viewing.elsewhere, coverage.merge((*viewing.active, *active)))
            )
            // 1000
        )
        viewing.elsewhere_seconds = max(0, viewing.elsewhere_seconds - taken)
        added = coverage.subtract(added, viewing.elsewhere)
    viewing.coverage = coverage.merge((*viewing.coverage, *played))
    viewing.covered_ms = coverage.length(viewing.coverage)
    viewing.active = coverage.merge((*viewing.active, *active))
    viewing.active_seconds = coverage.milliseconds(viewing.active) // 1000
    viewing.pauses = min(viewing.pauses + beat.pauses, 2**31 - 1)
    if beat.played:
        viewing.max_rate = max(viewing.max_rate, beat.rate)
    if played:
        viewing.position_ms = min(played[-1][1], duration_ms)
    viewing.last_heartbeat_at = now
    return added


def _believed(
    played: Milliseconds,
    viewing: Viewing,
    *,
    duration_ms: int,
    now: datetime,
    refused: list[dict[str, Any]],
) -> Milliseconds:
    """The part of `played` that can be true; what cannot is logged and told to the player."""
    inside = coverage.clamp(played, 0, duration_ms)
    if inside != played:
        refused.append({"field": "played", "reason": "past_the_end"})
    wall_ms = max(0, int((now - viewing.opened_at).total_seconds() * 1000))
    budget = RATE_OF_COUNTING * wall_ms - viewing.covered_ms
    fresh = coverage.subtract(inside, viewing.coverage)
    excess = coverage.length(fresh) - max(0, budget)
    if excess <= 0:
        return inside
    viewing.refused_ms = min(viewing.refused_ms + excess, 2**31 - 1)
    refused.append({"field": "played", "reason": "faster_than_possible", "milliseconds": excess})
    return coverage.first_part(fresh, budget)


def _answer(
    viewing: Viewing,
    duration_seconds: int,
    *,
    was_repeated: bool = False,
    refused: list[dict[str, Any]] | None = None,
) -> HeartbeatAnswer:
    return HeartbeatAnswer(
        coverage=viewing.coverage,
        covered=share_covered(viewing.covered_ms, duration_seconds),
        active_seconds=viewing.active_seconds,
        completed_at=viewing.completed_at,
        is_covered=is_covered(
            number=viewing.number,
            covered_ms=viewing.covered_ms,
            duration_seconds=duration_seconds,
        ),
        was_repeated=was_repeated,
        refused=refused or [],
    )
