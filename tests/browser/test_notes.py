"""A shared question and its answer, a search with a marked hit, and taking everything away, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from local.site import Site
from tests.browser.watching import make_watcher

pytestmark = pytest.mark.whole_stack

SignIn = Callable[[Page, str], None]
WRITE = """
from django.utils import timezone
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.notes.services import write_note
from apps.progress.models import Viewing
now = timezone.now()
membership = Membership.objects.get(user__email={email!r})
video = Video.objects.get(slug="film", curriculum__revisions=membership.cohort.revision)
viewing = Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)
write_note(viewing=viewing, at_ms=2_000, kind="question", body="Why a square root?", now=now)
write_note(
    viewing=viewing, at_ms=5_000, kind="code", code="F.softmax(wei, dim=-1) # softmax", now=now
)
"""


def test_a_question_is_shared_answered_and_taken_back(
    new_page: Callable[..., Page], site: Site, let_in: SignIn
) -> None:
    asker, mate = make_watcher(site, "asker"), make_watcher(site, "mate")
    site.python(WRITE.format(email=asker.email))
    page, other = new_page(), new_page()
    let_in(page, asker.email)
    let_in(other, mate.email)

    page.goto("/notes/?q=softmax")
    expect(page.locator("mark")).to_have_text(["softmax", "softmax"])
    page.goto("/notes/?kind=question")
    page.get_by_role("button", name="Share with the cohort").click()
    expect(page.get_by_text("Your cohort and its instructors see this note now.")).to_be_visible()
    assert page.url.endswith("/notes/?kind=question")
    page.get_by_role("link", name="No answer yet").click()
    expect(page.get_by_text("Nobody has answered yet.")).to_be_visible()
    address = page.url

    other.goto("/notes/?where=shared")
    expect(other.get_by_text("Why a square root?")).to_be_visible()
    other.get_by_role("link", name="Answer").click()
    other.get_by_label("Your answer").fill("So that the *variance* stays one.")
    other.get_by_role("button", name="Answer").click()
    expect(other.locator(".prose em")).to_have_text("variance")

    page.goto("/notes/")
    page.get_by_role("link", name="1 answer").click()
    expect(page.locator(".prose em")).to_have_text("variance")
    page.get_by_role("button", name="Mark as settled").click()
    expect(page.get_by_text("settled", exact=True)).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Only you see this note again.")).to_be_visible()
    gone = other.request.get(address)
    assert gone.status == 404

    page.goto("/notes/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as Markdown").click()
    name = download.value.suggested_filename
    assert name.startswith("second-pass-notes-")
    text = Path(download.value.path()).read_text()
    assert "F.softmax(wei, dim=-1)" in text
    assert "> So that the *variance* stays one." in text
    assert f"]({site.url}/c/" in text
