"""The desk: every keystroke is safe, two devices overwrite nothing unseen, code is typed by hand."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from local.site import Site
from tests.browser.test_two_passes import FILM, SignIn, to_the_desk
from tests.browser.watching import Watcher, film, make_watcher, playing, ready, until

pytestmark = pytest.mark.whole_stack

NewPage = Callable[..., Page]
SAVED = "Draft saved"
NOTES = """
import json
from apps.notes.models import Draft, Note
own = dict(viewing__membership__user__email={email!r})
print(json.dumps(dict(
    notes=[dict(kind=n.kind, body=n.body, code=n.code, at=n.at_ms, typed=n.typed_share, paste=n.has_paste)
           for n in Note.objects.filter(**own).order_by("id")],
    drafts=[d.values for d in Draft.objects.filter(saved_at=None, **own).order_by("id")],
)))
"""


def written(watcher: Watcher) -> dict[str, Any]:
    """What PostgreSQL has of this learner's notes and drafts."""
    said = watcher.site.python(NOTES.format(email=watcher.email))
    found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return found


def desk_again(page: Page, watcher: Watcher) -> None:
    page.goto(watcher.address(FILM, "second"))
    ready(page)


def note_field(page: Page) -> Any:
    return page.get_by_label("Note", exact=True)


def draft_is_saved(page: Page) -> None:
    expect(page.locator("[data-composer] [data-draft-state]")).to_contain_text(SAVED)


def elsewhere(browser: Browser, site: Site) -> BrowserContext:
    """A device whose console may complain: the browser itself does where the network is cut."""
    return browser.new_context(base_url=site.url, locale="en-GB")


def test_a_second_pass_by_keyboard_with_notes_that_follow_the_film(
    page: Page, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "keyboard", seconds=12)
    let_in(page, watcher.email)
    to_the_desk(page, watcher)

    page.keyboard.press("k")
    playing(page, past=1)
    page.keyboard.press("o")
    assert film(page, "paused")
    moment = film(page, "currentTime")
    page.keyboard.type("The disc fills")
    page.keyboard.press("Control+Enter")
    page.locator("[data-notes] .note").wait_for()
    playing(page, past=moment + 1.5)
    page.keyboard.press("n")
    expect(note_field(page)).to_have_attribute("placeholder", "Say it in your own words")
    page.keyboard.type("Two passes make one")
    page.keyboard.press("Control+Enter")
    page.locator("[data-notes] .note").nth(1).wait_for()
    earlier = page.locator("[data-notes] .note").filter(has_text="The disc fills")
    earlier.locator("a[data-at-ms]").focus()
    page.keyboard.press("Enter")

    playing(page)
    until(page, "document.querySelector('.note--now')?.textContent.includes('The disc fills')")
    assert film(page, "currentTime") < moment + 1
    assert earlier.get_attribute("aria-current") == "true"
    assert [note["kind"] for note in written(watcher)["notes"]] == ["observation", "concept"]


def test_what_is_typed_is_on_another_device_two_seconds_later(
    new_page: NewPage, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "wanderer")
    first, other = new_page(), new_page()
    let_in(first, watcher.email)
    to_the_desk(first, watcher)
    let_in(other, watcher.email)
    first.keyboard.press("q")
    first.keyboard.type("Why is the ring outside?")
    draft_is_saved(first)

    desk_again(other, watcher)

    expect(note_field(other)).to_have_value("Why is the ring outside?")
    expect(other.locator("[name=kind]:checked")).to_have_value("question")
    other.keyboard.press("Tab")
    other.locator("form[data-compose]").get_by_role("button", name="Save and play on").click()
    other.locator("[data-notes] .note").wait_for()
    desk_again(first, watcher)
    expect(note_field(first)).to_have_value("")
    assert [note["body"] for note in written(watcher)["notes"]] == ["Why is the ring outside?"]


