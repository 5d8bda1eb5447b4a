"""YouTube's player by a stand-in that behaves as its documentation says: the network of the tests ends here."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from local.site import Site
from tests.browser.watching import (
    Watcher,
    make_watcher,
    make_youtube_watcher,
    playing,
    ready,
    stand_in_for_youtube,
    until,
)

pytestmark = pytest.mark.whole_stack

SignIn = Callable[[Page, str], None]
VIDEO = "aircAruvnKk"
ON_CLICK = """
from apps.cohorts.models import Cohort
Cohort.objects.filter(slug={cohort!r}).update(youtube_on_click=True)
"""


@pytest.fixture(scope="module")
def watcher(site: Site) -> Watcher:
    return make_youtube_watcher(site, "youtube")


def test_a_youtube_video_is_played_by_our_controls_and_counted(
    page: Page, let_in: SignIn, watcher: Watcher
) -> None:
    frames = stand_in_for_youtube(page, duration=1120)
    let_in(page, watcher.email)
    page.goto(watcher.address(VIDEO, "first"))
    ready(page)

    page.keyboard.press(" ")
    until(page, "standIn.getCurrentTime() > 2")
    page.keyboard.press("l")
    until(page, "standIn.getCurrentTime() > 13")
    with page.expect_response("**/heartbeats/"):
        page.keyboard.press(" ")

    (viewing,) = watcher.viewings(VIDEO)
    (first, second) = viewing["coverage"]
    assert first[0] == 0
    assert 1700 < first[1] < 3500
    assert 11_500 < second[0] < 13_500 < second[1] + 500
    assert viewing["pauses"] == 1
    # The privacy-enhanced host, no controls and keys of its own, and the referrer it insists on.
    (frame,) = frames
    assert frame.url.startswith(f"https://www.youtube-nocookie.com/embed/{VIDEO}?")
    assert "controls=0" in frame.url
    assert "disablekb=1" in frame.url
    assert frame.headers["referer"] == f"{watcher.site.url}/"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (2, "The video is not there any more"),
        (5, "Your browser cannot play this video."),
        (100, "The video is not there any more"),
        (101, "does not let it play on other sites"),
        (150, "does not let it play on other sites"),
        (153, "your browser hides the address of this page"),
    ],
)
def test_what_youtube_refuses_is_said_plainly_with_a_way_on(
    page: Page, let_in: SignIn, watcher: Watcher, number: int, words: str
) -> None:
    stand_in_for_youtube(page, duration=1120, error=number)
    let_in(page, watcher.email)

    page.goto(watcher.address(VIDEO, "first"))

    panel = page.locator("[data-fail]")
    panel.get_by_text(words).wait_for()
    link = panel.get_by_role("link", name="Open it on YouTube")
    assert link.get_attribute("href") == f"https://www.youtube.com/watch?v={VIDEO}"
    panel.get_by_role("link", name="I watched it elsewhere").click()
    page.get_by_role("button", name="Yes, count it as watched").wait_for()


def test_an_advertisement_is_not_the_video(page: Page, site: Site, let_in: SignIn) -> None:
    watcher = make_youtube_watcher(site, "advertised")
    stand_in_for_youtube(page, duration=1120)
    let_in(page, watcher.email)
    page.goto(watcher.address(VIDEO, "first"))
    ready(page)

    page.keyboard.press("k")
    until(page, "standIn.getCurrentTime() > 1")
    page.evaluate("standIn.advertise(1500)")
    until(page, "standIn.getCurrentTime() > 1.5")
    page.get_by_label("Speed").select_option("2")
    until(page, "standIn.getCurrentTime() > 3.5")
    with page.expect_response("**/heartbeats/"):
        page.keyboard.press("k")
    reached = page.evaluate("standIn.getCurrentTime()") * 1000

    (viewing,) = watcher.viewings(VIDEO)
    ((begin, end),) = viewing["coverage"]
    assert begin == 0
    assert end == pytest.approx(reached, abs=600)
    assert (viewing["pauses"], viewing["rate"]) == (1, 2)


def test_a_video_that_cannot_be_embedded_plays_from_its_other_place(
    page: Page, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "elsewhere")
    stand_in_for_youtube(page, duration=12, error=150)
    let_in(page, watcher.email)
    page.goto(watcher.address("film", "first"))
    ready(page)

    page.get_by_role("button", name="YouTube", exact=True).click()
    panel = page.locator("[data-fail]")
    panel.get_by_text("does not let it play on other sites").wait_for()
    panel.get_by_role("button", name="Play it from this site").click()
    ready(page)
    page.keyboard.press("k")
    playing(page)

    # The device remembers it.
    page.goto(watcher.address("film", "first"))
    page.locator("video").wait_for()


def test_where_the_cohort_wishes_so_youtube_is_asked_after_a_click(
    page: Page, site: Site, let_in: SignIn
) -> None:
    watcher = make_youtube_watcher(site, "shy", cohort="shy")
    site.python(ON_CLICK.format(cohort=watcher.cohort))
    stand_in_for_youtube(page, duration=1120)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    let_in(page, watcher.email)
    page.goto(watcher.address(VIDEO, "first"))
    page.get_by_role("button", name="Load the player from YouTube").wait_for()
    before = [url for url in asked if "youtube" in url.split("/")[2]]
    page.keyboard.press("k")
    page.get_by_role("button", name="Load the player from YouTube").click()
    ready(page)

    assert before == []
    page.keyboard.press("k")
    until(page, "standIn.getCurrentTime() > 0.2")


def test_no_other_page_asks_youtube_for_anything(
    page: Page, let_in: SignIn, watcher: Watcher
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    let_in(page, watcher.email)
    for address in (watcher.address(VIDEO), f"/c/{watcher.cohort}/", "/notes/"):
        page.goto(address)

    assert [url for url in asked if not url.startswith(watcher.site.url)] == []
