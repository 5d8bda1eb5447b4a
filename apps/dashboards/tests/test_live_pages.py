"""What changed since I last looked, and open pages that follow what happens."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Event, Look, Membership
from apps.cohorts.services import end_membership, record_look
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.dashboards.tests.test_board import BEGUN, NOW, watch
from apps.dashboards.tests.test_board_pages import BOARD, address_of, words
from apps.notes.services import write_note
from apps.overview.services import join_open
from apps.progress.models import Viewing
from apps.progress.services import open_viewing
from apps.reminders.models import Rewatch

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def watched(membership: Membership) -> Membership:
    watch(membership, "first", 1, BEGUN)
    return membership


def look(user: User, address: str, at: timedelta) -> str:
    with time_machine.travel(NOW + at, tick=False):
        return words(user, address)


def test_what_is_new_is_told_in_words_until_the_next_visit(
    instructor: User, watched: Membership, cohort: Cohort
) -> None:
    assert "Since you last looked" not in look(instructor, BOARD, -2 * HOUR)
    with time_machine.travel(NOW - HOUR, tick=False):
        watch(watched, "first", 2, NOW - HOUR)
        second = Viewing.objects.get(membership=watched, number=2)
        for kind, visibility in (("question", "cohort"), ("concept", "private")):
            write_note(
                viewing=second, at_ms=1, kind=kind, body="x", visibility=visibility, now=NOW - HOUR
            )
        Rewatch.objects.update(recall_answered_at=NOW - HOUR)
        Cohort.objects.update(is_open=True)
        join_open(user=make_user("Zoe"), cohort_slug="autumn", now=NOW - HOUR)

    told = (
        "Since you last looked, today at 11:00 : 1 second pass finished, 1 question asked,"
        " 1 answer to a reminder and new here: Zoe."
    )
    for at in (timedelta(0), timedelta(minutes=20), timedelta(minutes=40)):
        page = look(instructor, BOARD, at)
        assert told in page
        assert "Nadia Kowalska 1 second pass finished" in page
    assert "today at 13:40 : nothing new." in look(instructor, BOARD, 2 * HOUR)


def test_each_reader_and_each_learner_has_a_last_look_of_their_own(
    instructor: User, observer: User, watched: Membership, cohort: Cohort, join: Join
) -> None:
    other = join(make_user("Zoe"), cohort)
    address = address_of(watched)
    look(instructor, address, -2 * HOUR)
    with time_machine.travel(NOW - HOUR, tick=False):
        watch(watched, "second", 1, NOW - HOUR)

    assert "Since you last looked" not in look(observer, address, timedelta(0))
    assert "1 first pass finished." in look(instructor, address, timedelta(0))
    assert "Since you last looked" not in look(instructor, address_of(other), timedelta(0))
    assert Look.objects.count() == 3


def test_who_left_is_told_once(
    instructor: User, watched: Membership, cohort: Cohort, join: Join
) -> None:
    other = join(make_user("Zoe"), cohort)
    look(instructor, BOARD, -2 * HOUR)
    end_membership(membership=other, now=NOW - HOUR)

    assert "No longer here: Zoe." in look(instructor, BOARD, timedelta(0))


def test_a_look_back_in_time_moves_nothing_back(
    instructor: User, watched: Membership, cohort: Cohort
) -> None:
    reader = cohort.memberships.get(user=instructor)
    record_look(reader=reader, now=NOW)
    assert record_look(reader=reader, now=NOW + HOUR) == NOW
    # A slow request that began before.
    assert record_look(reader=reader, now=NOW) == NOW
    assert Look.objects.get().seen_at == NOW + HOUR


def again(client: Client, address: str, tag: str) -> HttpResponse:
    headers = {"X-Live": "1", "If-None-Match": tag}
    response = client.get(address, headers=headers)
    assert isinstance(response, HttpResponse)
    return response


def test_an_open_page_is_told_nothing_until_a_pass_is_finished(
    instructor: User, watched: Membership
) -> None:
    client = Client()
    client.force_login(instructor)
    for address in (BOARD, address_of(watched), "/teach/autumn/videos/first/"):
        tag = client.get(address).context["live_tag"]
        seen = Look.objects.values_list("seen_at", "since")
        before = list(seen)
        assert again(client, address, tag).status_code == 304
        Membership.objects.update(external_id="")

        number = "second" if address == BOARD else "coding" if "learners" in address else "guest"
        watch(watched, number, 1, NOW - timedelta(minutes=1))
        with time_machine.travel(NOW + timedelta(seconds=6), tick=False):
            news = again(client, address, tag)

        assert news.status_code == 200
        assert news["ETag"] != tag
        assert b"<html" not in news.content
        assert b"data-live=" in news.content
        assert again(client, address, news["ETag"]).status_code == 304
        # An open page is no look of its reader.
        assert list(seen) == before


def test_what_another_instructor_does_shows_and_what_a_reader_looks_at_does_not(
    instructor: User, observer: User, watched: Membership
) -> None:
    client = Client()
    client.force_login(observer)
    tag = client.get(BOARD).context["live_tag"]
    words(instructor, address_of(watched))
    assert Event.objects.filter(kind="saw_learner").exists()
    assert again(client, BOARD, tag).status_code == 304
    other = Client()
    other.force_login(instructor)
    other.post(f"{address_of(watched)}talked/")

    assert b"by Emma Visser" in again(client, BOARD, tag).content


def test_an_open_page_takes_no_message_from_another_tab(
    instructor: User, watched: Membership
) -> None:
    client = Client()
    client.force_login(instructor)
    tag = client.get(BOARD).context["live_tag"]
    client.post(f"{address_of(watched)}talked/", {"back": "cohort"})
    again(client, BOARD, tag)

    assert "is marked as talked to." in client.get(BOARD).content.decode()


def test_an_open_page_of_who_was_taken_out_learns_nothing(
    observer: User, watched: Membership, cohort: Cohort
) -> None:
    client = Client()
    client.force_login(observer)
    tag = client.get(BOARD).context["live_tag"]
    Membership.objects.filter(user=observer).update(ended_at=NOW)

    assert again(client, BOARD, tag).status_code == 404


def test_pausing_a_pass_is_no_news(instructor: User, watched: Membership) -> None:
    look(instructor, BOARD, -2 * HOUR)
    video = Video.objects.get(slug="second")
    open_viewing(membership=watched, video=video, number=1, now=NOW - HOUR)

    assert "nothing new." in look(instructor, BOARD, timedelta(0))


def test_a_look_over_rest_leaves_its_trace(
    instructor: User, learner: User, watched: Membership
) -> None:
    client = APIClient()
    address = f"/api/v1/cohorts/autumn/progress/{watched.pk}/"
    client.force_login(learner)
    assert client.get(address).status_code == 200
    assert not Event.objects.filter(kind="saw_learner").exists()
    client.force_login(instructor)

    assert client.get(address).status_code == 200

    event = Event.objects.get(kind="saw_learner")
    assert (event.actor, event.subject) == (instructor, learner)
    assert Look.objects.get().learner == watched
