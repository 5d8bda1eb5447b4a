"""The whole story, once: from an instructor's invitation to both rings of a learner, and a script that reads it all.

Nothing is mocked: a real film, the real player and its heartbeats, the real beat, worker and mail. Only time is helped:
the film runs at twice its speed, and the days between the passes are taken off the dates in PostgreSQL.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from local.site import Site
from tests.browser.days import let_days_pass, next_moment, planned
from tests.browser.letters import code_of, letters_to, links_of, text_of, wait_for_letters
from tests.browser.story_by_script import (
    begin_the_next_video,
    finish_the_next_video,
    read_everything,
    write_a_note,
)
from tests.browser.story_cast import COHORT, EMAIL, NAME, PASSWORD
from tests.browser.watching import film, playing, ready, until

pytestmark = pytest.mark.whole_stack

SignIn = Callable[[Page, str], None]
HERE = f"/c/{COHORT}/videos/two-passes/"
HOUR = 12
BOTH_RINGS = re.compile(r"First pass done on .*, light second pass on ")
SUBJECT = "Сегодня один повтор, примерно 2 минуты"


def test_the_whole_story(new_page: Callable[..., Page], site: Site, sign_in: SignIn) -> None:
    instructor = new_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(instructor, "instructor@example.org")
    make_a_cohort(instructor)
    invitation = copy_an_invitation(instructor)

    learner = new_page(locale="ru-RU", timezone_id=zone_after_noon(datetime.now(UTC)))
    sign_up_by_invitation(learner, invitation, site)
    choose_the_hour_of_reminders(learner)
    watch_the_first_pass(learner)
    write_the_scaffold(learner)
    assert EMAIL not in planned(site, datetime.now(UTC))
    script, viewing, opened = begin_the_next_video(site)

    let_days_pass(site, EMAIL, days=4)
    _code, reminder = wait_for_letters(site, EMAIL, 2)
    assert_it_says_what_it_should(reminder, site)
    second_reminder_at = next_moment(site, EMAIL)
    assert EMAIL in planned(site, second_reminder_at)

    follow_the_button_of_the_mail(learner)
    recall(learner)
    watch_the_second_pass(learner)
    assert EMAIL not in planned(site, second_reminder_at)
    assert EMAIL not in planned(site, datetime.now(UTC) + timedelta(days=10))
    assert len(letters_to(site, EMAIL)) == 2
    assert_its_links_answer(new_page(), reminder)

    see_both_rings(instructor)
    finish_the_next_video(script, viewing, opened)
    write_a_note(script)
    read_everything(script)


# An invitation


def make_a_cohort(page: Page) -> None:
    page.goto("/teach/new/")
    page.get_by_label("Curriculum").select_option("try-it")
    page.get_by_label("Name").fill("Whole story")
    page.get_by_role("button", name="Make the cohort").click()
    page.wait_for_url(f"**/teach/{COHORT}/**")


def copy_an_invitation(page: Page) -> str:
    """The link as the button puts it on the clipboard."""
    page.goto(f"/teach/{COHORT}/people/")
    page.get_by_role("button", name="Make the link").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    return str(page.evaluate("navigator.clipboard.readText()"))


def zone_after_noon(now: datetime) -> str:
    """A zone where it is between 13:00 and 14:00, so that the slot of 12 o'clock has begun and is not too late."""
    ahead = 13 - now.hour
    # The signs of these names are turned around.
    return f"Etc/GMT{-ahead:+d}"


def sign_up_by_invitation(page: Page, invitation: str, site: Site) -> None:
    page.goto(invitation)
    expect(page.locator("h1")).to_have_text("Whole story")
    go(page)
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=email]").fill(EMAIL)
    page.locator("[name=password1]").fill(PASSWORD)
    go(page)

    (letter,) = wait_for_letters(site, EMAIL, 1, seconds=20)
    page.locator("[name=code]").fill(code_of(letter))
    go(page)

    page.wait_for_url(invitation)
    go(page)
    page.wait_for_url(f"**/c/{COHORT}/")
    expect(page.locator("html")).to_have_attribute("lang", "ru")


def choose_the_hour_of_reminders(page: Page) -> None:
    page.goto("/settings/reminders/")
    page.locator("[name=hour]").select_option(str(HOUR))
    page.get_by_role("button", name="Сохранить").click()
    page.get_by_role("status").or_(page.get_by_role("alert")).first.wait_for()
    expect(page.locator("[name=hour]")).to_have_value(str(HOUR))


