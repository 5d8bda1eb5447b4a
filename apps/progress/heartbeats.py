"""Heartbeats: what a player reports every few seconds, checked, folded once, never trusted blindly.

A (client, sequence) counts once, in any order. Coverage grows by at most twice the wall time since
the viewing was opened; what exceeds it is refused and logged. Times beyond now or before the
opening are cut off.
"""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.errors import InvalidValue, NotFound
from apps.core.fields import Milliseconds, Moments
from apps.progress import coverage, statements
from apps.progress.completion import is_covered, share_covered
from apps.progress.models import Viewing
from apps.progress.recording import record_change

logger = logging.getLogger(__name__)

# A player reports every ten seconds; a beat with more ranges than this is no beat.
MAX_RANGES = 500
MAX_SEQUENCE = 2**31 - 2
MAX_PAUSES = 1000
MAX_RATE = 16.0
RATE_OF_COUNTING = 2
FIELDS = frozenset({"client", "sequence", "played", "active", "pauses", "rate"})


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """One report of a player, well-formed but not yet believed. Milliseconds and UTC moments."""

    client: UUID
    sequence: int
    played: Milliseconds = ()
    active: Moments = ()
    pauses: int = 0
    rate: float = 1.0

    @classmethod
    def parse(cls, data: object) -> "Heartbeat":
        """Read the JSON object of `api.md`; InvalidValue names the field that is wrong."""
        if not isinstance(data, Mapping):
            raise InvalidValue(_("A heartbeat is a JSON object."))
        unknown = sorted(str(key) for key in set(data) - FIELDS)
        if unknown:
            raise InvalidValue(_("There is no such field in a heartbeat."), field=unknown[0])
        return cls(
            client=_client(data.get("client")),
            sequence=_whole(data, "sequence", most=MAX_SEQUENCE),
            played=_played(data.get("played", [])),
            active=_active(data.get("active", [])),
            pauses=_whole(data, "pauses", most=MAX_PAUSES, default=0),
            rate=_rate(data.get("rate", 1.0)),
        )


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


def _client(value: object) -> UUID:
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise InvalidValue(
            _("The client is a UUID, one for each page load."), field="client"
        ) from None


def _whole(data: Mapping[str, Any], name: str, *, most: int, default: int | None = None) -> int:
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise InvalidValue(
            _("This is a whole number from 0 to %(most)d.") % {"most": most}, field=name
        )
    return value


def _rate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidValue(_("The rate is a number."), field="rate")
    if not 0 < value <= MAX_RATE:
        raise InvalidValue(_("The rate lies between 0 and 16."), field="rate")
    return float(value)


def _pairs(value: object, name: str) -> list[tuple[object, object]]:
    if not isinstance(value, list):
        raise InvalidValue(_("This is a list of pairs."), field=name)
    if len(value) > MAX_RANGES:
        raise InvalidValue(
            _("At most %(most)d ranges fit into one heartbeat.") % {"most": MAX_RANGES}, field=name
        )
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            raise InvalidValue(_("This is a list of pairs."), field=name)
    return [(pair[0], pair[1]) for pair in value]


def _played(value: object) -> Milliseconds:
    ranges = []
    for pair in _pairs(value, "played"):
        bounds = []
        for bound in pair:
            if isinstance(bound, bool) or not isinstance(bound, int | float):
                raise InvalidValue(_("Played ranges are in milliseconds."), field="played")
            if not math.isfinite(bound) or not 0 <= bound < 2**31:
                raise InvalidValue(_("Played ranges are in milliseconds."), field="played")
            bounds.append(int(bound))
        if bounds[1] < bounds[0]:
            raise InvalidValue(_("A range ends after it begins."), field="played")
        ranges.append((bounds[0], bounds[1]))
    return coverage.merge(ranges)


def _active(value: object) -> Moments:
    ranges = []
    for pair in _pairs(value, "active"):
        lower, upper = (_moment(bound) for bound in pair)
        if upper < lower:
            raise InvalidValue(_("A range ends after it begins."), field="active")
        ranges.append((lower, upper))
    return coverage.merge(ranges)


