"""In which order first passes go, and when a second pass may begin. Pure.

Rules 1 and 4 of the method: bonus videos never block; a night's sleep lies between the passes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Place:
    """A video's place in a revision."""

    video_id: int
    position: int
    is_bonus: bool


def earlier_video(
    places: Iterable[Place], *, video_id: int, completed: Collection[int]
) -> int | None:
    """The first earlier video whose first pass is still owed, or None when nothing stands before."""
    ordered = sorted(places, key=lambda place: place.position)
    for place in ordered:
        if place.video_id == video_id:
            return None
        if not place.is_bonus and place.video_id not in completed:
            return place.video_id
    return None


def slept_between(*, completed_at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the learner's calendar day has changed since the first pass was completed."""
    return now.astimezone(zone).date() > completed_at.astimezone(zone).date()
