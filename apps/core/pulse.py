"""The pulse: beat asks for it, a worker gives it, the cache keeps its moment.

It goes the way of every real task, so an old one means that work is not being done.
"""

from datetime import UTC, datetime

from django.core.cache import cache

KEY = "core:pulse"


def record_pulse(*, now: datetime) -> None:
    """Keep `now` as the moment of the last pulse."""
    cache.set(KEY, now.timestamp(), timeout=None)


def forget_pulse() -> None:
    """Count from nothing, so that the pulse of an earlier run proves nothing about this one."""
    cache.delete(KEY)


def last_pulse_at() -> datetime | None:
    """When a worker last answered beat; None when never."""
    seconds: float | None = cache.get(KEY)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
