"""Signing up and getting back in, with the mail that really arrives in the sink."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from local.site import Site
from tests.browser.letters import code_of

pytestmark = pytest.mark.whole_stack


def newest_letter(site: Site, page: Page, to: str) -> EmailMessage:
    """The newest message to this address, once it is there."""
    for _patience in range(100):
        for path in reversed(site.letters()):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            if message["To"] == to:
                return message
        page.wait_for_timeout(100)
    raise AssertionError(f"no letter to {to}")


def test_a_visitor_signs_up_with_the_browser_s_language_and_zone(
    new_page: Callable[..., Page], site: Site
) -> None:
    page = new_page(locale="ru-RU", timezone_id="Asia/Yekaterinburg")
    page.goto("/")
    page.get_by_role("link", name="Зарегистрироваться").first.click()
    page.locator("[name=name]").fill("Ёлка Новак")
    page.locator("[name=email]").fill("yolka@example.org")
    page.locator("[name=password1]").fill("three plain words")
    page.get_by_role("button", name="Зарегистрироваться").click()

    letter = newest_letter(site, page, "yolka@example.org")
    page.locator("[name=code]").fill(code_of(letter))
    page.locator("main form button").first.click()

    page.wait_for_url("**/start/")
    page.goto("/settings/")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("[name=time_zone]")).to_have_value("Asia/Yekaterinburg")
    expect(page.locator("[name=name]")).to_have_value("Ёлка Новак")


def test_what_is_wrong_with_the_form_has_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.locator("[name=name]").fill("Ada")
    page.locator("[name=email]").fill("ada@example.org")
    page.locator("[name=password1]").fill("short")
    page.get_by_role("button", name="Sign up").click()

    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link", name="Password").click()

    expect(page.locator("[name=password1]")).to_be_focused()


def test_a_forgotten_password_is_replaced_and_the_mail_is_shown_on_this_machine(
    page: Page, site: Site
) -> None:
    site.python(PERSON)
    page.goto("/accounts/password/reset/")
    page.locator("[name=email]").fill("grace@example.org")
    page.get_by_role("button", name="Send the link").click()
    newest_letter(site, page, "grace@example.org")

    page.goto("/mail/")
    page.get_by_role("link", name="grace@example.org").first.click()
    button = page.frame_locator("iframe").get_by_role("link", name="Choose a new password")
    with page.context.expect_page() as opened:
        button.click()
    reset = opened.value
    reset.locator("[name=password1]").fill("four other plain words")
    reset.get_by_role("button", name="Save the password").click()

    reset.wait_for_url("**/start/")
    assert newest_letter(site, page, "grace@example.org")["Subject"] == "Your password was reset"


PERSON = """
from allauth.account.models import EmailAddress
from apps.accounts.models import User
user = User.objects.create_user("grace@example.org", "forgotten-words", name="Grace")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""
