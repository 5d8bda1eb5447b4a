"""Every kind of page before axe, in light and in dark, and on a phone without a sideways scroll."""

from collections.abc import Callable, Iterable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

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
    "/curricula/",
    "/curricula/ml-engineer-50h/edit/",
    "/curricula/ml-engineer-50h/edit/videos/aircAruvnKk/",
)
PEOPLE = [
    ("", FRONT),
    ("learner@example.org", LEARNER),
    ("instructor@example.org", INSTRUCTOR),
]
SignIn = Callable[[Page, str], None]


# What passes is only counted: naming each element of it would take longer than judging it.
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}
LOOK = """options => axe.run(options).then(answer => ({
  passes: answer.passes.length,
  found: answer.violations.flatMap(each =>
    each.nodes.map(node => `${each.help}: ${node.html.slice(0, 200)}`)),
}))"""
WIDE: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 390, "height": 844}
# Seated once, however many workers come here.
SEAT_ONCE = f"""
from django.db import transaction
from apps.accounts.models import User
from apps.cohorts.models import Membership
with transaction.atomic():
    User.objects.select_for_update().get(email="learner@example.org")
    mine = Membership.objects.filter(user__email="learner@example.org", cohort__slug="try-it")
    if not mine.exists():
        exec({SEAT_AT_THE_DESK!r}, {{}})
"""


@pytest.fixture(scope="module", autouse=True)
def learner_at_the_desk(site: Site) -> None:
    """The demo's learner in the middle of a second pass, with notes of three kinds."""
    site.python(SEAT_ONCE)


@pytest.mark.parametrize(("who", "addresses"), PEOPLE, ids=["visitor", "learner", "instructor"])
def test_axe_finds_nothing_to_mend_in_light_and_dark_and_nothing_runs_off_a_phone(
    new_page: Callable[..., Page], sign_in: SignIn, who: str, addresses: Iterable[str]
) -> None:
    # axe is put into the page, which our policy rightly refuses.
    page = new_page(viewport=WIDE, reduced_motion="reduce", bypass_csp=True)
    if who:
        sign_in(page, who)
    found = []

    for address in addresses:
        visit(page, address)
        page.evaluate(AXE_SCRIPT)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            answer = page.evaluate(LOOK, OPTIONS)
            assert answer["passes"], f"axe looked at nothing on {address}"
            found += [f"{address} in the {scheme}: {each}" for each in answer["found"]]
        found += wider_than_a_phone(page, address)

    assert not found, "\n".join(found)


@pytest.mark.parametrize(("who", "addresses"), PEOPLE, ids=["visitor", "learner", "instructor"])
def test_nothing_runs_off_a_phone_in_russian(
    new_page: Callable[..., Page], sign_in: SignIn, who: str, addresses: Iterable[str]
) -> None:
    page = new_page(locale="ru-RU", viewport=PHONE, reduced_motion="reduce")
    if who:
        sign_in(page, who)
    found = []

    for address in addresses:
        visit(page, address)
        found += wider_than_a_phone(page, address)

    assert not found, "\n".join(found)


def visit(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address


def wider_than_a_phone(page: Page, address: str) -> list[str]:
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if before:
        page.set_viewport_size(before)
    return [f"{address}: {over} px off a phone"] if over > 0 else []
