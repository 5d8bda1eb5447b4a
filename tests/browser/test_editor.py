"""A curriculum's next revision from a pasted link to the cohort that takes it, by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from local.site import Site
from tests.browser.watching import until

pytestmark = pytest.mark.whole_stack

BAKERY = """
from django.utils import timezone
from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.curriculum.document import read_document
from apps.curriculum.services import import_curriculum
from apps.curriculum.tests.conftest import SMALL
now = timezone.now()
revision = import_curriculum(document=read_document(SMALL), now=now).revision
user = User.objects.create_user(
    "baker@example.org", "two-passes", name="Bea Baker", may_edit_curricula=True
)
cohort = Cohort.objects.create(
    slug="bakery", name="Bakery", revision=revision, starts_on=now.date(), created_at=now
)
Membership.objects.create(user=user, cohort=cohort, role="instructor", joined_at=now)
"""


def test_a_link_becomes_a_revision_that_a_cohort_takes(
    new_page: Callable[..., Page], site: Site, let_in: Callable[[Page, str], None]
) -> None:
    site.python(BAKERY)
    page = new_page()
    let_in(page, "baker@example.org")
    page.goto("/curricula/bread/edit/")
    rows = page.locator("[data-video]")

    page.get_by_text("Add videos").click()
    page.get_by_label("YouTube link, or a list").fill(
        "Rolling | https://youtu.be/ccccccccccc?t=9 | 7:30"
    )
    page.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(rows).to_have_count(3)

    # By keyboard: the focus goes with the row, and its new place is said.
    up = page.get_by_role("button", name="“Rolling” up")
    up.press("Enter")
    expect(rows.nth(1)).to_have_attribute("data-video", "ccccccccccc")
    expect(up).to_be_focused()
    expect(page.locator(".sr[role=status]")).to_have_text("“Rolling” is number 2 now, in phase 1.")

    # By its grip: to the end, and the server knows.
    grip = page.locator("#video-aaaaaaaaaaa [data-grip]").bounding_box()
    last = rows.nth(2).bounding_box()
    assert grip
    assert last
    page.mouse.move(grip["x"] + 6, grip["y"] + 9)
    page.mouse.down()
    page.mouse.move(grip["x"] + 6, last["y"] + 20, steps=4)
    page.mouse.move(grip["x"] + 6, last["y"] + last["height"] - 2, steps=4)
    page.mouse.up()
    until(page, "document.querySelector('#video-aaaaaaaaaaa .no').textContent === '3'")

    page.get_by_role("link", name="Rolling").click()
    page.get_by_label("Title · Russian").fill("Раскатываем")
    page.get_by_label("Author").fill("A baker")
    page.get_by_label("Flour").check()
    expect(page.locator("[data-state]")).to_have_text("Saved in the draft")
    page.get_by_role("link", name="Outcomes", exact=True).click()
    page.get_by_role("link", name="Flour").click()
    page.get_by_label("Outcome · English").fill("What flour does")
    page.get_by_label("Outcome · Russian").fill("Что делает мука")
    expect(page.locator("[data-state]")).to_have_text("Saved in the draft")

    page.goto("/curricula/bread/edit/publish/")
    expect(page.get_by_text("“Rolling” comes as number 1, in phase 1.")).to_be_visible()
    expect(page.get_by_text("Outcome worded otherwise: What flour does")).to_be_visible()
    page.get_by_role("button", name="Publish revision 2").click()
    expect(page.get_by_text("Revision 2 is published.")).to_be_visible()

    page.get_by_role("link", name="See what changes for it").click()
    expect(page.get_by_text("“Rolling” comes as number 1, in phase 1.")).to_be_visible()
    page.get_by_role("button", name="Take revision 2").click()
    expect(page.get_by_text("The cohort follows revision 2 now.")).to_be_visible()
