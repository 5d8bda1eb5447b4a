"""A glance at the packed states of `Summary.videos` without making objects of them.

A dashboard of 10,000 learners looks at a few of their facts and throws the rest away; building a
`VideoState` for each would cost most of the page's time. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Packed = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class OpenPass:
    """A pass that was opened and is not completed."""

    video_id: int
    number: int
    percent: int
    sittings: int


def open_passes(videos: Packed) -> Iterator[OpenPass]:
    """Every pass that is under way, in the order of the videos' ids (PostgreSQL sorts the keys)."""
    for key, passes in videos.items():
        for name, packed in passes.items():
            if packed and "t" not in packed:
                yield OpenPass(
                    video_id=int(key),
                    number=int(name),
                    percent=packed.get("c", 0) // 10,
                    sittings=packed.get("s", 0),
                )


def completed_videos(videos: Packed, number: int) -> list[int]:
    """Ids of the videos whose pass of this number is completed."""
    name = str(number)
    return [int(key) for key, passes in videos.items() if "t" in passes.get(name, ())]


def share_done(passes: Mapping[str, Mapping[str, Any]], number: int) -> float:
    """How much of one video's pass is behind the learner: 1.0 when completed, else its coverage."""
    packed = passes.get(str(number))
    if not packed:
        return 0.0
    return 1.0 if "t" in packed else float(packed.get("c", 0)) / 1000
