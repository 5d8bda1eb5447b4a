"""The videos that the demo draws: they play, they are as long as they say, and they are made once."""

import re
from pathlib import Path

import av
import pytest

from local.demo_stories import STORIES, Story
from local.demo_video import captions, make_demo_videos, make_video

SECONDS = 4
CUE = re.compile(r"(\d\d):(\d\d):(\d\d\.\d{3}) --> (\d\d):(\d\d):(\d\d\.\d{3})")


@pytest.fixture(params=sorted(STORIES))
def story(request: pytest.FixtureRequest) -> Story:
    return STORIES[request.param]


def test_a_video_has_picture_and_sound_of_its_length(story: Story, tmp_path: Path) -> None:
    path = make_video(story, tmp_path, SECONDS)

    with av.open(str(path)) as container:
        (picture,), (sound,) = container.streams.video, container.streams.audio
        assert (picture.codec_context.name, picture.width, picture.height) == ("vp8", 640, 360)
        assert sound.codec_context.name == "opus"
        assert container.duration is not None
        assert container.duration / 1_000_000 == pytest.approx(SECONDS, abs=0.1)
        frames = [frame for packet in container.demux(picture) for frame in packet.decode()]
    assert len(frames) == SECONDS * 12


def test_the_same_call_gives_the_same_bytes(tmp_path: Path) -> None:
    once, again = (
        make_video(STORIES["two-passes"], tmp_path / name, 2).read_bytes() for name in ("a", "b")
    )

    assert once == again


@pytest.mark.parametrize("language", ["en", "ru"])
def test_captions_follow_each_other_to_the_end(story: Story, language: str) -> None:
    text = captions(story, language)

    assert text.startswith("WEBVTT\n\n")
    moments = []
    for match in CUE.findall(text):
        (_, minutes, seconds), (_, until_minutes, until_seconds) = match[:3], match[3:]
        moments += [
            int(minutes) * 60 + float(seconds),
            int(until_minutes) * 60 + float(until_seconds),
        ]
    assert len(moments) == 2 * len(story.cues)
    assert moments == sorted(moments)
    assert moments[-1] <= story.seconds


def test_what_is_there_is_not_drawn_again(tmp_path: Path) -> None:
    for name in STORIES:
        (tmp_path / "try-it").mkdir(exist_ok=True)
        (tmp_path / "try-it" / f"{name}.webm").write_bytes(b"here")

    assert make_demo_videos(tmp_path) == []


def test_beside_the_video_lie_its_captions_and_nothing_else(tmp_path: Path) -> None:
    make_video(STORIES["two-passes"], tmp_path, 2)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "two-passes.en.vtt",
        "two-passes.ru.vtt",
        "two-passes.webm",
    ]
