"""What people paste to add videos."""

import pytest

from apps.curriculum.draft.pasting import PastedVideo, read_pasted, youtube_id_of

ID = "aircAruvnKk"


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.youtube.com/watch?v={ID}",
        f"https://youtube.com/watch?list=PLx&v={ID}&t=42s",
        f"http://m.youtube.com/watch?v={ID}&index=2",
        f"youtube.com/watch?v={ID}",
        f"https://music.youtube.com/watch?v={ID}",
        f"https://youtu.be/{ID}",
        f"https://youtu.be/{ID}?t=42&si=abc",
        f"youtu.be/{ID}",
        f"https://www.youtube.com/shorts/{ID}",
        f"https://www.youtube.com/shorts/{ID}?feature=share",
        f"https://www.youtube.com/embed/{ID}?start=3",
        f"https://www.youtube-nocookie.com/embed/{ID}",
        f"https://www.youtube.com/live/{ID}?si=abc",
    ],
)
def test_every_form_of_a_link_names_its_video(link: str) -> None:
    assert youtube_id_of(link) == ID
    assert read_pasted(link).videos == (PastedVideo(1, "youtube", ID),)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.youtube.com/playlist?list=PLZHQObOWTQDNU6R1_67000Dx_ZCJB-3pi",
        "https://www.youtube.com/@3blue1brown",
        "https://youtu.be/short",
        f"https://evil.example/watch?v={ID}",
        f"https://youtube.com.evil.example/watch?v={ID}",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_videos_link_is_refused_by_its_line(text: str) -> None:
    assert youtube_id_of(text) == ""
    read = read_pasted(f"\n{text}")
    assert (read.videos, [fault.line for fault in read.faults]) == ((), [2])


def test_a_whole_playlists_link_says_what_to_paste_instead() -> None:
    (fault,) = read_pasted("https://www.youtube.com/playlist?list=PLabc").faults
    assert "Paste its videos" in fault.reason


@pytest.mark.parametrize(
    ("line", "title", "author", "seconds"),
    [
        (f"But what is a network? | {ID} | 18:40", "But what is a network?", "", 1120),
        (f"youtu.be/{ID}\tA, b, and c\t3Blue1Brown\t1:02:03", "A, b, and c", "3Blue1Brown", 3723),
        (f"1. Gradient descent – https://youtu.be/{ID} (20:33)", "Gradient descent", "", 1233),
        (f"Gradient descent, how machines learn, {ID}, 20:33", "Gradient descent, how machines learn", "", 1233),
        (f"Introduction; https://www.youtube.com/watch?v={ID}&t=3s; 9:05", "Introduction", "", 545),
        (f"Programming | {ID} | 1:00", "Programming", "", 60),
        (ID, "", "", 0),
    ],
)  # fmt: skip
def test_a_line_may_have_its_columns_in_any_order(
    line: str, title: str, author: str, seconds: int
) -> None:
    read = read_pasted(line)

    assert read.faults == ()
    assert read.videos == (PastedVideo(1, "youtube", ID, title, author, seconds),)


def test_a_channel_of_eleven_letters_is_no_id() -> None:
    read = read_pasted(f"One | 3Blue1Brown | {ID} | 1:00\nTwo | 3Blue1Brown | bbbbbbbbbb1 | 2:00")

    assert [each.address for each in read.videos] == [ID, "bbbbbbbbbb1"]
    assert [each.author for each in read.videos] == ["3Blue1Brown", "3Blue1Brown"]


def test_headings_comments_and_empty_lines_are_passed_over() -> None:
    read = read_pasted(f"title | link | length\n\n# mine\nOne | {ID} | 1:00\nbread/oven.webm\n")

    assert [(each.line, each.address) for each in read.videos] == [(4, ID), (5, "bread/oven.webm")]


def test_lists_of_other_tools_are_read_too() -> None:
    text = f"""{{"title": "A playlist", "entries": [
      {{"id": "{ID}", "title": "One", "duration": 1120.0, "channel": "Grant"}},
      {{"url": "https://youtu.be/bbbbbbbbbb1", "title": "Two", "duration": "12:00"}}]}}"""

    assert read_pasted(text).videos == (
        PastedVideo(2, "youtube", ID, "One", "Grant", 1120),
        PastedVideo(3, "youtube", "bbbbbbbbbb1", "Two", "", 720),
    )


def test_every_fault_names_its_own_line() -> None:
    read = read_pasted(
        f"One | {ID}\nTwo without anything\nAgain https://youtu.be/{ID}\nThree cccccccc1c1 bbbbbbbbbb1"
    )

    assert [(fault.line, fault.reason.split(";")[0]) for fault in read.faults] == [
        (2, "No YouTube link or id stands here, and no file."),
        (3, "This video stands here a second time"),
        (4, "Several videos stand on this line"),
    ]