def _moment(value: object) -> datetime:
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidValue(
            _("Active times are moments with their zone, as 2026-11-23T19:00:00Z."), field="active"
        )
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise InvalidValue(_("This moment is out of reach."), field="active") from None
    return _whole_ms(moment)


def _whole_ms(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def record_heartbeat(*, viewing: Viewing, beat: Heartbeat, now: datetime) -> HeartbeatAnswer:
    """Fold a heartbeat into its viewing and the membership's summary, once.

    The viewing's row is locked and read again here. A repeated (client, sequence) answers the state as it stands.
    """
    return _record(viewing.pk, None, beat, now)


def report_heartbeat(
    *, user: User, viewing_id: int | str, beat: Heartbeat, now: datetime
) -> HeartbeatAnswer:
    """The same for a viewing of this person's own, while they have not left; else NotFound."""
    # Ids are opaque to clients: what is no number of ours is simply not there.
    if not str(viewing_id).isdecimal() or int(viewing_id) >= 2**63:
        raise NotFound
    return _record(int(viewing_id), user.pk, beat, now)


def _record(
    viewing_id: int, user_id: int | None, beat: Heartbeat, now: datetime
) -> HeartbeatAnswer:
    with transaction.atomic():
        locked = statements.lock_viewing(viewing_id, user_id=user_id)
        if locked is None:
            raise NotFound
        video = locked.video
        if not statements.note_sequence(
            viewing_id=locked.pk, client=beat.client, sequence=beat.sequence
        ):
            return _answer(locked, video.duration_seconds, was_repeated=True)
        refused: list[dict[str, Any]] = []
        played = _believed(
            beat.played, locked, duration_ms=video.duration_ms, now=now, refused=refused
        )
        # Whole milliseconds add up the same way in any order, here and in the summary's days.
        active = coverage.clamp(beat.active, _whole_ms(locked.opened_at), _whole_ms(now))
        added = coverage.subtract(active, locked.active)
        if beat.active and active != coverage.merge(beat.active):
            refused.append({"field": "active", "reason": "outside_viewing"})
        before_seconds = locked.active_seconds + locked.elsewhere_seconds
        if locked.elsewhere:
            # What was said to be time elsewhere and is active time now counts once.
            taken = (
                coverage.milliseconds(coverage.subtract(locked.elsewhere, locked.active)) // 1000
                - coverage.milliseconds(
                    coverage.subtract(locked.elsewhere, coverage.merge((*locked.active, *active)))
                )
                // 1000
            )
            locked.elsewhere_seconds = max(0, locked.elsewhere_seconds - taken)
            added = coverage.subtract(added, locked.elsewhere)
        locked.coverage = coverage.merge((*locked.coverage, *played))
        locked.covered_ms = coverage.length(locked.coverage)
        locked.active = coverage.merge((*locked.active, *active))
        locked.active_seconds = coverage.milliseconds(locked.active) // 1000
        locked.pauses = min(locked.pauses + beat.pauses, 2**31 - 1)
        if beat.played:
            locked.max_rate = max(locked.max_rate, beat.rate)
        if played:
            locked.position_ms = min(played[-1][1], video.duration_ms)
        locked.last_heartbeat_at = now
        record_change(
            viewing=locked,
            membership=locked.membership,
            video=video,
            now=now,
            added_active=added,
            added_seconds=locked.active_seconds + locked.elsewhere_seconds - before_seconds,
            update_fields=[
                "coverage", "covered_ms", "active", "active_seconds", "elsewhere_seconds", "pauses", "max_rate",
                "position_ms", "last_heartbeat_at", "refused_ms",
            ],
        )  # fmt: skip
    return _answer(locked, video.duration_seconds, refused=refused)


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
    logger.warning(
        "viewing %s: %s ms of coverage refused, claimed in %s ms of wall time",
        viewing.pk,
        excess,
        wall_ms,
    )
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
