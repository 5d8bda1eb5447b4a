"""The order of first passes, and the night between the two passes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from apps.progress.order import Place, earlier_video, slept_between

PLACES = [
    Place(video_id=10, position=1, is_bonus=False),
    Place(video_id=20, position=2, is_bonus=True),
    Place(video_id=30, position=3, is_bonus=False),
    Place(video_id=40, position=4, is_bonus=False),
]


@pytest.mark.parametrize(
    ("video_id", "completed", "earlier"),
    [
        (10, set(), None),
        (20, set(), 10),
        (30, {10}, None),  # the bonus video never blocks
        (40, {10}, 30),
        (40, {30}, 10),
        (40, {10, 30}, None),
    ],
)
def test_the_first_owed_video_before_this_one_stands_in_the_way(
    video_id: int, completed: set[int], earlier: int | None
) -> None:
    assert earlier_video(PLACES, video_id=video_id, completed=completed) == earlier


@pytest.mark.parametrize(
    ("zone", "slept"), [("Europe/Warsaw", False), ("Asia/Tokyo", True), ("America/Lima", False)]
)
def test_the_night_is_that_of_the_learner_s_zone(zone: str, slept: bool) -> None:
    completed_at = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    now = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)

    assert slept_between(completed_at=completed_at, now=now, zone=ZoneInfo(zone)) is slept
