"""An open dashboard follows what happens, and takes nothing from who reads it; the table obeys arrow keys."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from local.site import Site
from tests.browser.test_two_passes import SignIn
from tests.browser.watching import make_watcher, until

pytestmark = pytest.mark.whole_stack

TEACH = """
from django.utils import timezone
from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
user = User.objects.create_user("teach.open@example.org", "two-passes", name="Tea Cher")
cohort = Cohort.objects.get(slug={cohort!r})
Membership.objects.create(user=user, cohort=cohort, role="instructor", joined_at=timezone.now())
print(Membership.objects.get(user__email={email!r}).pk)
"""
FINISH = """
from django.utils import timezone
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.progress.models import Viewing
from apps.progress.services import open_viewing
from apps.reminders.services import finish_pass
membership = Membership.objects.select_related("cohort__revision__curriculum", "user").get(
    user__email={email!r}
)
video = Video.objects.get(slug="film", curriculum__revisions=membership.cohort.revision)
now = timezone.now()
viewing = open_viewing(membership=membership, video=video, number=1, now=now)
finish_pass(viewing=viewing, now=now, self_reported=True)
"""


def test_a_pass_shows_within_five_seconds_and_nothing_typed_is_lost(
    new_page: Callable[..., Page], site: Site, let_in: SignIn
) -> None:
    learner = make_watcher(site, "follower")
    said = site.python(TEACH.format(cohort=learner.cohort, email=learner.email))
    row = f"#h-{said.strip().splitlines()[-1]}"
    page = new_page()
    let_in(page, "teach.open@example.org")
    page.goto(f"/teach/{learner.cohort}/?cols=videos,first&order=name")
    count = page.locator(f"{row} td.num")
    expect(count).to_have_text("0")
    search = page.get_by_role("searchbox")
    search.fill("half a na")
    page.evaluate("document.querySelector('#columns').open = true; scrollTo(0, 200)")
    scrolled = page.evaluate("scrollY")

    site.python(FINISH.format(email=learner.email))

    expect(count).to_have_text("1", timeout=5000)
    expect(search).to_have_value("half a na")
    expect(search).to_be_focused()
    assert page.evaluate("[scrollY, document.querySelector('#columns').open]") == [scrolled, True]

    name = page.locator(f"{row} th a")
    name.focus()
    page.keyboard.press("ArrowRight")
    until(page, "document.activeElement.hash === '#v-1'")
    page.keyboard.press("Control+Home")
    until(page, "document.activeElement.closest('thead') !== null")
    page.keyboard.press("Control+End")
    until(page, "document.activeElement.localName === 'td'")
    assert page.locator("#everyone-table [tabindex='0']").count() == 1