def test_two_devices_overwrite_nothing_unseen(browser: Browser, site: Site, let_in: SignIn) -> None:
    watcher = make_watcher(site, "two-desks")
    with elsewhere(browser, site) as one_device, elsewhere(browser, site) as other_device:
        one, other = one_device.new_page(), other_device.new_page()
        let_in(one, watcher.email)
        to_the_desk(one, watcher)
        one.keyboard.press("o")
        one.keyboard.type("Seen at the office")
        draft_is_saved(one)
        let_in(other, watcher.email)
        desk_again(other, watcher)
        note_field(other).fill("Seen at home")
        draft_is_saved(other)

        note_field(one).fill("Seen at the office, twice")

        versions = one.get_by_role("group", name="Two versions")
        expect(versions).to_contain_text("Seen at the office, twice")
        expect(versions).to_contain_text("Seen at home")
        one.get_by_role("button", name="Put both together").click()
        expect(note_field(one)).to_have_value("Seen at home\n\nSeen at the office, twice")
        draft_is_saved(one)
        [draft] = written(watcher)["drafts"]
        assert draft["body"] == "Seen at home\n\nSeen at the office, twice"


def test_a_note_changed_on_two_devices_shows_both_versions(
    browser: Browser, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "two-changes")
    with elsewhere(browser, site) as device:
        one, other = device.new_page(), device.new_page()
        let_in(one, watcher.email)
        to_the_desk(one, watcher)
        one.keyboard.press("o")
        one.keyboard.type("First words")
        one.keyboard.press("Control+Enter")
        one.locator("[data-notes] .note").wait_for()
        change = one.get_by_role("link", name="Change").get_attribute("href")
        other.goto(str(change))
        one.goto(str(change))
        ready(one)
        note_field(one).fill("Words of one")
        one.keyboard.press("Control+Enter")
        one.locator("[data-notes]").get_by_text("Words of one").wait_for()

        ready(other)
        note_field(other).fill("Words of the other")
        other.keyboard.press("Control+Enter")

        other.get_by_text("This note was changed in another place meanwhile.").first.wait_for()
        expect(other.get_by_label("The other version")).to_contain_text("Words of one")
        expect(note_field(other)).to_have_value("Words of the other")
        assert [note["body"] for note in written(watcher)["notes"]] == ["Words of one"]


def test_the_network_goes_in_the_middle_of_a_word_and_nothing_is_lost_or_twice(
    browser: Browser, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "tunnel")
    with elsewhere(browser, site) as device:
        page = device.new_page()
        let_in(page, watcher.email)
        to_the_desk(page, watcher)
        page.keyboard.press("n")
        page.keyboard.type("Before the tun")
        draft_is_saved(page)
        device.set_offline(True)
        page.keyboard.type("nel and in it")
        expect(page.locator("[data-composer] [data-draft-state]")).to_contain_text(
            "the server is out of reach"
        )
        page.close()
        device.set_offline(False)
        page = device.new_page()
        # The answer to the save is lost on its way; the save itself arrives.
        lost = True

        def lose_the_first_answer(route: Any) -> None:
            nonlocal lost
            if route.request.method == "POST" and lost:
                lost = False
                route.fetch()
                route.abort()
            else:
                route.continue_()

        page.route("**/second/", lose_the_first_answer)
        desk_again(page, watcher)
        expect(note_field(page)).to_have_value("Before the tunnel and in it")
        draft_is_saved(page)
        note_field(page).focus()
        page.keyboard.press("Control+Enter")
        page.get_by_text("Not saved: the server could not be reached.").wait_for()
        page.keyboard.press("Control+Enter")
        page.locator("[data-notes] .note").wait_for()

        found = written(watcher)
        assert [note["body"] for note in found["notes"]] == ["Before the tunnel and in it"]
        assert found["drafts"] == []


def test_an_expired_sign_in_keeps_the_text(
    browser: Browser, site: Site, sign_in: SignIn, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "expired")
    with elsewhere(browser, site) as device:
        page = device.new_page()
        let_in(page, watcher.email)
        to_the_desk(page, watcher)
        device.clear_cookies(name="sessionid")
        page.keyboard.press("q")
        page.keyboard.type("Is this lost?")
        expect(page.locator("[data-composer] [data-draft-state]")).to_contain_text("sign in again")

        sign_in(page, watcher.email)
        desk_again(page, watcher)

        expect(note_field(page)).to_have_value("Is this lost?")
        draft_is_saved(page)


