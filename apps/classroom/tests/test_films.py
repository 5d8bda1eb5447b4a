"""Where films come from: our own files in parts, other sites, and which of them a device has chosen."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from apps.accounts.models import User
from apps.curriculum.models import Provider, Video
from apps.curriculum.selectors import forget_outlines

FIRST = "/c/autumn/videos/first/first/"
JSON = {"accept": "application/json"}


@pytest.fixture
def film(video: Video, tmp_path: Path, settings: Settings) -> Video:
    """The first video as a file of our own, with English captions."""
    settings.MEDIA_ROOT = str(tmp_path)
    (tmp_path / "film.webm").write_bytes(b"0123456789")
    (tmp_path / "film.en.vtt").write_text("WEBVTT\n")
    video.provider, video.address = Video.Provider.FILE, "film.webm"
    video.captions = [{"language": "en", "address": "film.en.vtt"}]
    video.save()
    return video


def test_the_film_comes_in_parts_to_the_cohorts_members(
    client: Client, film: Video, learner: User, instructor: User
) -> None:
    for person in (learner, instructor):
        client.force_login(person)
        answer = client.get("/c/autumn/videos/first/media/", headers={"range": "bytes=2-5"})
        assert answer.status_code == 206
        assert b"".join(answer) == b"2345"


def test_strangers_and_visitors_get_no_film(
    client: Client, film: Video, stranger: User, other_instructor: User
) -> None:
    anonymous = client.get("/c/autumn/videos/first/media/")
    assert anonymous.status_code == 302
    for person in (stranger, other_instructor):
        client.force_login(person)
        assert client.get("/c/autumn/videos/first/media/").status_code == 404
        assert client.get("/c/autumn/videos/first/captions/en/").status_code == 404


def test_captions_come_in_the_languages_there_are(browser: Client, film: Video) -> None:
    assert browser.get("/c/autumn/videos/first/captions/en/").status_code == 200
    assert browser.get("/c/autumn/videos/first/captions/ru/").status_code == 404


def test_a_youtube_video_has_no_file(browser: Client, video: Video) -> None:
    assert browser.get("/c/autumn/videos/first/media/").status_code == 404


def test_a_film_that_is_gone_from_the_disk_is_not_found(
    browser: Client, film: Video, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "film.webm").unlink()

    assert browser.get("/c/autumn/videos/first/media/").status_code == 404


@pytest.fixture
def three_places(film: Video, settings: Settings) -> Video:
    """The film here, as another file in Russian, and behind a link."""
    (Path(settings.MEDIA_ROOT) / "film.ru.webm").write_bytes(b"abcdefghij")
    film.sources.create(position=2, provider=Provider.FILE, address="film.ru.webm", language="ru")
    film.sources.create(position=3, provider=Provider.LINK, address="https://www.video.example/7")
    forget_outlines()
    return film


def test_the_learner_picks_a_place_and_this_device_remembers_it(
    browser: Client, three_places: Video
) -> None:
    before = browser.get(FIRST).content.decode()
    answer = browser.post("/c/autumn/videos/first/source/", {"page": "first", "source": "2"})
    after = browser.get(FIRST).content.decode()

    assert answer.headers["Location"] == FIRST
    assert "this site, Russian" in before
    assert '<button name="source" value="3">video.example</button>' in before
    assert '<source src="/c/autumn/videos/first/media/">' in before
    assert '<source src="/c/autumn/videos/first/media/?source=2">' in after
    assert "Spoken language: Russian" in after
    assert b"".join(browser.get("/c/autumn/videos/first/media/?source=2")) == b"abcdefghij"


def test_a_link_leads_away_and_asks_for_ones_word(browser: Client, three_places: Video) -> None:
    browser.post("/c/autumn/videos/first/source/", {"page": "first", "source": "3"})

    page = browser.get(FIRST).content.decode()

    assert "This film plays on another site." in page
    assert 'href="https://www.video.example/7" target="_blank" rel="noopener noreferrer"' in page
    assert "<video" not in page


@pytest.mark.parametrize(("page", "source"), [("first", "9"), ("settings", "2"), ("first", "")])
def test_a_place_that_is_not_there_cannot_be_picked(
    browser: Client, three_places: Video, page: str, source: str
) -> None:
    answer = browser.post("/c/autumn/videos/first/source/", {"page": page, "source": source})

    assert answer.status_code == 404


@pytest.mark.parametrize("source", ["3", "9", "0", "-1", "٢", "99999"])
def test_only_files_have_bytes(browser: Client, three_places: Video, source: str) -> None:
    answer = browser.get(f"/c/autumn/videos/first/media/?source={source}")

    assert answer.status_code == 404
