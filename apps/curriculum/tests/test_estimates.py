"""Hours: the method's sum, the author's word, and what is said where they differ."""

import pytest

from apps.curriculum.document import CurriculumDocument
from apps.curriculum.estimates import Estimate, Verdict
from apps.curriculum.templatetags.estimates import both_passes, said_hours
from apps.curriculum.texts import Hours

HOUR = 3600


def test_the_roadmap_takes_66_to_88_hours_and_not_50(roadmap: CurriculumDocument) -> None:
    estimate = Estimate(sum(video.duration_seconds for video in roadmap.videos), roadmap.hours)

    assert estimate.once_seconds == 1327 * 60
    assert both_passes(estimate) == "66–88 h"
    assert estimate.verdict == Verdict.TOO_LITTLE
    assert round(estimate.room_low, 1) == 1.3


def test_each_phase_of_the_roadmap_says_whether_its_hours_agree(
    roadmap: CurriculumDocument,
) -> None:
    estimates = [
        Estimate(sum(video.duration_seconds for video in phase.videos), phase.hours)
        for phase in roadmap.phases
    ]

    assert [both_passes(estimate) for estimate in estimates] == ["9–12 h", "44–58 h", "14–18 h"]
    assert [estimate.verdict for estimate in estimates] == [
        Verdict.AGREES,
        Verdict.TOO_LITTLE,
        Verdict.ONE_WATCHING,
    ]
    assert (round(estimates[1].room_low, 2), round(estimates[1].room_high, 2)) == (1.06, 1.75)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1, 1, Verdict.ONE_WATCHING),
        (1, 2, Verdict.TOO_LITTLE),
        (2, 2, Verdict.TOO_LITTLE),
        (1, 3, Verdict.AGREES),
        (3, 3, Verdict.AGREES),
        (4, 9, Verdict.AGREES),
        (5, 9, Verdict.TOO_MUCH),
    ],
)
def test_two_estimates_agree_when_their_ranges_meet(low: int, high: int, verdict: Verdict) -> None:
    # One hour of video takes three to four hours in both passes.
    assert Estimate(HOUR, Hours(low, high)).verdict == verdict


def test_nothing_is_said_where_there_is_nothing_to_compare() -> None:
    assert Estimate(HOUR, None).verdict == Verdict.NOTHING_SAID
    assert Estimate(0, Hours(1, 2)).verdict == Verdict.NOTHING_SAID
    assert Estimate(0, Hours(1, 2)).room_high == 0


def test_short_videos_are_told_in_minutes() -> None:
    assert both_passes(Estimate(102, None)) == "5–7 min"
    assert said_hours(Hours(5, 5)) == "about 5 h"
    assert said_hours(Hours(10, 15)) == "10–15 h"
