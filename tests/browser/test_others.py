"""What others shared, beside the film: opened when one wants it, and each note plays from its moment."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from local.site import Site
from tests.browser.test_two_passes import SignIn, to_the_desk
from tests.browser.watching import film, make_watcher, playing, until

pytestmark = pytest.mark.whole_stack

SHARE = """
from django.utils import timezone
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.notes.services import write_note
from apps.progress.models import Viewing
now = timezone.now()
membership = Membership.objects.get(user__email={email!r})
video = Video.objects.get(slug="film", curriculum__revisions=membership.cohort.revision)
viewing = Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)
write_note(
    viewing=viewing, at_ms=5_000, kind="observation", body={body!r}, visibility="cohort", now=now
)
"""


def test_a_note_of_a_mate_is_opened_and_plays_from_its_moment(
    new_page: Callable[..., Page], site: Site, let_in: SignIn
) -> None:
    me, mate = make_watcher(site, "reader"), make_watcher(site, "sharer")
    words = f"Seen by {mate.email}"
    site.python(SHARE.format(email=mate.email, body=words))
    page = new_page()
    let_in(page, me.email)
    to_the_desk(page, me)
    expect(page.get_by_text(words)).to_have_count(0)

    page.get_by_text("What others shared about this video").click()
    note = page.locator("[data-others] .note").filter(has_text=words)
    note.locator("a[data-at-ms]").click()

    playing(page, past=5)
    assert film(page, "currentTime") < 9
    until(page, "document.querySelector('[data-others] .note--now') !== null")
