"""The first pass from the roadmap to what comes next, with the keyboard and nothing else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from local.site import Site
from tests.browser.watching import film, make_watcher, playing, reach, ready, until

pytestmark = pytest.mark.whole_stack

SignIn = Callable[[Page, str], None]
FILM = "film"


def test_a_first_pass_needs_no_pointer(page: Page, site: Site, let_in: SignIn) -> None:
    watcher = make_watcher(site, "keys", seconds=6)
    let_in(page, watcher.email)
    page.goto(watcher.address(FILM))

    reach(page, page.get_by_role("link", name="Begin the first pass"))
    page.keyboard.press("Enter")
    ready(page)
    page.keyboard.press(" ")
    playing(page, past=1)
    page.keyboard.press("j")
    until(
        page,
        "(v => !v.seeking && v.currentTime > 0.2 && v.currentTime < 1)"
        "(document.querySelector('video'))",
    )
    page.keyboard.press("k")
    assert film(page, "paused")
    page.keyboard.press("k")
    reach(page, page.get_by_role("link", name="Write the scaffold"))
    page.get_by_text("one pause").wait_for()
    page.keyboard.press("Enter")
    reach(page, page.get_by_label("Concept 1"))
    page.keyboard.type("The disc is the first pass")
    reach(page, page.get_by_label("How do they hang together?"))
    page.keyboard.type("One fills, then the other")
    reach(page, page.get_by_role("radio").first)
    page.keyboard.press(" ")
    reach(page, page.get_by_role("button", name="Save the scaffold"))
    page.keyboard.press("Enter")

    page.get_by_text("the second pass is due in").wait_for()
    (viewing,) = watcher.viewings(FILM)
    assert (viewing["number"], viewing["evidence"], viewing["pauses"]) == (1, "tracked", 1)
    assert viewing["covered_ms"] >= 5700


def test_everything_but_the_picture_can_be_hidden(page: Page, site: Site, let_in: SignIn) -> None:
    watcher = make_watcher(site, "bare", seconds=48)
    let_in(page, watcher.email)
    page.goto(watcher.address(FILM, "first"))
    ready(page)

    page.keyboard.press("h")
    page.keyboard.press("k")
    page.locator("body.is-bare").wait_for()
    expect(page.locator(".cinema .controls")).to_have_css("opacity", "0")
    page.mouse.move(200, 200)
    expect(page.locator(".cinema .controls")).to_have_css("opacity", "1")
    page.locator("body.is-bare").wait_for()
    page.keyboard.press("k")

    expect(page.locator(".cinema .controls")).to_have_css("opacity", "1")
    expect(page.locator("[data-bars]")).to_have_attribute("aria-pressed", "true")
