"""Every kind of page before axe, in light and in dark, and on a phone without a sideways scroll."""

from collections.abc import Callable, Iterable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from local.screenshots import SEAT_AT_THE_DESK
from local.site import Site

pytestmark = pytest.mark.whole_stack

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FRONT = (
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/privacy/",
    "/curricula/ml-engineer-50h/",
    "/mail/",
    "/styleguide/",
)
LEARNER = (
    "/c/autumn-26/",
    "/c/autumn-26/roadmap/",
    "/c/try-it/videos/two-passes/",
    "/c/try-it/videos/two-passes/first/",
    "/c/try-it/videos/two-passes/scaffold/",
    "/c/try-it/videos/two-passes/second/",
    "/c/try-it/videos/at-the-desk/first/",
    "/notes/",
    "/inbox/",
    "/start/",
    "/settings/",
    "/settings/reminders/",
    "/settings/tokens/",
    "/accounts/password/change/",
    "/accounts/email/",
)
INSTRUCTOR = (
    "/teach/",
    "/teach/new/",
    "/teach/autumn-26/",
    "/teach/autumn-26/people/",
    "/teach/autumn-26/settings/",
)
PEOPLE = [
    ("", FRONT),
    ("learner@example.org", LEARNER),
    ("instructor@example.org", INSTRUCTOR),
]
SignIn = Callable[[Page, str], None]


@pytest.fixture(scope="module", autouse=True)
def learner_at_the_desk(site: Site) -> None:
    """The demo's learner in the middle of a second pass, with notes of three kinds."""
    site.manage("shell", "--no-imports", "-c", SEAT_AT_THE_DESK)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("who", "addresses"), PEOPLE, ids=["visitor", "learner", "instructor"])
def test_axe_finds_nothing_to_mend(
    new_page: Callable[..., Page],
    sign_in: SignIn,
    who: str,
    addresses: Iterable[str],
    scheme: str,
) -> None:
    # axe is put into the page, which our policy rightly refuses.
    page = new_page(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    if who:
        sign_in(page, who)
    found = []

    for address in addresses:
        visit(page, address)
        answer = Axe().run(page, options={"runOnly": RULES}).response
        assert answer["passes"], f"axe looked at nothing on {address}"
        found += [
            f"{address}: {violation['help']}: {node['html'][:200]}"
            for violation in answer["violations"]
            for node in violation["nodes"]
        ]

    assert not found, "\n".join(found)


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
@pytest.mark.parametrize(("who", "addresses"), PEOPLE, ids=["visitor", "learner", "instructor"])
def test_nothing_runs_off_a_phone(
    new_page: Callable[..., Page],
    sign_in: SignIn,
    who: str,
    addresses: Iterable[str],
    locale: str,
) -> None:
    page = new_page(locale=locale, viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    if who:
        sign_in(page, who)
    found = []

    for address in addresses:
        visit(page, address)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            found.append(f"{address}: {over} px")

    assert not found, "\n".join(found)


def visit(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
