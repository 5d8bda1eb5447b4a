"""The progress document: its exact shape and figures, and its cost."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.tokens import make_token
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join, make_cohort, make_video
from apps.curriculum.models import Placement, Revision, Video
from apps.notes.services import write_note
from apps.overview.selectors import progress_document
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import record_heartbeat
from apps.progress.models import Viewing
from apps.progress.services import open_viewing
from apps.reminders.services import finish_pass, snooze_rewatch, write_scaffold

URL = "/api/v1/me/progress/"
MOST_QUERIES = 8


def play(viewing: Viewing, *, seconds: int, ends_at: datetime) -> None:
    """Watch the first `seconds` of the video up to `ends_at`."""
    began = ends_at - timedelta(seconds=seconds)
    beat = Heartbeat.parse(
        {
            "client": "00000000-0000-0000-0000-000000000001",
            "sequence": viewing.number,
            "played": [[0, seconds * 1000]],
            "active": [[began.isoformat(), ends_at.isoformat()]],
            "rate": 1,
        }
    )
    record_heartbeat(viewing=viewing, beat=beat, now=ends_at)


@pytest.fixture
def halfway(membership: Membership, video: Video, now: datetime) -> Membership:
    """First pass of the first video five days ago; its second pass is open, half an hour in."""
    start = now - timedelta(days=5)
    first = open_viewing(membership=membership, video=video, number=1, now=start)
    first.membership, first.video = membership, video
    end = start + timedelta(minutes=20)
    play(first, seconds=1200, ends_at=end)
    rewatch = finish_pass(viewing=first, now=end).rewatch
    assert rewatch is not None
    write_scaffold(viewing=first, concepts=["Sums"], links="", rating="good", now=end)
    rewatch.refresh_from_db()
    snooze_rewatch(rewatch=rewatch, now=now - timedelta(days=2), days=2)
    second = open_viewing(
        membership=membership, video=video, number=2, now=now - timedelta(minutes=30)
    )
    second.membership, second.video = membership, video
    play(second, seconds=480, ends_at=now - timedelta(minutes=10))
    write_note(
        viewing=second,
        at_ms=1000,
        kind="experiment",
        changed="A",
        now=now,
    )
    return membership


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def test_the_document_says_all_and_exactly(
    halfway: Membership, learner: User, now: datetime
) -> None:
    with time_machine.travel(now, tick=False):
        page = signed_in(learner).get(URL).json()

    assert (page["next"], page["previous"]) == (None, None)
    (document,) = page["results"]
    videos = document.pop("videos")
    # Joined on 26 October, 9:00 UTC: 7.125 days at five hours a week.
    assert document == {
        "membership": str(halfway.pk),
        "cohort": "autumn",
        "curriculum": "networks",
        "learner": {"id": str(learner.pk), "name": "Nadia Kowalska"},
        "as_of": "2026-11-02T12:00:00Z",
        "totals": {
            "videos": 4,
            "first_passes": 1,
            "second_passes": 0,
            "rewatch_debt": {"count": 1, "seconds": 1800},
            "active_seconds": 1680,
            "planned_seconds": 18321,
            "pace": 0.092,
            "effort_ratio": None,
        },
        "next_step": {
            "kind": "second_pass",
            "reason": "open",
            "video": "first",
            "url": "http://testserver/c/autumn/videos/first/second/",
        },
    }
    assert [each["video"] for each in videos] == ["first", "second", "guest", "coding"]
    assert videos[0] == {
        "video": "first",
        "phase": 1,
        "position": 1,
        "is_bonus": False,
        "duration_seconds": 1200,
        "first_pass": {
            "state": "completed",
            "coverage": 1.0,
            "completed_at": "2026-10-28T12:20:00Z",
            "evidence": "tracked",
            "rating": "good",
            "active_seconds": 1200,
            "pauses": 0,
            "max_rate": 1.0,
            "flags": [],
        },
        "second_pass": {
            "state": "open",
            "coverage": 0.4,
            "completed_at": None,
            "evidence": None,
            "active_seconds": 480,
            "elsewhere_seconds": 0,
            "effort_ratio": 0.4,
            "notes": 1,
            "experiments": 1,
            "typed_share": None,
            "flags": [],
        },
        "rewatch": {
            "state": "due",
            "due_on": "2026-11-02",
            "first_due_on": "2026-11-01",
            "snoozes": 1,
            "reminders_sent": 0,
        },
    }
    assert videos[3] == {
        "video": "coding",
        "phase": 2,
        "position": 4,
        "is_bonus": False,
        "duration_seconds": 3600,
        "first_pass": {
            "state": "untouched",
            "coverage": 0.0,
            "completed_at": None,
            "evidence": None,
            "rating": None,
            "active_seconds": 0,
            "pauses": 0,
            "max_rate": 1.0,
            "flags": [],
        },
        "second_pass": {
            "state": "untouched",
            "coverage": 0.0,
            "completed_at": None,
            "evidence": None,
            "active_seconds": 0,
            "elsewhere_seconds": 0,
            "effort_ratio": None,
            "notes": 0,
            "experiments": 0,
            "typed_share": None,
            "flags": [],
        },
        "rewatch": None,
    }


def test_time_on_bonus_videos_is_no_pace(
    membership: Membership, bonus_video: Video, now: datetime
) -> None:
    viewing = open_viewing(
        membership=membership, video=bonus_video, number=1, now=now, override=True
    )
    viewing.membership, viewing.video = membership, bonus_video
    play(viewing, seconds=600, ends_at=now + timedelta(minutes=10))

    totals = progress_document(membership=membership, now=now).totals

    assert totals.active_seconds == 600
    assert totals.pace == 0.0


def test_before_the_plan_begins_there_is_no_pace(membership: Membership, now: datetime) -> None:
    membership.cohort.starts_on = date(2026, 11, 9)

    totals = progress_document(membership=membership, now=now).totals

    assert (totals.planned_seconds, totals.pace) == (0, None)


def test_only_where_one_learns_and_the_latest_joined_first(
    learner: User, instructor: User, cohort: Cohort, other_cohort: Cohort, join: Join
) -> None:
    membership = join(learner, other_cohort)
    Membership.objects.filter(pk=membership.pk).update(
        joined_at=membership.joined_at + timedelta(days=1)
    )

    mine = signed_in(learner).get(URL).json()["results"]
    theirs = signed_in(instructor).get(URL).json()["results"]

    assert [each["cohort"] for each in mine] == ["winter", "autumn"]
    assert theirs == []


def queries_of(client: APIClient, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_cost_grows_neither_with_cohorts_nor_with_videos(
    learner: User, revision: Revision, cohort: Cohort, join: Join, now: datetime
) -> None:
    token = make_token(user=learner, name="T", scopes=["progress:read"], now=now)
    by_token = APIClient()
    by_token.credentials(HTTP_AUTHORIZATION=f"Bearer {token.text}")
    by_session = signed_in(learner)
    small = (queries_of(by_session, URL), queries_of(by_token, URL))

    phase = revision.phases.get(position=2)
    for number in range(300):
        video = make_video(revision.curriculum, f"more-{number}", 10)
        Placement.objects.create(revision=revision, phase=phase, video=video, position=10 + number)
    for number in range(3):
        join(learner, make_cohort(revision, f"cohort-{number}", now))
    large = (queries_of(by_session, URL), queries_of(by_token, URL))

    assert large[0] == small[0] <= MOST_QUERIES
    # The first use of a token wrote that it was used; within a minute it is not written again.
    assert large[1] == small[1] - 1 <= MOST_QUERIES


@pytest.mark.parametrize("size", [3, 300])
def test_the_cost_does_not_grow_with_the_cohort(learner: User, cohort: Cohort, size: int) -> None:
    users = User.objects.bulk_create(
        [User(email=f"u{number}@example.org") for number in range(size)]
    )
    Membership.objects.bulk_create(
        [Membership(cohort=cohort, user=user, joined_at=cohort.created_at) for user in users]
    )

    assert queries_of(signed_in(learner), URL) == 7


def test_a_document_of_one_cohort_is_one_of_the_page(
    halfway: Membership, learner: User, now: datetime
) -> None:
    document: Any = progress_document(membership=halfway, now=now)

    assert document.next_video is document.videos[0]
    assert document.today == date(2026, 11, 2)
