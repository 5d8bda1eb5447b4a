"""Scaffold and recall as pages: asked at the right time, kept whole, hidden and shown as the method says."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from apps.cohorts.models import Cohort
from apps.notes.models import Draft
from apps.progress.models import Viewing
from apps.reminders.models import Rewatch

SCAFFOLD = "/c/autumn/videos/first/scaffold/"
RECALL = "/c/autumn/videos/first/recall/"
SECOND = "/c/autumn/videos/first/second/"


@pytest.fixture
def bare_first_pass(first_pass: Viewing) -> Viewing:
    """A finished first pass whose scaffold was not written."""
    Viewing.objects.filter(pk=first_pass.pk).update(scaffold=None, scaffold_at=None, rating="")
    first_pass.refresh_from_db()
    return first_pass


def second_of(first_pass: Viewing) -> Viewing | None:
    return Viewing.objects.filter(
        membership=first_pass.membership_id, video=first_pass.video_id, number=2
    ).first()


def test_before_the_first_pass_is_done_there_is_no_scaffold(browser: Client, video: object) -> None:
    assert browser.get(SCAFFOLD).headers["Location"] == "/c/autumn/videos/first/first/"


def test_the_scaffold_is_kept_and_the_rating_moves_the_promise(
    browser: Client, bare_first_pass: Viewing
) -> None:
    answer = browser.post(
        SCAFFOLD,
        {"concept_1": " Neurons ", "concept_3": "Layers", "links": "They add up", "rating": "easy"},
    )

    bare_first_pass.refresh_from_db()
    assert answer.headers["Location"] == "/c/autumn/"
    assert bare_first_pass.scaffold == {"concepts": ["Neurons", "Layers"], "links": "They add up"}
    # Finished on 1 November; easy is six days.
    assert Rewatch.objects.get().due_on.isoformat() == "2026-11-07"


def test_each_rating_shows_its_real_day(browser: Client, bare_first_pass: Viewing) -> None:
    page = browser.get(SCAFFOLD).content.decode()

    for words in ("tomorrow, Tuesday", "in 2 days, Wednesday", "in 3 days, Thursday"):
        assert words in page
    assert "in 5 days, Saturday" in page


def test_once_a_reminder_was_sent_the_rating_names_no_day(
    browser: Client, bare_first_pass: Viewing
) -> None:
    Rewatch.objects.update(reminders_sent=1)

    page = browser.get(SCAFFOLD).content.decode()

    assert "This only moves the day" not in page
    assert page.count('name="rating"') == 4


def test_an_empty_scaffold_names_what_is_missing_and_keeps_the_rest(
    browser: Client, bare_first_pass: Viewing
) -> None:
    answer = browser.post(SCAFFOLD, {"links": "They add up"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Name one concept at least." in page
    assert "Choose how it went" in page
    assert "They add up" in page


def test_a_skipped_scaffold_is_asked_again_on_the_way_into_the_second_pass(
    browser: Client, bare_first_pass: Viewing
) -> None:
    skipped = browser.post(SCAFFOLD, {"action": "skip"})
    asked = browser.post(RECALL, {"text": "Layers"})
    passed = browser.post(f"{SCAFFOLD}?then=second", {"action": "skip"})

    bare_first_pass.refresh_from_db()
    assert skipped.headers["Location"] == "/c/autumn/"
    assert bare_first_pass.scaffold_skipped_at is not None
    assert asked.headers["Location"] == f"{SCAFFOLD}?then=second"
    assert passed.headers["Location"] == SECOND


def test_the_scaffold_stays_hidden_until_the_recall_is_written(
    browser: Client, first_pass: Viewing
) -> None:
    before = browser.get(RECALL).content.decode()
    opened = browser.post(RECALL, {"text": "Something with layers"})
    desk = browser.get(SECOND).content.decode()

    assert "Neurons hold numbers" not in before
    assert opened.headers["Location"] == SECOND
    assert "Neurons hold numbers" in desk
    assert "Something with layers" in desk


def test_the_recall_opens_the_second_pass_and_is_asked_once(
    browser: Client, first_pass: Viewing, now: datetime
) -> None:
    unopened = browser.get(SECOND)
    browser.post(RECALL, {"text": "Something with layers"})

    second = second_of(first_pass)
    assert unopened.headers["Location"] == RECALL
    assert second is not None
    assert (second.recall, second.recall_at) == ("Something with layers", now)
    assert browser.get(RECALL).headers["Location"] == SECOND


def test_nothing_comes_to_mind_is_an_answer_too(browser: Client, first_pass: Viewing) -> None:
    browser.post(RECALL, {"action": "skip"})

    second = second_of(first_pass)
    assert second is not None
    assert second.recall == ""
    assert second.recall_skipped_at is not None
    assert "Nothing came to mind." in browser.get(SECOND).content.decode()


def test_an_empty_recall_opens_nothing(browser: Client, first_pass: Viewing) -> None:
    answer = browser.post(RECALL, {"text": "  "})

    assert answer.status_code == 422
    assert "Write a word or two, or go on without." in answer.content.decode()
    assert second_of(first_pass) is None


def test_a_pass_opened_by_another_client_is_asked_too(
    browser: Client, second_pass: Viewing
) -> None:
    Viewing.objects.filter(pk=second_pass.pk).update(recall="", recall_at=None)

    assert browser.get(SECOND).headers["Location"] == RECALL


def test_on_the_same_day_sleep_comes_first_and_going_past_it_is_recorded(
    browser: Client, first_pass: Viewing, clock: time_machine.Traveller, now: datetime
) -> None:
    same_evening = now - timedelta(hours=20)
    clock.move_to(same_evening)

    doorstep = browser.get(RECALL).content.decode()
    refused = browser.post(RECALL, {"text": "Layers"}).content.decode()
    form = browser.get(f"{RECALL}?anyway").content.decode()
    browser.post(RECALL, {"text": "Layers", "override": "1"})

    assert "Sleep on it first" in doorstep
    assert "Sleep on it first" in refused
    assert '<input type="hidden" name="override" value="1">' in form
    second = second_of(first_pass)
    assert second is not None
    assert second.night_overridden_at == same_evening


def test_other_words_from_a_second_tab_become_the_draft_of_a_note(
    browser: Client, first_pass: Viewing
) -> None:
    browser.post(RECALL, {"text": "Something with layers"})
    browser.post(RECALL, {"text": "Something with layers"})
    assert not Draft.objects.filter(saved_at=None).exists()

    answer = browser.post(RECALL, {"text": "Edges,\r\nthen loops"})

    second = second_of(first_pass)
    assert second is not None
    assert answer.headers["Location"] == SECOND
    assert second.recall == "Something with layers"
    draft = Draft.objects.get(saved_at=None)
    assert (draft.viewing_id, draft.values) == (second.pk, {"body": "Edges,\nthen loops"})
    assert "These words are the draft of a note now." in browser.get(SECOND).content.decode()


def test_a_cohort_that_does_not_ask_opens_the_desk_by_one_button(
    browser: Client, first_pass: Viewing
) -> None:
    Cohort.objects.update(recall_first=False)

    door = browser.get(RECALL).content.decode()
    assert "What do you remember?" not in door
    assert not Viewing.objects.filter(number=2).exists()
    opened = browser.post(RECALL)

    second = Viewing.objects.get(number=2)
    assert opened["Location"] == SECOND
    assert (second.recall_at, second.recall_skipped_at) == (None, None)
    assert "Your cohort does not ask." in browser.get(SECOND).content.decode()


def test_recall_is_asked_again_where_the_cohort_asks_again(
    browser: Client, first_pass: Viewing
) -> None:
    Cohort.objects.update(recall_first=False)
    browser.post(RECALL)
    Cohort.objects.update(recall_first=True)

    assert browser.get(SECOND)["Location"] == RECALL
    browser.post(RECALL, {"text": "Weights"})

    assert Viewing.objects.get(number=2).recall == "Weights"
