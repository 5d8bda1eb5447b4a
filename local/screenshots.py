"""The pictures of the README: real pages of a fresh demo, taken by the test browser.

Run as `python -m local.screenshots`; writes `docs/pictures/*.png`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from local.chromium import find_browser
from local.place import ROOT, Place
from local.site import Site, running_site

FOLDER = ROOT / "docs" / "pictures"
PASSWORD = "two-passes"  # noqa: S105 - the demo's, which is published
WIDE, PHONE = (1280, 860), (390, 800)


@dataclass(frozen=True)
class Picture:
    """A page as one person sees it; `path` may name a link to follow as `page -> css selector`."""

    name: str
    path: str
    person: str = ""
    size: tuple[int, int] = WIDE
    dark: bool = False
    language: str = "en-GB"


PICTURES = (
    Picture("landing", "/"),
    Picture("home", "/c/autumn-26/", "learner"),
    Picture("home-phone-dark", "/c/autumn-26/", "learner", PHONE, dark=True),
    Picture("roadmap", "/c/autumn-26/roadmap/", "learner"),
    Picture("desk", "/c/autumn-26/ -> a[href$='/second/']", "learner"),
    Picture("dashboard", "/teach/autumn-26/", "instructor"),
    Picture("learner", "/teach/autumn-26/ -> a[href*='/learners/']", "instructor"),
)


@contextmanager
def visitor(browser: Browser, site: Site, picture: Picture) -> Iterator[Page]:
    """A page in a context of its own, signed in where the picture asks for it."""
    width, height = picture.size
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
        locale=picture.language,
        timezone_id="Europe/Warsaw",
    )
    page = context.new_page()
    if picture.person:
        page.goto("/accounts/login/")
        page.locator("[name=login]").fill(f"{picture.person}@example.org")
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/accounts/" not in url)
    yield page
    context.close()


def take(browser: Browser, site: Site, picture: Picture) -> Path:
    """Take one picture; raise RuntimeError where the page is not what it should be."""
    path, _, link = picture.path.partition(" -> ")
    with visitor(browser, site, picture) as page:
        answer = page.goto(path)
        if answer is None or not answer.ok:
            raise RuntimeError(f"{path} answered {answer and answer.status}")
        if link:
            target = page.locator(f"main {link}").first.get_attribute("href")
            page.goto(str(target))
        page.wait_for_load_state("networkidle")
        file = FOLDER / f"{picture.name}.png"
        page.screenshot(path=file)
    return file


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = find_browser()
    with (
        running_site(Place.from_environment().below("pictures")) as site,
        sync_playwright() as tool,
    ):
        browser = tool.chromium.launch(
            executable_path=found.executable, env=dict(found.env), args=found.arguments
        )
        for picture in PICTURES:
            print(take(browser, site, picture).relative_to(ROOT), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
