"""A cohort's learners and figures over REST."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.cohorts.services import end_membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.curriculum.selectors import forget_outlines
from apps.dashboards.api.serializers import CohortSummaryAnswer, ProgressRowAnswer
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import record_heartbeat
from apps.progress.services import open_viewing
from apps.reminders.services import finish_pass

PROGRESS, SUMMARY = "/api/v1/cohorts/autumn/progress/", "/api/v1/cohorts/autumn/summary/"
# Wednesday of the second week, 8 days after the learner's first pass.
NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
WATCHED = datetime(2026, 10, 27, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def api(instructor: User) -> APIClient:
    client = APIClient()
    client.force_login(instructor)
    return client


@pytest.fixture
def watched(membership: Membership, video: Video) -> Membership:
    """Nadia has watched the first video once, 20 minutes, eight days ago."""
    watch(membership, video, WATCHED)
    return membership


def watch(membership: Membership, video: Video, at: datetime) -> None:
    began = at - timedelta(milliseconds=video.duration_ms)
    viewing = open_viewing(membership=membership, video=video, number=1, now=began)
    played = ((0, video.duration_ms),)
    beat = Heartbeat(client=uuid4(), sequence=0, played=played, active=((began, at),))
    record_heartbeat(viewing=viewing, beat=beat, now=at)
    finish_pass(viewing=viewing, now=at)


def names(response: Any) -> list[str]:
    return [row["learner"]["name"] for row in response.json()["results"]]


def test_a_row_is_the_progress_document_with_what_the_rules_say(
    api: APIClient, watched: Membership
) -> None:
    (row,) = api.get(PROGRESS).json()["results"]

    assert set(row) == set(ProgressRowAnswer().fields) - {"videos"}
    assert row["status"] == "needs_help"
    assert row["reasons"] == ["stopped"]
    assert row["last_active_at"] == "2026-10-27T12:00:00Z"
    assert row["ended_at"] is None
    assert row["totals"] == {
        "videos": 4,
        "first_passes": 1,
        "second_passes": 0,
        # Due on the 31st of October: 20 minutes, two and a half times.
        "rewatch_debt": {"count": 1, "seconds": 3000},
        "active_seconds": 1200,
        # Five hours a week from Monday the 26th, 10:00 in Warsaw: more than the whole budget.
        "planned_seconds": 18900,
        "pace": 0.063,
        "effort_ratio": None,
    }


def test_videos_come_when_they_are_asked_for(api: APIClient, watched: Membership) -> None:
    (row,) = api.get(PROGRESS, {"include": "videos"}).json()["results"]

    assert set(row) == set(ProgressRowAnswer().fields)
    assert [each["video"] for each in row["videos"]] == ["first", "second", "guest", "coding"]
    assert row["videos"][0]["rewatch"]["state"] == "overdue"


def test_rows_are_narrowed_by_status_and_name(
    api: APIClient, watched: Membership, cohort: Cohort, join: Join
) -> None:
    late = make_user("Elka")
    User.objects.filter(pk=late.pk).update(name="Ёлка", sort_name="елка")
    join(late, cohort)
    Membership.objects.filter(user=late).update(joined_at=NOW - timedelta(days=1))

    assert names(api.get(PROGRESS)) == ["Nadia Kowalska", "Ёлка"]
    assert names(api.get(PROGRESS, {"status": "not_started"})) == ["Ёлка"]
    assert names(api.get(PROGRESS, {"status": "needs_help"})) == ["Nadia Kowalska"]
    assert names(api.get(PROGRESS, {"q": "елка"})) == ["Ёлка"]


@pytest.mark.parametrize(
    ("ordering", "first"),
    [("name", "Adam"), ("need", "Nadia Kowalska"), ("hours", "Adam"), ("debt", "Nadia Kowalska")],
)
def test_rows_are_ordered_and_paged(
    api: APIClient, watched: Membership, cohort: Cohort, join: Join, ordering: str, first: str
) -> None:
    for name in ("Zoe", "Adam", "Mia"):
        join(make_user(name), cohort)
    Membership.objects.exclude(pk=watched.pk).update(joined_at=NOW - timedelta(days=1))

    whole = names(api.get(PROGRESS, {"ordering": ordering}))
    page = api.get(PROGRESS, {"ordering": ordering, "page_size": "3"})
    rest = api.get(page.json()["next"])

    assert whole[0] == first
    assert names(page) + names(rest) == whole
    assert len(names(page)) == 3
    assert rest.json()["next"] is None
    assert names(api.get(rest.json()["previous"])) == whole[:3]


def test_updated_since_lists_who_worked_joined_or_left(
    api: APIClient, watched: Membership, cohort: Cohort, join: Join, video: Video
) -> None:
    active = join(make_user("Active"), cohort)
    gone = join(make_user("Gone"), cohort)
    watch(Membership.objects.select_related("cohort", "user").get(pk=active.pk), video, NOW)
    end_membership(membership=gone, now=NOW - timedelta(hours=2))

    response = api.get(PROGRESS, {"updated_since": "2026-11-03T00:00:00Z"})
    rows = {row["learner"]["name"]: row for row in response.json()["results"]}

    assert list(rows) == ["Active", "Gone"]
    assert rows["Active"]["ended_at"] is None
    assert rows["Gone"]["ended_at"] == "2026-11-04T10:00:00Z"
    assert (rows["Gone"]["status"], rows["Gone"]["reasons"]) == (None, [])
    assert names(api.get(PROGRESS)) == ["Active", "Nadia Kowalska"]


def test_the_summary_says_the_figures(
    api: APIClient, watched: Membership, cohort: Cohort, join: Join
) -> None:
    join(make_user("Adam"), cohort)

    summary = api.get(SUMMARY).json()

    assert set(summary) == set(CohortSummaryAnswer().fields)
    assert summary["learners"] == 2
    assert summary["week"] == 2
    assert summary["here_this_week"] == 0
    assert summary["statuses"] == {
        "not_started": 0, "fine": 0, "needs_help": 2, "finished": 0,
    }  # fmt: skip
    assert summary["reasons"] == {
        "not_started": 1, "stopped": 1, "behind": 0, "debt": 0, "first_passes_only": 0, "light": 0,
        "stuck_on_video": 0,
    }  # fmt: skip
    assert summary["rewatch_debt"] == {"count": 1, "overdue": 1, "seconds": 3000}
    assert summary["videos"][0] == {
        "video": "first",
        "position": 1,
        "is_bonus": False,
        "first_opened": 1,
        "first_completed": 1,
        "second_opened": 0,
        "second_completed": 0,
    }


@pytest.mark.parametrize("address", [PROGRESS, SUMMARY])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("instructor", 200),
        ("observer", 200),
        ("learner", 403),
        ("other_instructor", 404),
        ("stranger", 404),
    ],
)
def test_only_those_who_read_the_cohort_are_answered(
    request: pytest.FixtureRequest, cohort: Cohort, address: str, who: str, status: int
) -> None:
    client = APIClient()
    client.force_login(request.getfixturevalue(who))

    assert client.get(address).status_code == status


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lazy"},
        {"ordering": "email"},
        {"updated_since": "yesterday"},
        {"include": "notes"},
        {"cursor": "forged"},
        {"colour": "red"},
    ],
)
def test_what_is_not_in_the_contract_is_refused(
    api: APIClient, cohort: Cohort, query: dict[str, str]
) -> None:
    response = api.get(PROGRESS, dict(query))

    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == list(query)


@pytest.mark.parametrize("address", [PROGRESS, PROGRESS + "?include=videos", SUMMARY])
def test_an_answer_costs_the_same_for_3_and_for_60_learners(
    api: APIClient, cohort: Cohort, join: Join, video: Video, address: str
) -> None:
    counts = []
    for size in (3, 57):
        for number in range(size):
            joined = join(make_user(f"Learner {size} {number}"), cohort)
            if number < 3:
                member = Membership.objects.select_related("cohort", "user").get(pk=joined.pk)
                watch(member, video, WATCHED)
        # A kept outline is asked after every five seconds, which a slow machine takes.
        forget_outlines()
        with CaptureQueriesContext(connection) as queries:
            api.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 19
