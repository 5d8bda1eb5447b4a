"""What a `Range` header asks of a file of 1000 bytes, case by case (RFC 9110, section 14)."""

import pytest

from apps.core.ranges import ByteRange, RangeNotSatisfiable, asked_range

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-499", 0, 499),
        ("bytes=500-999", 500, 999),
        ("bytes=0-0", 0, 0),
        ("bytes=999-999", 999, 999),
        ("bytes=500-", 500, 999),
        ("bytes=0-", 0, 999),
        ("bytes=-1", 999, 999),
        ("bytes=-500", 500, 999),
        ("bytes=-5000", 0, 999),
        ("bytes=900-5000", 900, 999),
        ("  bytes=0-9 ", 0, 9),
    ],
)
def test_one_range_is_answered_with_its_bytes(header: str, first: int, last: int) -> None:
    part = asked_range(header=header, size=SIZE)

    assert part == ByteRange(first=first, last=last, size=SIZE)
    assert part.length == last - first + 1
    assert part.content_range == f"bytes {first}-{last}/1000"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=abc-",
        "bytes=5-4",
        "bytes=--5",
        "bytes=1.5-2",
        "bytes=0-0,5-6",
        "bytes=0-0, -1",
        "seconds=0-10",
        "bytes=٣-٤",
        f"bytes={'9' * 400}-",
        "bytes=0-10; drop",
    ],
)
def test_bad_syntax_other_units_and_several_ranges_mean_the_whole_file(header: str) -> None:
    assert asked_range(header=header, size=SIZE) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=5000-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        asked_range(header=header, size=SIZE)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-1"])
def test_an_empty_file_has_no_range(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        asked_range(header=header, size=0)
