"""Watching over REST, and every kind of heartbeat that a player must not send."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.progress.models import Summary, Viewing

VIEWINGS = "/api/v1/viewings/"
CLIENT = str(UUID(int=1))
SECOND = 1000


@pytest.fixture
def viewing(membership: Membership, video: Video, now: datetime) -> Viewing:
    """The first pass of a video of 20 minutes, opened half an hour ago."""
    return Viewing.objects.create(
        membership=membership, video=video, number=1, opened_at=now - timedelta(minutes=30)
    )


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def beat(learner: User, viewing: Viewing, now: datetime) -> Any:
    """Send a heartbeat at noon; the sequence goes up by itself."""
    client, numbers = signed_in(learner), count()

    def send(**fields: Any) -> Any:
        body = {"client": CLIENT, "sequence": next(numbers)} | fields
        with time_machine.travel(now, tick=False):
            return client.post(f"{VIEWINGS}{viewing.pk}/heartbeats/", body)

    return send


def test_a_pass_is_opened_once(learner: User, membership: Membership) -> None:
    client = signed_in(learner)
    wish = {"cohort": "autumn", "video": "first", "number": 1}

    new = client.post(VIEWINGS, wish)
    again = client.post(VIEWINGS, wish)

    assert (new.status_code, again.status_code) == (201, 200)
    assert new.json() == again.json()
    answer = new.json()
    assert (answer["cohort"], answer["video"], answer["number"]) == ("autumn", "first", 1)
    assert (answer["state"], answer["covered"], answer["coverage"]) == ("open", 0.0, [])
    assert client.get(f"{VIEWINGS}{answer['id']}/").json() == answer


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"video": "second"}, 409, "earlier_video_first"),
        ({"number": 2}, 409, "first_pass_first"),
        ({"number": 0}, 422, "invalid"),
        ({"number": "1"}, 422, "invalid"),
        ({"number": 1.5}, 422, "invalid"),
        ({"number": True}, 422, "invalid"),
        ({"number": 10**30}, 422, "invalid"),
        ({"video": "nowhere"}, 404, "not_found"),
        ({"cohort": "nowhere"}, 404, "not_found"),
        ({"override": "yes"}, 422, "invalid"),
    ],
)
def test_what_cannot_be_opened_is_said(
    learner: User, membership: Membership, changes: dict[str, Any], status: int, code: str
) -> None:
    wish = {"cohort": "autumn", "video": "first", "number": 1} | changes

    response = signed_in(learner).post(VIEWINGS, wish)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not Viewing.objects.exists()


def test_an_override_is_taken_and_recorded(learner: User, membership: Membership) -> None:
    wish = {"cohort": "autumn", "video": "second", "number": 1}
    client = signed_in(learner)

    refused = client.post(VIEWINGS, wish).json()
    opened = client.post(VIEWINGS, wish | {"override": True})

    assert (refused["may_override"], refused["video"]) == (True, "first")
    assert opened.status_code == 201
    assert Viewing.objects.get().order_overridden_at is not None


def test_only_learners_open_passes(instructor: User, learner: User) -> None:
    wish = {"cohort": "autumn", "video": "first", "number": 1}

    response = signed_in(instructor).post(VIEWINGS, wish)

    assert (response.status_code, response.json()["code"]) == (403, "role_required")


def test_a_heartbeat_counts_and_answers_what_is_known(beat: Any, now: datetime) -> None:
    began = (now - timedelta(seconds=60)).isoformat()

    response = beat(
        played=[[0, 30 * SECOND], [20 * SECOND, 60 * SECOND]],
        active=[[began, now.isoformat()]],
        pauses=1,
        rate=1.25,
    )

    assert response.status_code == 202
    assert response.json() == {
        "coverage": [[0, 60 * SECOND]],
        "covered": 0.05,
        "is_covered": False,
        "active_seconds": 60,
        "completed_at": None,
        "was_repeated": False,
        "refused": [],
    }
    kept = Viewing.objects.get()
    assert (kept.covered_ms, kept.active_seconds, kept.pauses) == (60 * SECOND, 60, 1)
    assert kept.max_rate == 1.25
    assert Summary.objects.get().active_seconds == 60


def test_a_repeated_heartbeat_counts_once(beat: Any) -> None:
    one = {"sequence": 7, "played": [[0, 10 * SECOND]], "pauses": 1}

    first, again = beat(**one).json(), beat(**one).json()

    assert (first["was_repeated"], again["was_repeated"]) == (False, True)
    assert Viewing.objects.get().pauses == 1


def test_sequence_numbers_may_be_shuffled_and_skipped(beat: Any) -> None:
    for sequence in (9, 2, 5, 2, 0, 9):
        played = [[sequence * SECOND, (sequence + 1) * SECOND]]
        assert beat(sequence=sequence, played=played, pauses=1).status_code == 202

    kept = Viewing.objects.get()
    assert kept.coverage == ((0, 1000), (2000, 3000), (5000, 6000), (9000, 10000))
    assert kept.pauses == 4


def test_one_post_cannot_claim_the_whole_video(beat: Any, viewing: Viewing, now: datetime) -> None:
    Viewing.objects.update(opened_at=now - timedelta(seconds=10))

    answer = beat(played=[[0, 20 * 60 * SECOND]]).json()

    assert answer["coverage"] == [[0, 20 * SECOND]]
    assert answer["refused"] == [
        {
            "field": "played",
            "reason": "faster_than_possible",
            "milliseconds": (20 * 60 - 20) * SECOND,
        }
    ]
    assert not answer["is_covered"]


def test_what_lies_past_the_end_is_cut_off(beat: Any) -> None:
    answer = beat(played=[[1190 * SECOND, 1300 * SECOND]]).json()

    assert answer["coverage"] == [[1190 * SECOND, 1200 * SECOND]]
    assert answer["refused"] == [{"field": "played", "reason": "past_the_end"}]


def test_time_before_the_opening_and_after_now_is_cut_off(beat: Any, now: datetime) -> None:
    ages = [(now - timedelta(days=9)).isoformat(), (now + timedelta(days=9)).isoformat()]

    answer = beat(active=[ages]).json()

    assert answer["active_seconds"] == 30 * 60
    assert answer["refused"] == [{"field": "active", "reason": "outside_viewing"}]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"played": [[-1, 5]]}, "played"),
        ({"played": [[5, 1]]}, "played"),
        ({"played": [[0]]}, "played"),
        ({"played": [[0, 1, 2]]}, "played"),
        ({"played": [["0", "1"]]}, "played"),
        ({"played": [[None, 1]]}, "played"),
        ({"played": [[True, 5]]}, "played"),
        ({"played": {"0": 1}}, "played"),
        ({"played": [[0, 10**12]]}, "played"),
        ({"played": [[each, each + 1] for each in range(501)]}, "played"),
        ({"active": [["then", "now"]]}, "active"),
        ({"active": [["2026-11-02T12:00:00", "2026-11-02T12:00:05"]]}, "active"),
        ({"active": [["2026-11-02T12:00:05Z", "2026-11-02T12:00:00Z"]]}, "active"),
        ({"active": [[0, 1]]}, "active"),
        ({"active": [["0001-01-01T00:00:00+14:00", "2026-11-02T12:00:00Z"]]}, "active"),
        ({"pauses": -1}, "pauses"),
        ({"pauses": 1.5}, "pauses"),
        ({"rate": 0}, "rate"),
        ({"rate": -1}, "rate"),
        ({"rate": 17}, "rate"),
        ({"rate": "fast"}, "rate"),
        ({"client": "me"}, "client"),
        ({"client": 1}, "client"),
        ({"sequence": -1}, "sequence"),
        ({"sequence": 2**31}, "sequence"),
        ({"sequence": "1"}, "sequence"),
        ({"position": 5}, "position"),
    ],
)
def test_a_heartbeat_that_cannot_be_is_refused_whole(
    beat: Any, fields: dict[str, Any], named: str
) -> None:
    response = beat(**({"played": [[0, 5 * SECOND]]} | fields))

    assert (response.status_code, response.json()["code"]) == (422, "invalid")
    assert response.json()["errors"][0]["field"] == named
    assert Viewing.objects.get().covered_ms == 0


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_no_json(learner: User, viewing: Viewing, word: str) -> None:
    body = f'{{"client": "{CLIENT}", "sequence": 0, "played": [[0, {word}]]}}'

    response = signed_in(learner).post(
        f"{VIEWINGS}{viewing.pk}/heartbeats/", body, content_type="application/json"
    )

    assert (response.status_code, response.json()["code"]) == (400, "malformed")


def test_a_million_ranges_are_too_large_to_be_read(learner: User, viewing: Viewing) -> None:
    ranges = ",".join(f"[{each},{each + 1}]" for each in range(1_000_000))
    body = f'{{"client": "{CLIENT}", "sequence": 0, "played": [{ranges}]}}'

    response = signed_in(learner).post(
        f"{VIEWINGS}{viewing.pk}/heartbeats/", body, content_type="application/json"
    )

    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


def test_a_heartbeat_of_somebody_else_is_not_heard(
    cohort_mate: User, instructor: User, stranger: User, viewing: Viewing
) -> None:
    body = {"client": CLIENT, "sequence": 0, "played": [[0, SECOND]]}
    url = f"{VIEWINGS}{viewing.pk}/heartbeats/"

    answers = [
        signed_in(user).post(url, body).status_code for user in (cohort_mate, instructor, stranger)
    ]

    assert answers == [404, 404, 404]


def test_a_page_of_whoever_was_signed_in_before_reports_nothing_for_whoever_is_now(
    learner: User, cohort_mate: User, viewing: Viewing
) -> None:
    body = {"client": CLIENT, "sequence": 0, "played": [[0, SECOND]]}
    url = f"{VIEWINGS}{viewing.pk}/heartbeats/"

    theirs = signed_in(cohort_mate).post(url, body, headers={"X-Reader": str(learner.pk)})
    own = signed_in(learner).post(url, body, headers={"X-Reader": str(learner.pk)})

    assert (theirs.status_code, theirs.json()["code"]) == (401, "not_signed_in")
    assert own.status_code == 202


def test_a_page_reports_with_its_csrf_token_and_with_none_it_is_refused(
    learner: User, viewing: Viewing
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(learner)
    browser.get("/notes/")
    token = browser.cookies["csrftoken"].value
    body = {"client": CLIENT, "sequence": 0, "played": [[0, SECOND]]}
    url = f"{VIEWINGS}{viewing.pk}/heartbeats/"

    without = browser.post(url, body, content_type="application/json")
    with_it = browser.post(
        url, body, content_type="application/json", headers={"X-CSRFToken": token}
    )

    assert (without.status_code, with_it.status_code) == (403, 202)


def test_the_words_of_a_learner_are_for_the_learner(
    learner: User, instructor: User, observer: User, viewing: Viewing
) -> None:
    Viewing.objects.update(scaffold={"concepts": ["Weights"], "links": "Sums"}, recall="Sums.")
    url = f"{VIEWINGS}{viewing.pk}/"

    own, read, observed = (
        signed_in(user).get(url).json() for user in (learner, instructor, observer)
    )

    assert own["scaffold"] == {"concepts": ["Weights"], "links": "Sums"}
    assert own["recall"] == "Sums."
    assert (read["scaffold"], read["recall"]) == (None, None)
    assert observed == read


def test_what_is_remembered_is_kept_before_a_second_pass(
    learner: User, membership: Membership, viewing: Viewing, video: Video, now: datetime
) -> None:
    second = Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)
    client = signed_in(learner)

    kept = client.put(f"{VIEWINGS}{second.pk}/recall/", {"text": " Sums of weights. "})
    first = client.put(f"{VIEWINGS}{viewing.pk}/recall/", {"text": "Sums"})
    empty = client.put(f"{VIEWINGS}{second.pk}/recall/", {"text": " "})

    assert (kept.status_code, kept.json()["recall"]) == (200, "Sums of weights.")
    assert (first.status_code, first.json()["code"]) == (409, "first_pass_first")
    assert (empty.status_code, empty.json()["errors"][0]["field"]) == (422, "text")