def test_the_pad_refuses_paste_and_drop_and_says_why(
    page: Page, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "typist")
    let_in(page, watcher.email)
    to_the_desk(page, watcher)
    page.keyboard.press("c")
    pad = page.locator("[data-pad] .cm-content")
    pad.wait_for()
    expect(pad).to_be_focused()

    page.keyboard.type("for i in x:\nprint(i)")
    page.evaluate(
        "(text) => { const data = new DataTransfer(); data.setData('text/plain', text);"
        " const pad = document.querySelector('.cm-content');"
        " for (const event of [new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}),"
        " new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})]) pad.dispatchEvent(event); }",
        "stolen = True",
    )
    page.get_by_text("Pasting and dropping are off here").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(pad).not_to_be_focused()
    page.get_by_label("Output", exact=True).fill("pasted is fine here")
    page.keyboard.press("Control+Enter")
    page.locator("[data-notes] .note").wait_for()

    [note] = written(watcher)["notes"]
    assert note["code"] == "for i in x:\n    print(i)"
    assert note["typed"] == 1
    expect(page.locator("[data-notes]")).to_contain_text("typed by hand, 100 %")


def test_words_pasted_into_a_concept_are_marked_for_their_writer(
    page: Page, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "paster")
    let_in(page, watcher.email)
    to_the_desk(page, watcher)
    page.keyboard.press("n")
    page.evaluate(
        "document.activeElement.dispatchEvent(new ClipboardEvent('paste', {bubbles: true}))"
    )
    page.keyboard.type("Attention is all you need")
    page.get_by_text("this note carries a mark that only you see").wait_for()
    page.keyboard.press("Control+Enter")

    expect(page.locator("[data-notes] .note")).to_contain_text("pasted")
    [note] = written(watcher)["notes"]
    assert note["paste"] is True


HOSTILE = r"""<script>document.title = "run"</script> <img src=x onerror="document.title='run'">
[a](javascript:document.title='run') <svg onload="document.title='run'"></svg>
$\href{javascript:document.title='run'}{x}$ $\text{<img src=x onerror=document.title='run'>}$
$\def\a{\a\a}\a$ <math><maction actiontype="statusline" xlink:href="javascript:1">x</maction></math>"""


def test_a_preview_draws_maths_and_runs_nothing(page: Page, site: Site, let_in: SignIn) -> None:
    watcher = make_watcher(site, "hostile")
    let_in(page, watcher.email)
    to_the_desk(page, watcher)
    title = page.title()
    page.keyboard.press("o")
    page.keyboard.insert_text(HOSTILE + "\n\n$$\\frac{a}{b}$$\n")
    page.locator("[data-preview] summary").click()

    page.locator("[data-preview-text] mfrac").wait_for()
    assert page.title() == title
    assert page.locator("[data-preview-text]").locator("script, img, svg, maction").count() == 0
    assert page.locator("[data-preview-text] a[href^=javascript]").count() == 0
    assert "this formula could not be read" in page.locator("[data-preview-text]").inner_text()


def test_time_in_my_own_jupyter_counts_and_asks_again(
    page: Page, site: Site, let_in: SignIn
) -> None:
    watcher = make_watcher(site, "jupyter")
    let_in(page, watcher.email)
    to_the_desk(page, watcher)

    page.get_by_role("button", name="Working in my Jupyter").click()
    back = page.get_by_role("button", name="Back at the desk")
    expect(back).to_have_attribute("aria-pressed", "true")
    watcher.site.python(
        "from datetime import timedelta; from django.db.models import F; "
        "from apps.progress.models import Viewing; "
        f"Viewing.objects.filter(membership__user__email={watcher.email!r}, number=2)"
        ".update(elsewhere_since=F('elsewhere_since') - timedelta(minutes=25))",
    )
    page.reload()
    ready(page)
    page.get_by_text("Still there? 20 minutes are counted").wait_for()
    page.get_by_role("button", name="Yes, still working").click()
    expect(page.get_by_text("Still there?")).to_be_hidden()
    page.get_by_role("button", name="Back at the desk").click()

    page.get_by_text("20 min there so far").wait_for()
