"""The door of drafts: whose page sends what, and which version it has seen."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.notes.models import Draft, Note
from apps.progress.models import Viewing

SECOND = "/c/autumn/videos/first/second/"
DRAFT = "/c/autumn/videos/first/drafts/aaaa/"


def put(browser: Client, body: str, version: int, **headers: str) -> int:
    said = {"values": {"body": body}, "kind": "concept", "version": version, "at_ms": 1000}
    answer = browser.put(DRAFT, said, content_type="application/json", headers=headers)
    return answer.status_code


def test_what_another_device_wrote_since_is_not_put_away_unseen(
    browser: Client, second_pass: Viewing
) -> None:
    put(browser, "of one", 0)
    put(browser, "of the other", 1)

    refused = browser.delete(f"{DRAFT}?version=1")

    assert refused.status_code == 412
    assert refused.json()["values"] == {"body": "of the other"}
    assert browser.delete(f"{DRAFT}?version=2").status_code == 200
    assert not Draft.objects.exists()


def test_a_page_of_somebody_else_writes_and_reads_nothing_in_my_name(
    browser: Client, second_pass: Viewing, cohort_mate: User, learner: User
) -> None:
    put(browser, "mine", 0)
    theirs = {"X-Reader": str(cohort_mate.pk)}
    note = {"action": "note", "kind": "concept", "at": "1:05", "body": "theirs"}

    answers = [
        put(browser, "theirs", 1, **theirs),
        browser.get(DRAFT, headers=theirs).status_code,
        browser.delete(f"{DRAFT}?version=1", headers=theirs).status_code,
        browser.post(SECOND, note, headers=theirs).status_code,
        browser.get(SECOND, headers=theirs | {"HX-Request": "true"}).status_code,
        browser.post("/notes/preview/", note, headers=theirs).status_code,
    ]

    assert answers == [401] * 6
    assert Draft.objects.get().values == {"body": "mine"}
    assert not Note.objects.exists()
    assert put(browser, "mine too", 1, **{"X-Reader": str(learner.pk)}) == 200


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_version_that_is_none_is_not_asked_for(
    browser: Client, second_pass: Viewing, version: str
) -> None:
    put(browser, "of one", 0)

    assert browser.delete(f"{DRAFT}?version={version}").status_code == 200
