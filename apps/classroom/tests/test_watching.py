"""The first pass and extra passes as pages: the doorstep, the cinema, its end, and the film itself."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.classroom.tests.conftest import Play
from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Video
from apps.progress.models import FIRST_PASS, Evidence, Summary, Viewing
from apps.progress.services import open_viewing
from apps.reminders.models import Rewatch

FIRST = "/c/autumn/videos/first/first/"
JSON = {"accept": "application/json"}


def viewing_at(video: Video, number: int = FIRST_PASS) -> Viewing | None:
    return Viewing.objects.filter(video=video, number=number).first()


@pytest.fixture
def begun(membership: Membership, video: Video, now: datetime) -> Viewing:
    """A first pass that was opened an hour ago."""
    opened_at = now - timedelta(hours=1)
    viewing = open_viewing(membership=membership, video=video, number=FIRST_PASS, now=opened_at)
    viewing.membership, viewing.video = membership, video
    return viewing


def test_looking_at_the_cinema_opens_no_pass(browser: Client, video: Video) -> None:
    answer = browser.get(FIRST)

    assert answer.status_code == 200
    assert viewing_at(video) is None


def test_playing_opens_the_pass_and_says_where_to_report(browser: Client, video: Video) -> None:
    answer = browser.post(FIRST, {"action": "open"}, headers=JSON)

    viewing = viewing_at(video)
    assert viewing is not None
    assert answer.json() == {"heartbeats": f"/api/v1/viewings/{viewing.pk}/heartbeats/"}


def test_playing_twice_is_one_pass(browser: Client, video: Video) -> None:
    once = browser.post(FIRST, {"action": "open"}, headers=JSON).json()

    assert browser.post(FIRST, {"action": "open"}, headers=JSON).json() == once
    assert Viewing.objects.count() == 1


def test_a_pass_opened_late_without_a_network_counts_from_its_page_on(
    browser: Client, video: Video, clock: time_machine.Traveller, now: datetime
) -> None:
    page = browser.get(FIRST).content.decode()
    token = re.findall(r'data-handed-out="([^"]+)"', page)[0]
    clock.move_to(now + timedelta(minutes=40))

    browser.post(FIRST, {"action": "open", "handed_out": token}, headers=JSON)

    viewing = viewing_at(video)
    assert viewing is not None
    assert viewing.opened_at == now


@pytest.mark.parametrize("token", ["", "forged", "WzEsMl0:1:x"])
def test_a_token_that_proves_nothing_opens_the_pass_now(
    browser: Client, video: Video, now: datetime, token: str
) -> None:
    browser.post(FIRST, {"action": "open", "handed_out": token}, headers=JSON)

    viewing = viewing_at(video)
    assert viewing is not None
    assert viewing.opened_at == now


def test_a_page_left_open_by_somebody_else_opens_no_pass(browser: Client, video: Video) -> None:
    answer = browser.post(FIRST, {"action": "open"}, headers=JSON | {"x-reader": "0"})

    assert answer.status_code == 401
    assert viewing_at(video) is None


def test_one_resumes_where_one_stopped(browser: Client, begun: Viewing, play: Play) -> None:
    play(begun, share=0.25)

    page = browser.get(FIRST).content.decode()

    assert 'data-start-ms="300000"' in page
    assert "5:00" in page


def test_at_the_end_one_resumes_at_what_was_left_out(
    browser: Client, begun: Viewing, play: Play
) -> None:
    play(begun)
    Viewing.objects.filter(pk=begun.pk).update(
        coverage=((0, 60_000), (90_000, 1_200_000)), covered_ms=1_170_000
    )

    assert 'data-start-ms="60000"' in browser.get(FIRST).content.decode()


def test_there_is_no_notes_pane_in_a_first_pass(browser: Client, begun: Viewing) -> None:
    page = browser.get(FIRST).content.decode()

    assert "<textarea" not in page


def test_a_watched_first_pass_is_finished_and_the_rewatch_exists(
    browser: Client, begun: Viewing, play: Play
) -> None:
    play(begun, share=0.95)

    answer = browser.post(FIRST, {"action": "finish"})

    begun.refresh_from_db()
    assert answer.headers["Location"] == FIRST
    assert begun.evidence == Evidence.TRACKED
    assert Rewatch.objects.get().due_on.isoformat() == "2026-11-06"
    assert "First pass done" in browser.get(FIRST).content.decode()


def test_too_little_watched_is_said_and_changes_nothing(
    browser: Client, begun: Viewing, play: Play
) -> None:
    play(begun, share=0.94)

    answer = browser.post(FIRST, {"action": "finish"}, follow=True)

    begun.refresh_from_db()
    assert not begun.is_completed
    assert "94 % of the video was played; 95 % finish the pass." in answer.content.decode()


def test_the_module_is_told_in_json_what_forbids_it(browser: Client, begun: Viewing) -> None:
    answer = browser.post(FIRST, {"action": "finish"}, headers=JSON)

    assert answer.status_code == 409
    assert answer.json()["code"] == "coverage_missing"


def test_watched_elsewhere_completes_the_pass_as_self_reported(
    browser: Client, video: Video
) -> None:
    asked = browser.get(f"{FIRST}?elsewhere")
    browser.post(FIRST, {"action": "self_report"})

    viewing = viewing_at(video)
    assert "marked as self-reported" in asked.content.decode()
    assert viewing is not None
    assert viewing.evidence == Evidence.SELF_REPORTED
    assert "Self-reported" in browser.get(FIRST).content.decode()


def test_a_self_reported_pass_can_be_watched_after_all(
    browser: Client, begun: Viewing, play: Play
) -> None:
    browser.post(FIRST, {"action": "self_report"})
    page = browser.get(f"{FIRST}?watch").content.decode()
    begun.refresh_from_db()
    said_at = begun.completed_at

    play(begun)

    begun.refresh_from_db()
    assert "data-player" in page
    assert "I watched it elsewhere" not in page
    assert (begun.evidence, begun.completed_at) == (Evidence.TRACKED, said_at)


def test_finishing_what_was_never_opened_is_not_found(browser: Client, video: Video) -> None:
    assert browser.post(FIRST, {"action": "finish"}).status_code == 404
    assert viewing_at(video) is None


def test_a_later_video_opens_after_a_warning_and_the_choice_is_recorded(
    browser: Client, coding_video: Video, now: datetime
) -> None:
    address = "/c/autumn/videos/coding/first/"

    warned = browser.get(address).content.decode()
    refused = browser.post(address, {"action": "open"}, headers=JSON)
    browser.post(address, {"action": "open", "override": "1"})

    assert "An earlier video comes first" in warned
    assert 'href="/c/autumn/videos/first/first/"' in warned
    assert refused.json()["code"] == "earlier_video_first"
    viewing = viewing_at(coding_video)
    assert viewing is not None
    assert viewing.order_overridden_at == now
    assert "data-player" in browser.get(address).content.decode()


def test_in_a_strict_cohort_there_is_no_way_past_the_order(
    browser: Client, cohort: Cohort, coding_video: Video
) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(order_rule=Cohort.OrderRule.STRICT)
    address = "/c/autumn/videos/coding/first/"

    page = browser.get(address).content.decode()
    elsewhere = browser.get(f"{address}?elsewhere").content.decode()
    browser.post(address, {"action": "open", "override": "1"})

    assert 'name="override"' not in page
    assert "An earlier video comes first" in elsewhere
    assert viewing_at(coding_video) is None


def test_too_many_rewatches_waiting_are_asked_about_first_and_no_wall(
    browser: Client, membership: Membership, video: Video, now: datetime
) -> None:
    Summary.objects.create(
        membership=membership, owed_first_passes=5, owed_second_passes=1, updated_at=now
    )

    page = browser.get(FIRST).content.decode()
    refused = browser.post(FIRST, {"action": "open"}, headers=JSON)
    answer = browser.post(FIRST, {"action": "open", "override": "1"}, follow=True)

    viewing = viewing_at(video)
    assert "You owe 4 rewatches. Do one first?" in page
    assert (refused.status_code, refused.json()["code"]) == (409, "rewatches_first")
    assert "data-player" in answer.content.decode()
    assert viewing is not None
    assert viewing.limit_overridden_at == now
    assert viewing.order_overridden_at is None


def test_an_extra_pass_is_numbered_after_the_others_and_finished_for_itself(
    browser: Client, first_pass: Viewing, video: Video, play: Play
) -> None:
    address = "/c/autumn/videos/first/again/"

    looked = browser.get(address)
    browser.post(address, {"action": "open"}, headers=JSON)

    extra = viewing_at(video, 3)
    assert looked.status_code == 200
    assert extra is not None
    Viewing.objects.filter(pk=extra.pk).update(opened_at=first_pass.opened_at)
    play(Viewing.objects.select_related("video", "membership__cohort").get(pk=extra.pk))
    browser.post(address, {"action": "finish"})
    extra.refresh_from_db()
    assert extra.is_completed
    assert Rewatch.objects.get().kept_at is None


def test_before_the_first_pass_there_is_no_extra_one(browser: Client, video: Video) -> None:
    page = browser.get("/c/autumn/videos/first/again/").content.decode()

    assert "The first pass comes first" in page


@pytest.mark.parametrize("action", ["", "dance"])
def test_an_action_nobody_knows_is_not_found(browser: Client, video: Video, action: str) -> None:
    assert browser.post(FIRST, {"action": action}).status_code == 404


def test_youtubes_own_player_corrects_an_approximate_length_once(
    browser: Client, video: Video
) -> None:
    Video.objects.filter(pk=video.pk).update(duration_is_approximate=True)

    accepted = browser.post(FIRST, {"action": "duration", "seconds": "1190"})
    refused = browser.post(FIRST, {"action": "duration", "seconds": "1100"})

    video.refresh_from_db()
    assert (accepted.status_code, refused.status_code) == (204, 409)
    assert video.duration_seconds == 1190


@pytest.mark.parametrize("seconds", ["", "-5", "NaN", "1e3", "٣", "99999999999"])
def test_a_length_that_is_no_number_is_refused(browser: Client, video: Video, seconds: str) -> None:
    answer = browser.post(FIRST, {"action": "duration", "seconds": seconds})

    assert answer.status_code == 422


def test_only_watch_pages_may_load_youtubes_player(browser: Client, video: Video) -> None:
    watching = browser.get(FIRST).headers["Content-Security-Policy"]
    about = browser.get("/c/autumn/videos/first/").headers["Content-Security-Policy"]

    assert "script-src 'self' https://www.youtube.com;" in f"{watching};"
    assert "frame-src https://www.youtube-nocookie.com;" in f"{watching};"
    assert "youtube" not in about


def test_pages_about_watching_are_kept_by_no_cache(browser: Client, video: Video) -> None:
    assert "no-store" in browser.get(FIRST).headers["Cache-Control"]


@pytest.mark.parametrize("page", ["first", "scaffold", "recall", "second", "again", ""])
def test_the_pages_are_the_learners_own(
    client: Client, page: str, video: Video, instructor: User, stranger: User
) -> None:
    address = f"/c/autumn/videos/first/{page}/" if page else "/c/autumn/videos/first/"

    assert client.get(address).status_code == 302
    client.force_login(instructor)
    assert client.get(address).status_code == 403
    client.force_login(stranger)
    assert client.get(address).status_code == 404
