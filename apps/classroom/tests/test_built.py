"""What was built along: a link or a file, seen by its learner and the instructors, never run."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError
from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.progress.built import keep_built
from apps.progress.models import Built, Viewing

BUILT = "/c/autumn/videos/first/built/"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def coding(second_pass: Viewing) -> Viewing:
    second_pass.video.is_coding = True
    second_pass.video.save(update_fields=["is_coding"])
    return second_pass


def notebook(name: str = "mine.ipynb", content: bytes = b"{}") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_link_is_kept_and_shown(browser: Client, coding: Viewing) -> None:
    browser.post(BUILT, {"link": "https://example.org/mine"})

    assert Built.objects.get().link == "https://example.org/mine"
    for page in ("videos/first/", "videos/first/second/", "videos/first/built/", "roadmap/"):
        shown = browser.get(f"/c/autumn/{page}").content.decode()
        assert 'href="https://example.org/mine"' in shown


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x", "https://", "x"],
)
def test_only_web_addresses_are_links(browser: Client, coding: Viewing, link: str) -> None:
    answer = browser.post(BUILT, {"link": link})

    assert answer.status_code == 422
    assert not Built.objects.exists()


@pytest.mark.parametrize(
    ("name", "size"), [("page.html", 2), ("run.svg", 2), ("big.zip", 10 * 2**20 + 1), ("no.py", 0)]
)
def test_files_have_a_kind_and_a_size(
    browser: Client, coding: Viewing, name: str, size: int
) -> None:
    answer = browser.post(BUILT, {"file": notebook(name, b"x" * size)})

    assert answer.status_code == 422
    assert not Built.objects.exists()


def test_a_file_is_saved_and_never_shown(browser: Client, coding: Viewing, media: Path) -> None:
    browser.post(
        BUILT, {"file": notebook('<img src=x onerror="run">.ipynb', b"<script>1</script>")}
    )

    built = Built.objects.get()
    answer = browser.get(f"/built/{built.pk}/")
    assert b"".join(answer.streaming_content) == b"<script>1</script>"  # type: ignore[attr-defined]  # a FileResponse
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "<img src=x" not in browser.get(BUILT).content.decode()
    assert "img" not in str(built.file.name)


def test_its_learner_and_instructors_open_it_and_nobody_else(
    browser: Client,
    coding: Viewing,
    instructor: User,
    observer: User,
    cohort_mate: User,
    stranger: User,
) -> None:
    browser.post(BUILT, {"file": notebook()})
    address = f"/built/{Built.objects.get().pk}/"

    opened = {
        user.email: signed_in(user).get(address).status_code
        for user in (instructor, observer, cohort_mate, stranger)
    }

    assert list(opened.values()) == [200, 404, 404, 404]


def test_another_file_takes_its_place_and_it_can_be_taken_away(
    browser: Client,
    coding: Viewing,
    media: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(BUILT, {"file": notebook()})
        browser.post(BUILT, {"file": notebook("second.py", b"x = 1")})
    assert len(files(media)) == 1

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(BUILT, {"action": "remove"})

    assert not Built.objects.exists()
    assert files(media) == []


def test_the_file_of_a_deleted_person_goes_once_that_is_certain(
    browser: Client,
    coding: Viewing,
    learner: User,
    media: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    browser.post(BUILT, {"file": notebook()})

    with django_capture_on_commit_callbacks(execute=True):
        learner.delete()
        assert len(files(media)) == 1

    assert not Built.objects.exists()
    assert files(media) == []


def test_a_file_that_no_row_came_to_name_is_not_left_behind(
    coding: Viewing, media: Path, now: datetime
) -> None:
    # A name that PostgreSQL refuses.
    with pytest.raises(DataError):
        keep_built(viewing=coding, file=notebook("no\x00name.py"), now=now)

    assert files(media) == []


def test_the_instructor_finds_it_on_the_learners_page(
    browser: Client, coding: Viewing, instructor: User, observer: User, membership: Membership
) -> None:
    browser.post(BUILT, {"link": "https://example.org/mine"})
    page = f"/teach/autumn/learners/{membership.pk}/"

    assert "https://example.org/mine" in signed_in(instructor).get(page).content.decode()
    assert "https://example.org/mine" not in signed_in(observer).get(page).content.decode()


def test_a_video_without_code_asks_for_nothing(browser: Client, second_pass: Viewing) -> None:
    second_pass.video.is_coding = False
    second_pass.video.save(update_fields=["is_coding"])

    assert browser.get(BUILT).status_code == 404
