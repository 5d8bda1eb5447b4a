"""A browser and the whole product for the journeys: real servers, worker, beat, mail and Chromium.

A page that writes an error to the console, our Content-Security-Policy's refusals among them, fails
its test. A failed test leaves its picture in `$VAR/test/pictures/`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from local.chromium import NoChromium, find_browser
from local.place import Place
from local.site import Site, the_site

PASSWORD = "two-passes"
PATIENCE_MS = 15_000
# What is set for a context does not hold for what is expected: that would be 5 seconds.
expect.set_options(timeout=PATIENCE_MS)
# Begun first, so that no browser is left alone with a long one at the end.
LONG = ("test_the_whole_story", "test_axe_finds_nothing", "test_the_whole_schema")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.name.startswith(LONG))


@pytest.fixture(scope="session")
def here() -> Place:
    return Place.from_environment().below("test")


@pytest.fixture(scope="session")
def site(here: Place) -> Iterator[Site]:
    """The whole stack with the demo, fresh, on a port of its own; other workers of this run share it."""
    with the_site(here.below("site")) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        found = find_browser()
    except NoChromium as error:
        pytest.fail(str(error), pytrace=False)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=found.executable, env=dict(found.env), args=found.arguments
        )
        yield launched
        launched.close()


@pytest.fixture
def new_page(
    browser: Browser, site: Site, here: Place, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Open pages, each as somebody new: `new_page(locale="ru-RU", ...)` as Playwright's contexts."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(**options: Any) -> Page:
        defaults = {"base_url": site.url, "locale": "en-GB", "timezone_id": "Europe/Warsaw"}
        context = browser.new_context(**(defaults | options))
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda said: complaints.append(complaint(said)) if said.type == "error" else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    failures_before = request.session.testsfailed
    yield open_page
    if request.session.testsfailed > failures_before:
        keep_pictures(contexts, here.var / "pictures", request.node.name)
    for context in contexts:
        context.close()
    assert complaints == []


def complaint(said: ConsoleMessage) -> str:
    return f"{said.text} ({said.location.get('url', '')})"


def keep_pictures(contexts: list[BrowserContext], folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        page.screenshot(path=folder / f"{name}-{number}.png", full_page=True)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One visitor with an English browser in Warsaw."""
    return new_page()


@pytest.fixture
def sign_in() -> Callable[[Page, str], None]:
    """Sign a person of the demo in: `sign_in(page, "learner@example.org")`."""

    def enter(page: Page, email: str) -> None:
        page.goto("/accounts/login/")
        page.locator("[name=login]").fill(email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit], main form button:not([type])").first.click()
        page.wait_for_url(lambda url: "/accounts/" not in url)

    return enter


LET_IN = """
from django.conf import settings
from django.test import Client
from apps.accounts.models import User
client = Client()
client.force_login(User.objects.get(email={email!r}))
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


@pytest.fixture
def let_in(site: Site) -> Callable[[Page, str], None]:
    """Somebody who has signed in before: `let_in(page, email)`, for journeys that begin after that."""

    def enter(page: Page, email: str) -> None:
        key = site.python(LET_IN.format(email=email)).strip()
        page.context.add_cookies(
            [{"name": "sessionid", "value": key, "url": site.url, "httpOnly": True}]
        )

    return enter
