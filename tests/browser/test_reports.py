"""What was watched is counted once and never lost: a killed tab, two tabs, no network, nobody signed in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from local.site import Site
from tests.browser.watching import Watcher, film, make_watcher, playing, ready, stored, until

pytestmark = pytest.mark.whole_stack

SignIn = Callable[[Page, str], None]
FILM = "film"


@contextmanager
def device(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A context of its own: the browser itself complains about a missing network or a dead tab."""
    context = browser.new_context(base_url=site.url, locale="en-GB", timezone_id="Europe/Warsaw")
    context.set_default_timeout(15_000)
    yield context
    context.close()


def at_the_cinema(page: Page, watcher: Watcher, name: str = "first") -> Page:
    page.goto(watcher.address(FILM, name))
    ready(page)
    return page


def play_for(page: Page, seconds: float) -> float:
    """Play on by so much and pause; where the film stands then, in milliseconds."""
    start = film(page, "currentTime")
    page.keyboard.press("k")
    playing(page, past=start + seconds)
    page.keyboard.press("k")
    until(page, "document.querySelector('video').paused")
    return float(film(page, "currentTime")) * 1000


def test_a_tab_that_is_killed_loses_no_more_than_a_moment(
    browser: Browser, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "crashed", seconds=48)
    with device(browser, site) as context:
        page = context.new_page()
        let_in(page, watcher.email)
        at_the_cinema(page, watcher)
        page.keyboard.press("k")
        playing(page, past=3.2)
        reached = float(film(page, "currentTime")) * 1000
        with pytest.raises(Error):
            page.goto("chrome://crash")
        assert [viewing["covered_ms"] for viewing in watcher.viewings(FILM)] == [0]

        again = context.new_page()
        with again.expect_response("**/heartbeats/") as late:
            at_the_cinema(again, watcher)

        assert late.value.status == 202
        (viewing,) = watcher.viewings(FILM)
        ((begin, end),) = viewing["coverage"]
        assert begin == 0
        assert reached - 1500 < end < reached + 1000
        assert viewing["pauses"] == 0


def test_two_tabs_of_one_pass_do_not_count_twice(
    browser: Browser, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "doubled", seconds=48)
    with device(browser, site) as context:
        one, other = context.new_page(), context.new_page()
        let_in(one, watcher.email)
        for page in (one, other):
            at_the_cinema(page, watcher)
        for page in (one, other):
            page.keyboard.press("k")
        for page in (one, other):
            playing(page, past=2)
        ends = []
        for page in (one, other):
            with page.expect_response("**/heartbeats/"):
                page.keyboard.press("k")
            ends.append(float(film(page, "currentTime")) * 1000)

        (viewing,) = watcher.viewings(FILM)
        ((begin, end),) = viewing["coverage"]
        assert begin == 0
        assert end == pytest.approx(max(ends), abs=300)
        assert viewing["covered_ms"] == end
        assert viewing["refused"] == 0
        assert viewing["pauses"] == 2


def test_a_cut_network_loses_nothing_and_counts_nothing_twice(
    browser: Browser, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "tunnel", seconds=48)
    with device(browser, site) as context:
        page = context.new_page()
        let_in(page, watcher.email)
        at_the_cinema(page, watcher)
        # Not even opened while there was a network.
        context.set_offline(True)
        play_for(page, 1)
        page.get_by_text("No connection. What you watch is kept on this device").wait_for()
        second = play_for(page, 1)
        assert watcher.viewings(FILM) == []
        # Gone with the tab, before the network came back.
        page.close()
        context.set_offline(False)

        later = at_the_cinema(context.new_page(), watcher)
        until(later, "document.querySelector('[data-report]').hidden")
        stored(later, 0)

        (viewing,) = watcher.viewings(FILM)
        assert viewing["refused"] == 0
        ((begin, end),) = viewing["coverage"]
        assert begin == 0
        assert end == pytest.approx(second, abs=300)
        assert viewing["pauses"] == 2


def test_reports_wait_for_their_own_person_to_sign_in_again(
    browser: Browser, site: Site, sign_in: SignIn, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "expired", seconds=48)
    other = make_watcher(site, "sibling", seconds=48)
    with device(browser, site) as context:
        page = context.new_page()
        let_in(page, watcher.email)
        at_the_cinema(page, watcher)
        play_for(page, 1)
        stored(page, 0)
        (before,) = watcher.viewings(FILM)

        context.clear_cookies()
        reached = play_for(page, 1)
        page.locator("[data-report]", has_text="signed out").wait_for()
        # Somebody else signs in on the same device, in another tab, and the first tab goes on.
        theirs = context.new_page()
        sign_in(theirs, other.email)
        at_the_cinema(theirs, other)
        reached = play_for(page, 1)
        page.close()
        theirs.reload()
        ready(theirs)
        assert other.viewings(FILM) == []
        assert watcher.viewings(FILM) == [before]

        context.clear_cookies()
        sign_in(theirs, watcher.email)
        at_the_cinema(theirs, watcher)
        stored(theirs, 0)

        (after,) = watcher.viewings(FILM)
        ((begin, end),) = after["coverage"]
        assert begin == 0
        assert end == pytest.approx(reached, abs=300)
        assert after["pauses"] == 3


def test_an_extra_pass_leaves_every_record_as_it_is(page: Page, site: Site, let_in: SignIn) -> None:
    watcher = make_watcher(site, "again", seconds=48)
    let_in(page, watcher.email)
    page.goto(watcher.address(FILM, "first") + "?elsewhere")
    page.get_by_role("button", name="Yes, count it as watched").click()
    page.get_by_text("First pass done").wait_for()
    (before,) = watcher.viewings(FILM)

    page.goto(watcher.address(FILM))
    page.get_by_role("link", name="Watch it once more").click()
    ready(page)
    page.keyboard.press("k")
    playing(page, past=1)
    with page.expect_response("**/heartbeats/"):
        page.keyboard.press("k")

    first, extra = watcher.viewings(FILM)
    assert first == before
    assert extra["number"] == 3
    assert extra["covered_ms"] > 900
