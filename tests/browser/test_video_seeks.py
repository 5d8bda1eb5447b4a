"""The riskiest thing, proved: a film made by a wheel plays and seeks in Chromium through our own view,
and what was played reaches PostgreSQL, also after a time without a network."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Response

from local.site import Site
from tests.browser.watching import Watcher, film, make_watcher, playing, ready, until

pytestmark = pytest.mark.whole_stack

SignIn = Callable[[Page, str], None]
FILM = "film"


@pytest.fixture(scope="module")
def watcher(site: Site) -> Watcher:
    return make_watcher(site, "seeker", seconds=48)


def at_the_cinema(page: Page, let_in: SignIn, watcher: Watcher) -> None:
    let_in(page, watcher.email)
    page.goto(watcher.address(FILM, "first"))
    ready(page)


def test_the_film_seeks_by_asking_for_a_part_of_it(
    page: Page, let_in: SignIn, watcher: Watcher
) -> None:
    parts: list[Response] = []
    page.on("response", lambda answer: parts.append(answer) if "/media/" in answer.url else None)
    let_in(page, watcher.email)
    # So slow that the end of the film cannot have come by itself.
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 10, "downloadThroughput": 60_000, "uploadThroughput": 60_000},
    )
    page.goto(watcher.address(FILM, "first"))
    ready(page)

    page.locator("[data-scrub]").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    until(page, "!document.querySelector('video').seeking")

    assert film(page, "currentTime") == pytest.approx(43, abs=0.1)
    assert film(page, "readyState") >= 2
    ranges = [answer.headers.get("content-range", "") for answer in parts if answer.status == 206]
    assert ranges[0].startswith("bytes 0-")
    assert any(not found.startswith("bytes 0-") for found in ranges), ranges


def test_picture_and_sound_are_played(page: Page, let_in: SignIn, watcher: Watcher) -> None:
    at_the_cinema(page, let_in, watcher)

    # Over the first chime.
    page.evaluate("document.querySelector('video').currentTime = 15.5")
    page.keyboard.press("k")
    playing(page, past=18)

    assert film(page, "videoWidth") == 640
    assert film(page, "getVideoPlaybackQuality().totalVideoFrames") > 10
    assert film(page, "webkitAudioDecodedByteCount") > 1000
    assert film(page, "error") is None
    assert film(page, "textTracks[0].mode") == "showing"


def test_what_was_played_reaches_postgresql(page: Page, site: Site, let_in: SignIn) -> None:
    watcher = make_watcher(site, "player", seconds=48)
    at_the_cinema(page, let_in, watcher)
    assert watcher.viewings(FILM) == []

    page.keyboard.press(" ")
    playing(page, past=3)
    with page.expect_response("**/heartbeats/") as report:
        page.keyboard.press(" ")
    stopped_at = film(page, "currentTime") * 1000

    assert report.value.status == 202
    (viewing,) = watcher.viewings(FILM)
    assert viewing["number"] == 1
    ((begin, end),) = viewing["coverage"]
    assert begin == 0
    assert end == pytest.approx(stopped_at, abs=300)
    assert viewing["active"] in (2, 3, 4)
    assert viewing["pauses"] == 1

    page.reload()
    ready(page)
    assert film(page, "currentTime") == pytest.approx(end / 1000, abs=0.1)


def test_leaving_the_page_reports_what_was_played_last(
    page: Page, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "leaver", seconds=48)
    at_the_cinema(page, let_in, watcher)
    page.keyboard.press("k")
    playing(page, past=2)

    page.goto(watcher.address(FILM))
    page.locator("h1").wait_for()

    page.wait_for_timeout(500)
    (viewing,) = watcher.viewings(FILM)
    assert viewing["covered_ms"] >= 1900


def test_what_is_watched_without_a_network_is_sent_later(
    browser: Browser, site: Site, let_in: SignIn
) -> None:
    # A context of its own: the browser itself complains about the missing network.
    watcher = make_watcher(site, "traveller", seconds=48)
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    at_the_cinema(page, let_in, watcher)
    page.keyboard.press("k")
    playing(page, past=1)
    page.keyboard.press("k")
    page.wait_for_timeout(500)

    context.set_offline(True)
    page.keyboard.press("k")
    playing(page, past=3)
    page.keyboard.press("k")
    page.get_by_text("No connection. What you watch is kept on this device").wait_for()
    (before,) = watcher.viewings(FILM)
    with page.expect_response("**/heartbeats/"):
        context.set_offline(False)
    page.locator("[data-report]").wait_for(state="hidden")

    (after,) = watcher.viewings(FILM)
    context.close()
    assert before["covered_ms"] < 2000
    assert after["covered_ms"] >= 2900
    assert len(after["coverage"]) == 1
