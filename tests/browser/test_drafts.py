"""Drafts of two tabs, and what a draft remembers besides its text."""

import contextlib
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from local.site import Site
from tests.browser.test_desk import (
    desk_again,
    draft_is_saved,
    elsewhere,
    note_field,
    written,
)
from tests.browser.test_two_passes import SignIn, to_the_desk
from tests.browser.watching import make_watcher

pytestmark = pytest.mark.whole_stack


def test_two_tabs_of_one_draft_without_a_network_lose_neither_text(
    browser: Browser, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "two-tabs")
    with elsewhere(browser, site) as device:
        one, other = device.new_page(), device.new_page()
        let_in(one, watcher.email)
        to_the_desk(one, watcher)
        one.keyboard.press("o")
        one.keyboard.type("Seen")
        draft_is_saved(one)
        desk_again(other, watcher)
        expect(note_field(other)).to_have_value("Seen")
        device.set_offline(True)
        note_field(one).fill("Seen in the first tab")
        note_field(other).fill("Seen in the second tab")
        for page in (one, other):
            expect(page.locator("[data-composer] [data-draft-state]")).to_contain_text(
                "the server is out of reach"
            )
            page.close()
        device.set_offline(False)

        page = device.new_page()
        desk_again(page, watcher)

        expect(note_field(page)).to_have_value("Seen in the second tab")
        versions = page.get_by_role("group", name="Two versions")
        expect(versions).to_contain_text("Seen in the first tab")
        page.get_by_role("button", name="Put both together").click()
        expect(note_field(page)).to_have_value("Seen in the first tab\n\nSeen in the second tab")
        draft_is_saved(page)
        desk_again(page, watcher)
        expect(versions).to_be_hidden()
        [draft] = written(watcher)["drafts"]
        assert draft["body"] == "Seen in the first tab\n\nSeen in the second tab"


def test_a_desk_whose_tab_is_killed_before_the_server_heard_anything_loses_nothing(
    browser: Browser, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "killed")
    with elsewhere(browser, site) as device:
        page = device.new_page()
        let_in(page, watcher.email)
        to_the_desk(page, watcher)
        is_cut = True
        device.route("**/drafts/**", lambda route: route.abort() if is_cut else route.continue_())
        page.keyboard.press("o")
        page.keyboard.type("Typed, and then the tab was gone")
        with contextlib.suppress(Error):
            page.goto("chrome://crash")
        is_cut = False

        again = device.new_page()
        desk_again(again, watcher)

        expect(note_field(again)).to_have_value("Typed, and then the tab was gone")
        draft_is_saved(again)
        [draft] = written(watcher)["drafts"]
        assert draft["body"] == "Typed, and then the tab was gone"


PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.querySelector(".cm-content").dispatchEvent(event);
}"""


def test_a_draft_of_code_remembers_how_much_of_it_was_typed(
    page: Page, site: Site, let_in: SignIn, new_page: Any
) -> None:
    watcher = make_watcher(site, "half-typist")
    watcher.site.python(
        "from apps.accounts.models import User; "
        f"User.objects.filter(email={watcher.email!r}).update(pastes_code=True)",
    )
    let_in(page, watcher.email)
    to_the_desk(page, watcher)
    page.keyboard.press("c")
    page.locator("[data-pad] .cm-content").wait_for()
    page.keyboard.type("typed = 1")
    page.keyboard.press("Enter")
    page.evaluate(PASTE, "pasted")
    page.keyboard.press("Enter")
    draft_is_saved(page)
    page.close()

    other_device = new_page()
    let_in(other_device, watcher.email)
    desk_again(other_device, watcher)
    pad = other_device.locator("[data-pad] .cm-content")
    pad.wait_for()
    expect(pad).to_contain_text("typed = 1")
    pad.focus()
    other_device.keyboard.press("Control+End")
    other_device.keyboard.type("xyz")
    other_device.keyboard.press("Control+Enter")
    other_device.locator("[data-notes] .note").wait_for()

    [note] = written(watcher)["notes"]
    # 7 + 3 signs of 16.
    assert note["code"] == "typed = 1\npasted\nxyz"
    assert note["typed"] == 0.625


def test_changing_code_goes_on_from_what_was_typed_of_it(
    page: Page, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "changer")
    let_in(page, watcher.email)
    to_the_desk(page, watcher)
    page.keyboard.press("c")
    pad = page.locator("[data-pad] .cm-content")
    pad.wait_for()
    page.keyboard.type("x = 1")
    page.keyboard.press("Control+Enter")
    page.locator("[data-notes] .note").wait_for()

    page.get_by_role("link", name="Change").click()
    pad.wait_for()
    pad.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("0")
    page.keyboard.press("Control+Enter")
    page.locator("[data-notes]").get_by_text("x = 10").wait_for()

    [note] = written(watcher)["notes"]
    assert (note["code"], note["typed"]) == ("x = 10", 1)


def test_what_is_typed_while_a_save_is_under_way_begins_the_next_note(
    page: Page, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "quick")
    let_in(page, watcher.email)
    to_the_desk(page, watcher)
    page.keyboard.press("o")
    page.keyboard.type("The first thought")

    def save_slowly(route: Any) -> None:
        if route.request.method == "POST":
            answer = route.fetch()
            page.keyboard.type(" and the second")
            route.fulfill(response=answer)
        else:
            route.continue_()

    page.route("**/second/", save_slowly)
    page.keyboard.press("Control+Enter")
    page.locator("[data-notes] .note").wait_for()

    expect(note_field(page)).to_have_value("and the second")
    expect(note_field(page)).to_be_focused()
    draft_is_saved(page)
    found = written(watcher)
    assert [note["body"] for note in found["notes"]] == ["The first thought"]
    assert [draft["body"] for draft in found["drafts"]] == ["and the second"]


def test_the_desk_of_one_person_writes_nothing_for_who_signed_in_after_them(
    browser: Browser, site: Site, sign_in: SignIn
) -> None:
    one, other = make_watcher(site, "earlier"), make_watcher(site, "later")
    with elsewhere(browser, site) as device:
        desk, tab = device.new_page(), device.new_page()
        sign_in(desk, other.email)
        to_the_desk(desk, other)
        # Not all cookies: the film still asks for its next part, is led to the page of signing in, and would get
        # a CSRF cookie there that the form on the screen knows nothing of.
        device.clear_cookies(name="sessionid")
        sign_in(desk, one.email)
        to_the_desk(desk, one)
        device.clear_cookies(name="sessionid")
        sign_in(tab, other.email)

        note_field(desk).fill("For my eyes only")
        state = desk.locator("[data-composer] [data-draft-state]")
        expect(state).to_contain_text("sign in again")
        desk.locator("form[data-compose]").get_by_role("button", name="Save").click()
        desk.get_by_text("Not saved: you are signed out.").wait_for()

        assert written(other) == {"notes": [], "drafts": []}
        device.clear_cookies(name="sessionid")
        sign_in(tab, one.email)
        desk_again(tab, one)
        expect(note_field(tab)).to_have_value("For my eyes only")