def go(page: Page) -> None:
    """Press the one button that leads on."""
    page.locator("main .btn--go").first.click()


# The first pass


def watch_the_first_pass(page: Page) -> None:
    page.goto(f"/c/{COHORT}/")
    go(page)
    page.wait_for_url(f"**{HERE}first/")
    play_at_double_speed(page)
    page.get_by_text("Первый проход закончен").first.wait_for(timeout=60_000)


def play_at_double_speed(page: Page) -> None:
    ready(page)
    page.locator("[data-speed]").select_option("2")
    page.locator("[data-do=play]").click()
    playing(page, past=1)


def write_the_scaffold(page: Page) -> None:
    page.get_by_role("link", name="Записать каркас").click()
    page.locator("[name=concept_1]").fill("Круг и кольцо")
    page.locator("[name=links]").fill("Кольцо приходит раньше, чем круг побледнеет")
    page.locator("label", has=page.locator("[name=rating][value=good]")).click()
    go(page)
    page.get_by_text("Второй проход: через 4 дня").wait_for()


# The reminder


def assert_it_says_what_it_should(letter: EmailMessage, site: Site) -> None:
    assert letter["Subject"] == SUBJECT
    assert letter["Content-Language"] == "ru"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in (text_of(letter), text_of(letter, "html")):
        assert "Два прохода" in part
        assert re.search(r"[(>]2\sмин[)<]", part)
        assert "Круг и кольцо" in part
        assert f"{site.url}{HERE}recall/" in part
        assert f"{site.url}/settings/reminders/" in part
        # Nothing, some or most is remembered; tomorrow, in three days, on a day; a pause, and never again.
        assert part.count(f"{site.url}/r/") == 8
    assert len(links_of(letter)) == 10


def follow_the_button_of_the_mail(page: Page) -> None:
    page.goto("/mail/")
    page.get_by_role("link", name=SUBJECT).first.click()
    button = page.frame_locator("iframe").get_by_role("link", name="Начать: что ты помнишь?")
    with page.context.expect_page() as opened:
        button.click()
    opened.value.wait_for_url(f"**{HERE}recall/")
    opened.value.close()
    page.goto(f"{HERE}recall/")


def assert_its_links_answer(page: Page, letter: EmailMessage) -> None:
    """To whoever has the mail, signed in or not."""
    addresses = [address for address in links_of(letter) if "/r/" in address]
    said = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200
        said.append(page.locator("h1").inner_text())
    assert set(said[:3]) == {"Второй проход уже сделан"}
    assert set(said[3:6]) == {"Переносить нечего"}
    assert said[7].startswith("Отключить напоминания")


# The second pass


def recall(page: Page) -> None:
    assert "Круг и кольцо" not in page.content()
    page.locator("[name=text]").fill("Круг бледнеет, кольцо его возвращает")
    page.get_by_role("button", name="Открыть видео").click()
    page.wait_for_url(f"**{HERE}second/")


def watch_the_second_pass(page: Page) -> None:
    play_at_double_speed(page)
    playing(page, past=6)
    page.keyboard.press("n")
    page.keyboard.type("Кольцо ещё пустое")
    page.keyboard.press("Control+Enter")
    moment = page.locator("[data-notes] .note [data-at-ms]")
    moment.wait_for()
    playing(page)
    page.locator("[data-ask=coverage].met").wait_for(timeout=60_000)
    page.locator("#finish").get_by_role("button", name="Закончить проход").click()
    page.get_by_role("heading", name="Второй проход закончен").wait_for()

    at_ms = int(moment.get_attribute("data-at-ms") or 0)
    assert 6_000 <= at_ms < 20_000
    ready(page)
    moment.click()
    until(page, f"Math.abs(document.querySelector('video').currentTime - {at_ms / 1000}) < 2")
    assert film(page, "error") is None


# The instructor


def see_both_rings(page: Page) -> None:
    """Played at double speed the second pass was a light one, which the dashboard says."""
    page.goto(f"/teach/{COHORT}/")
    row = (
        page.get_by_role("region", name="Learners by videos")
        .get_by_role("row")
        .filter(has_text=NAME)
    )
    expect(row.get_by_role("img", name=BOTH_RINGS)).to_be_visible()
    row.get_by_role("link", name=NAME).click()
    expect(page.locator("h1")).to_have_text(NAME)
    expect(page.locator("#v-1")).to_contain_text(BOTH_RINGS)
