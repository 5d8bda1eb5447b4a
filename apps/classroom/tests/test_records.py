"""A record of completion: only of what is done, as it was on the day, and shown by its address alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.classroom.tests.test_joining import signed_in
from apps.cohorts.models import Cohort, CompletionRecord, Membership
from apps.curriculum.models import Video
from apps.notes.services import write_note
from apps.progress.services import open_viewing
from apps.reminders.services import finish_pass
from tests.site.test_pages import pass_of

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
OWN = "/c/autumn/record/"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def do_all(membership: Membership, slugs: tuple[str, ...] = ("first", "second", "coding")) -> None:
    """Both passes of each, a day apart; the last first pass is told, not played."""
    for slug in slugs:
        video = Video.objects.get(slug=slug)
        begun = MONDAY - timedelta(days=5)
        if slug == "coding":
            first = open_viewing(
                membership=membership, video=video, number=1, now=begun, override=True
            )
            finish_pass(viewing=first, self_reported=True, now=begun)
        else:
            finish_pass(viewing=pass_of(membership, video, 1, begun), now=begun)
        later = MONDAY - timedelta(days=3)
        second = pass_of(membership, video, 2, later)
        write_note(viewing=second, at_ms=1000, kind="concept", body="Sums", now=later)
        finish_pass(viewing=second, now=later)


def test_before_the_end_the_page_says_what_is_left_and_makes_nothing(
    membership: Membership, learner: User
) -> None:
    do_all(membership, ("first", "second"))
    client = signed_in(learner)

    page = client.post(OWN, {"act": "make"}, follow=True)

    text = page.content.decode()
    assert "2 passes are still to be done." in text
    assert not CompletionRecord.objects.exists()


def test_a_record_is_made_and_verified_by_its_address(
    membership: Membership, learner: User, cohort: Cohort
) -> None:
    do_all(membership)
    client = signed_in(learner)
    assert "Your record of completion" in client.get("/c/autumn/roadmap/").content.decode()

    client.post(OWN, {"act": "make"})

    record = CompletionRecord.objects.get()
    assert (record.name, record.videos, record.self_reported, record.notes) == (
        "Nadia Kowalska", 3, 1, 3,
    )  # fmt: skip
    assert (record.started_on.day, record.finished_on.day) == (28, 30)
    assert f"http://testserver/records/{record.code}/" in client.get(OWN).content.decode()
    page = Client().get(f"/records/{record.code}/")
    text = " ".join(page.content.decode().split())
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "watched all 3 videos of “Networks” twice" in text
    assert "1 video, in part or whole" in text
    assert learner.email not in text


def test_made_anew_it_keeps_its_address_and_taken_back_it_is_gone(
    membership: Membership, learner: User
) -> None:
    do_all(membership)
    client = signed_in(learner)
    client.post(OWN, {"act": "make"})
    code = CompletionRecord.objects.get().code
    learner.name = "Nadia Nowak"
    learner.save()
    # What is printed does not change by itself.
    assert "Nadia Kowalska" in Client().get(f"/records/{code}/").content.decode()

    client.post(OWN, {"act": "make"})
    assert "Nadia Nowak" in Client().get(f"/records/{code}/").content.decode()
    client.post(OWN, {"act": "withdraw"})

    assert Client().get(f"/records/{code}/").status_code == 404
    client.post(OWN, {"act": "make"})
    assert CompletionRecord.objects.get().code != code


def test_whoever_left_takes_their_record_back_and_makes_no_new_one(
    membership: Membership, learner: User
) -> None:
    do_all(membership)
    client = signed_in(learner)
    client.post(OWN, {"act": "make"})
    code = CompletionRecord.objects.get().code
    Membership.objects.filter(pk=membership.pk).update(ended_at=MONDAY)
    assert code in client.get(OWN).content.decode()
    assert client.post(OWN, {"act": "make"}).status_code == 404

    assert client.post(OWN, {"act": "withdraw"}).status_code == 302

    assert Client().get(f"/records/{code}/").status_code == 404
    assert client.get(OWN).status_code == 404


@pytest.mark.parametrize("code", ["nonsense", "x" * 300, "%00"])
def test_what_was_never_made_is_not_there(client: Client, db: None, code: str) -> None:
    assert client.get(f"/records/{code}/").status_code == 404


def test_nobody_makes_a_record_for_somebody_else(
    membership: Membership, instructor: User, stranger: User
) -> None:
    do_all(membership)

    assert signed_in(instructor).post(OWN, {"act": "make"}).status_code == 403
    assert signed_in(stranger).post(OWN, {"act": "make"}).status_code == 404
    assert not CompletionRecord.objects.exists()
