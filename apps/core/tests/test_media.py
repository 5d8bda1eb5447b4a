"""Files of MEDIA_ROOT over HTTP: parts, conditions, and no way out of the folder."""

from pathlib import Path

import pytest
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from apps.core.media import media_response

CONTENT = bytes(range(256)) * 1000
SIZE = len(CONTENT)


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> Path:
    root = tmp_path / "media"
    (root / "try-it").mkdir(parents=True)
    (root / "try-it" / "film.webm").write_bytes(CONTENT)
    (root / "try-it" / "film.en.vtt").write_text("WEBVTT\n")
    (tmp_path / "secret.txt").write_text("not yours")
    settings.MEDIA_ROOT = str(root)
    return root


def asked(method: str = "get", name: str = "try-it/film.webm", **headers: str) -> HttpResponseBase:
    request = getattr(RequestFactory(), method)("/any/", headers=headers)
    return media_response(request=request, name=name)


def body(answer: HttpResponseBase) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer)


def test_without_a_range_the_whole_file_comes_with_its_type_and_length() -> None:
    answer = asked()

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "video/webm"
    assert answer.headers["Content-Length"] == str(SIZE)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert body(answer) == CONTENT


def test_captions_are_served_as_webvtt() -> None:
    answer = asked(name="try-it/film.en.vtt")

    assert answer.headers["Content-Type"] == "text/vtt"


@pytest.mark.parametrize(
    ("header", "expected", "content_range"),
    [
        ("bytes=0-99", CONTENT[:100], "bytes 0-99/256000"),
        ("bytes=-100", CONTENT[-100:], "bytes 255900-255999/256000"),
        ("bytes=255000-", CONTENT[255000:], "bytes 255000-255999/256000"),
        ("bytes=0-0", CONTENT[:1], "bytes 0-0/256000"),
        ("bytes=70000-140000", CONTENT[70000:140001], "bytes 70000-140000/256000"),
    ],
)
def test_one_range_is_answered_with_206_and_exactly_those_bytes(
    header: str, expected: bytes, content_range: str
) -> None:
    answer = asked(range=header)

    assert answer.status_code == 206
    assert answer.headers["Content-Length"] == str(len(expected))
    assert answer.headers["Content-Range"] == content_range
    assert body(answer) == expected


def test_a_range_behind_the_end_is_answered_with_416_and_the_size() -> None:
    answer = asked(range=f"bytes={SIZE}-")

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("header", ["bytes=0-0,5-6", "lines=1-2", "bytes=zero-", "bytes=9-1"])
def test_what_is_no_single_byte_range_is_answered_with_the_whole_file(header: str) -> None:
    answer = asked(range=header)

    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(SIZE)


def test_if_range_with_the_current_tag_gives_the_part() -> None:
    etag = asked().headers["ETag"]

    assert asked(**{"range": "bytes=0-9", "if-range": etag}).status_code == 206


@pytest.mark.parametrize("stale", ['"another"', "Wed, 21 Oct 2015 07:28:00 GMT", "nonsense"])
def test_if_range_about_another_file_gives_the_whole_one(stale: str) -> None:
    assert asked(**{"range": "bytes=0-9", "if-range": stale}).status_code == 200


def test_if_range_with_the_exact_date_gives_the_part() -> None:
    modified = asked().headers["Last-Modified"]

    assert asked(**{"range": "bytes=0-9", "if-range": modified}).status_code == 206


def test_an_unchanged_file_is_not_sent_again() -> None:
    etag = asked().headers["ETag"]

    answer = asked(**{"if-none-match": etag})

    assert answer.status_code == 304
    assert answer.headers["ETag"] == etag


def test_head_tells_length_and_ranges_without_a_body() -> None:
    answer = asked("head", range="bytes=0-9")

    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(SIZE)
    assert not answer.streaming


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "try-it/../../secret.txt",
        "/etc/hostname",
        "try-it",
        "",
        "try-it/absent.webm",
        "try-it/film.webm/more",
        "try-it/film.webm\0.vtt",
        "x" * 5000,
    ],
)
def test_no_name_leads_out_of_the_folder_or_to_a_directory(name: str) -> None:
    with pytest.raises(Http404):
        asked(name=name)


def test_a_link_out_of_the_folder_is_not_followed(media_root: Path) -> None:
    (media_root / "try-it" / "link.webm").symlink_to(media_root.parent / "secret.txt")

    with pytest.raises(Http404):
        asked(name="try-it/link.webm")


def test_behind_a_reverse_proxy_the_proxy_sends_the_bytes(settings: Settings) -> None:
    settings.MEDIA_ACCEL_PREFIX = "/protected-media/"

    answer = asked(range="bytes=0-9")

    assert answer.status_code == 200
    assert answer.headers["X-Accel-Redirect"] == "/protected-media/try-it/film.webm"
    assert answer.headers["Content-Type"] == "video/webm"
