"""Time zones as people choose them: the canonical names, each with the time it is there now."""

import zoneinfo
from datetime import datetime
from functools import cache

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


def zone_choices(now: datetime, current: str = DEFAULT_ZONE) -> list[tuple[str, str]]:
    """Choices for a select: "Europe/Warsaw, 17:44"; the person's own zone is always among them."""
    names = offered_zones()
    if current not in names:
        names = (current, *names)
    return [
        (name, f"{name.replace('_', ' ')}, {now.astimezone(zoneinfo.ZoneInfo(name)):%-H:%M}")
        for name in names
    ]
