"""A glance says what the whole state says."""

from datetime import UTC, datetime

from apps.progress.glance import OpenPass, completed_videos, open_passes, share_done
from apps.progress.models import FIRST_PASS, SECOND_PASS
from apps.progress.summary import PassState, VideoState

DONE = PassState(opened=True, permille=971, completed_at=datetime(2026, 11, 2, tzinfo=UTC))
UNDER_WAY = PassState(opened=True, permille=456, sittings=3, active_seconds=600)
SELF_REPORTED = PassState(opened=True, completed_at=datetime(2026, 11, 2, tzinfo=UTC))
PACKED = {
    key: state.to_json()
    for key, state in {
        "4": VideoState(first=DONE, second=UNDER_WAY),
        "7": VideoState(first=SELF_REPORTED),
        "9": VideoState(first=UNDER_WAY),
        "11": VideoState(first=PassState(opened=True)),
        "12": VideoState(second=DONE),
    }.items()
}


def test_open_passes_are_those_begun_and_not_completed() -> None:
    assert list(open_passes(PACKED)) == [
        OpenPass(video_id=4, number=SECOND_PASS, percent=45, sittings=3),
        OpenPass(video_id=9, number=FIRST_PASS, percent=45, sittings=3),
        OpenPass(video_id=11, number=FIRST_PASS, percent=0, sittings=0),
    ]


def test_completed_videos_are_told_by_number() -> None:
    assert completed_videos(PACKED, FIRST_PASS) == [4, 7]
    assert completed_videos(PACKED, SECOND_PASS) == [12]


def test_a_completed_pass_is_done_whole_whatever_its_coverage() -> None:
    assert share_done(PACKED["7"], FIRST_PASS) == 1.0
    assert share_done(PACKED["4"], SECOND_PASS) == 0.456
    assert share_done(PACKED["7"], SECOND_PASS) == 0.0
