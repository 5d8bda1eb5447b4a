"""Both passes of one film by the keyboard, with the real player, and what keeps text from being lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from local.site import Site
from tests.browser.watching import Watcher, film, make_watcher, playing, press, reach, ready

pytestmark = pytest.mark.whole_stack

SignIn = Callable[[Page, str], None]
FILM = "film"


def enter(page: Page, let_in: SignIn, watcher: Watcher, name: str) -> None:
    let_in(page, watcher.email)
    page.goto(watcher.address(FILM, name))


def to_the_desk(page: Page, watcher: Watcher) -> None:
    """Past the first pass by self-report, past the night, past the recall and the scaffold."""
    page.goto(watcher.address(FILM, "first") + "?elsewhere")
    page.get_by_role("button", name="Yes, count it as watched").click()
    page.goto(watcher.address(FILM, "recall") + "?anyway")
    page.get_by_label("What do you remember?").fill("A disc and a ring")
    page.get_by_role("button", name="Open the video").click()
    page.get_by_role("button", name="Go on without it").click()
    ready(page)


def test_a_film_is_watched_twice_by_keyboard_alone(page: Page, site: Site, let_in: SignIn) -> None:
    watcher = make_watcher(site, "twice", seconds=12)
    enter(page, let_in, watcher, "first")
    ready(page)

    page.keyboard.press("k")
    page.get_by_text("First pass done").wait_for(timeout=30_000)
    press(page, page.get_by_role("link", name="Write the scaffold"))
    reach(page, page.get_by_label("Concept 1"))
    page.keyboard.type("The disc is the first pass")
    reach(page, page.get_by_label("How do they hang together?"))
    page.keyboard.type("One fills, then the other")
    press(page, page.get_by_role("radio", name="Again"), "Space")
    press(page, page.get_by_role("button", name="Save the scaffold"))
    page.get_by_text("the second pass is due in 2 days").wait_for()

    page.goto(watcher.address(FILM, "recall"))
    press(page, page.get_by_role("link", name="Start it today anyway"))
    # The empty field has the focus.
    expect(page.get_by_label("What do you remember?")).to_be_focused()
    assert "The disc is the first pass" not in page.content()
    page.keyboard.type("A disc and a ring")
    press(page, page.get_by_role("button", name="Open the video"))
    ready(page)
    expect(page.get_by_text("The disc is the first pass")).to_be_visible()
    page.keyboard.press("k")
    playing(page, past=2)
    page.keyboard.press("e")
    assert film(page, "paused")
    page.keyboard.type("jumped back with j, l and k")
    page.keyboard.press("Control+Enter")
    page.locator("[data-notes] .note").wait_for()
    playing(page)
    page.locator("[data-ask=coverage].met").wait_for(timeout=30_000)
    press(page, page.locator("#finish").get_by_role("button", name="Finish the pass"))
    page.get_by_role("heading", name="Second pass done").wait_for()

    first, second = watcher.viewings(FILM)
    assert (first["evidence"], second["evidence"]) == ("tracked", "tracked")
    assert first["refused"] == 0


def test_an_extra_pass_is_counted_and_leaves_the_others_as_they_were(
    page: Page, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "thrice", seconds=12)
    let_in(page, watcher.email)
    to_the_desk(page, watcher)
    before = watcher.viewings(FILM)

    page.goto(watcher.address(FILM))
    page.get_by_role("link", name="Watch it once more").click()
    ready(page)
    page.keyboard.press("k")
    playing(page, past=2)
    with page.expect_response("**/heartbeats/"):
        page.keyboard.press("k")

    *others, extra = watcher.viewings(FILM)
    assert (extra["number"], extra["refused"]) == (3, 0)
    assert extra["covered_ms"] >= 1900
    assert others == before


def test_a_draft_survives_a_closed_page(page: Page, site: Site, let_in: SignIn) -> None:
    watcher = make_watcher(site, "drafter")
    let_in(page, watcher.email)
    to_the_desk(page, watcher)

    page.keyboard.press("q")
    page.keyboard.type("Why is the ring outside?")
    page.reload()
    ready(page)

    expect(page.get_by_label("Note", exact=True)).to_have_value("Why is the ring outside?")
    expect(page.locator("[name=kind]:checked")).to_have_value("question")
    page.locator("form[data-compose]").get_by_role("button", name="Save and play on").click()
    page.locator("[data-notes] .note").wait_for()
    page.reload()
    ready(page)
    expect(page.get_by_label("Note", exact=True)).to_have_value("")


def test_a_save_that_fails_keeps_the_text_and_says_so(
    browser: Browser, site: Site, let_in: SignIn
) -> None:
    # A context of its own: the browser itself complains about the missing network.
    watcher = make_watcher(site, "unlucky")
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    let_in(page, watcher.email)
    to_the_desk(page, watcher)

    context.set_offline(True)
    page.keyboard.press("o")
    page.keyboard.type("The disc faded")
    page.keyboard.press("Control+Enter")
    failed = page.get_by_text("Not saved: the server could not be reached.")
    failed.wait_for()
    expect(page.get_by_label("Note", exact=True)).to_have_value("The disc faded")
    context.set_offline(False)
    page.keyboard.press("Control+Enter")
    page.locator("[data-notes] .note").wait_for()

    expect(failed).to_be_hidden()
    context.close()


def test_letters_can_be_switched_off_and_stay_so(page: Page, site: Site, let_in: SignIn) -> None:
    watcher = make_watcher(site, "dictator")
    enter(page, let_in, watcher, "first")
    ready(page)

    page.keyboard.press("?")
    page.get_by_label("Single letters work").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    ready(page)
    page.keyboard.press("k")
    page.wait_for_timeout(400)

    assert film(page, "paused")
    page.keyboard.press(" ")
    playing(page)


def test_letters_work_on_a_russian_keyboard(page: Page, site: Site, let_in: SignIn) -> None:
    watcher = make_watcher(site, "cyrillic")
    enter(page, let_in, watcher, "first")
    ready(page)

    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'л', code: 'KeyK', bubbles: true, cancelable: true}))"
    )

    playing(page)
