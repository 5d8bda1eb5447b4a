"""Time zones as people choose them: the canonical names, each with the time it is there now."""

import zoneinfo
from datetime import datetime
from functools import cache

from django.utils.translation import gettext as _

from apps.core.errors import InvalidValue

DEFAULT_ZONE = "UTC"


@cache
def known_zones() -> frozenset[str]:
    """Every name of the pinned tzdata, old spellings included: what a browser may send."""
    return frozenset(zoneinfo.available_timezones())


@cache
def offered_zones() -> tuple[str, ...]:
    """The names worth choosing from: a region and a city each, and UTC."""
    regions = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return (DEFAULT_ZONE, *sorted(zone for zone in known_zones() if zone.startswith(regions)))


def zone_or_default(name: str) -> str:
    """The zone a browser named, or UTC when it is none."""
    return name if name in known_zones() else DEFAULT_ZONE


def checked_zone(name: str) -> str:
    """The name, if it is a zone of the pinned tzdata; InvalidValue otherwise."""
    if name not in known_zones():
        raise InvalidValue(
            _("“%(zone)s” is not a time zone we know.") % {"zone": name}, field="time_zone"
        )
    return name


def zone_choices(now: datetime, current: str = DEFAULT_ZONE) -> list[tuple[str, str]]:
    """Choices for a select: "Europe/Warsaw, 17:44"; the person's own zone is always among them."""
    names = offered_zones()
    if current not in names:
        names = (current, *names)
    return [
        (name, f"{name.replace('_', ' ')}, {now.astimezone(zoneinfo.ZoneInfo(name)):%-H:%M}")
        for name in names
    ]
