"""The curriculum `try-it` and the videos that are drawn for it fit each other."""

from pathlib import Path

from django.conf import settings

from apps.curriculum.document import read_document
from local.demo_stories import STORIES


def test_the_videos_of_try_it_are_those_that_are_drawn() -> None:
    document = read_document((Path(settings.ROOT) / "curricula" / "try-it.yaml").read_bytes())

    assert document.slug == "try-it"
    assert {v.address: v.duration_seconds for v in document.videos} == {
        f"try-it/{story.name}.webm": story.seconds for story in STORIES.values()
    }
    for video in document.videos:
        stem = video.address.removesuffix(".webm")
        assert [c.address for c in video.captions] == [f"{stem}.en.vtt", f"{stem}.ru.vtt"]
