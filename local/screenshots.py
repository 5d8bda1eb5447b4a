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
# Seconds of film to play, and half seconds to wait for them.
PLAY_SECONDS, PLAY_PATIENCE = 6, 60
WIDE, PHONE = (1280, 860), (390, 800)

DESK = "/c/try-it/videos/two-passes/second/"
# YouTube is out of reach for a test browser, so the desk shows one of the demo's own films.
SEAT_AT_THE_DESK = """
from datetime import timedelta
from django.utils import timezone
from apps.accounts.models import User
from apps.curriculum.models import Video
from apps.notes.services import write_note
from apps.overview.services import join_open
from apps.progress.services import open_viewing, write_recall
from apps.reminders.services import finish_pass
now = timezone.now()
before = now - timedelta(days=4)
user = User.objects.get(email="learner@example.org")
membership = join_open(user=user, cohort_slug="try-it", now=before)
video = Video.objects.get(slug="two-passes", curriculum__slug="try-it")
first = open_viewing(membership=membership, video=video, number=1, now=before)
finish_pass(viewing=first, now=before, self_reported=True)
desk = open_viewing(membership=membership, video=video, number=2, now=now)
write_recall(viewing=desk, text="Two rings: the disc is watching, the ring is working.", now=now)
write_note(
    viewing=desk, at_ms=4000, kind="concept", now=now,
    body="The first pass builds the *scaffold*; the second one hangs things on it.",
)
write_note(
    viewing=desk, at_ms=9000, kind="code", now=now, typed_share=1.0,
    code="def coverage(played, length):\\n    return sum(b - a for a, b in merge(played)) / length",
    output="0.95",
)
write_note(
    viewing=desk, at_ms=14000, kind="question", now=now, visibility="cohort",
    body="Why is the ring drawn dashed before anything is late?",
)
"""
# The reminder of this evening, sent already.
NEXT_REMINDER = """
from apps.reminders.models import Wake
print(Wake.objects.get(user__email="learner@example.org").next_at.isoformat())
"""
SPEAK = """
from apps.accounts.models import User
User.objects.filter(email={email!r}).update(language={language!r})
"""


@dataclass(frozen=True)
class Picture:
    """A page as one person sees it; `path` may name links to follow as `page -> css selector`."""

    name: str
    path: str
    person: str = ""
    size: tuple[int, int] = WIDE
    dark: bool = False
    language: str = "en"


PICTURES = (
    Picture("landing", "/"),
    Picture("home", "/c/autumn-26/", "learner"),
    Picture("roadmap", "/c/autumn-26/roadmap/", "learner"),
    Picture("desk", DESK, "learner"),
    Picture("dashboard", "/teach/autumn-26/", "instructor"),
    Picture("learner", "/teach/autumn-26/ -> .need tr:nth-child(2) a", "instructor"),
    Picture("mail", "/mail/ -> a[href^='/mail/'] -> iframe", size=(680, 720)),
    # The last one, as the language stays.
    Picture("home-phone-dark", "/c/autumn-26/", "learner", PHONE, dark=True, language="ru"),
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
    path, *links = picture.path.split(" -> ")
    with visitor(browser, site, picture) as page:
        answer = page.goto(path)
        if answer is None or not answer.ok:
            raise RuntimeError(f"{path} answered {answer and answer.status}")
        for link in links:
            target = page.locator(f"main {link}").first
            page.goto(target.get_attribute("href") or target.get_attribute("src") or "")
        page.wait_for_load_state("networkidle")
        if path == DESK:
            play_a_little(page)
        file = FOLDER / f"{picture.name}.png"
        page.screenshot(path=file)
    return file


def play_a_little(page: Page) -> None:
    """Let the film run for some seconds, so that the picture shows more than a black frame."""
    page.keyboard.press("k")
    # Our policy forbids the eval that Playwright's own waiting for a function needs.
    for _ in range(PLAY_PATIENCE):
        if page.evaluate("document.querySelector('video').currentTime") > PLAY_SECONDS:
            break
        page.wait_for_timeout(500)
    else:
        raise RuntimeError("the film does not play")
    page.keyboard.press("k")


def send_the_next_reminder(site: Site) -> None:
    """By the same code as the ticks, as if the learner's hour had come."""
    moment = site.manage("shell", "--no-imports", "-c", NEXT_REMINDER).strip()
    site.manage("reminders_plan", "--now", moment)
    site.manage("reminders_deliver", "--now", moment, "--only-to", "learner@example.org")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = find_browser()
    with (
        running_site(Place.from_environment().below("pictures")) as site,
        sync_playwright() as tool,
    ):
        site.manage("shell", "--no-imports", "-c", SEAT_AT_THE_DESK)
        browser = tool.chromium.launch(
            executable_path=found.executable, env=dict(found.env), args=found.arguments
        )
        send_the_next_reminder(site)
        for picture in PICTURES:
            if picture.language != "en":
                words = {"email": f"{picture.person}@example.org", "language": picture.language}
                site.manage("shell", "--no-imports", "-c", SPEAK.format(**words))
            print(take(browser, site, picture).relative_to(ROOT), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
