"""Leaving a cohort in the browser."""

from apps.accounts.models import User
from apps.classroom.tests.conftest import Travel
from apps.classroom.tests.days import (
    FRIDAY,
    HOME,
    MONDAY,
    first_pass,
    signed_in,
)
from apps.cohorts.models import Membership
from apps.curriculum.models import Video


def test_leaving_asks_first_and_stops_the_rewatches(
    learner: User, membership: Membership, video: Video, at: Travel
) -> None:
    rewatch = first_pass(membership, video, MONDAY)
    at(FRIDAY)
    client = signed_in(learner)

    assert "Leave Autumn?" in client.get("/c/autumn/leave/").content.decode()
    page = client.post("/c/autumn/leave/", follow=True)

    rewatch.refresh_from_db()
    assert "You left Autumn." in page.content.decode()
    assert rewatch.stop_reason == "left"
    assert client.get(HOME).status_code == 404


def test_the_last_instructor_cannot_leave(learner: User, instructor: User, at: Travel) -> None:
    at(MONDAY)

    page = signed_in(instructor).post("/c/autumn/leave/")

    assert page.headers["Location"] == "/c/autumn/leave/"
    assert Membership.objects.get(user=instructor).ended_at is None
