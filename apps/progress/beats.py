"""What a player reports every few seconds, read strictly: a report that is no heartbeat is refused whole."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidValue
from apps.core.fields import Milliseconds, Moments
from apps.progress import coverage

# A player reports every ten seconds; a beat with more ranges than this is no beat.
MAX_RANGES = 500
MAX_SEQUENCE = 2**31 - 2
MAX_PAUSES = 1000
MAX_RATE = 16.0
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
    return whole_ms(moment)


def whole_ms(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
