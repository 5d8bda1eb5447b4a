"""REST doors: my rewatches, what was sent, how I want to be reminded."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.tokens import make_token
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.reminders import services
from apps.reminders.models import Rewatch
from apps.reminders.tests.conftest import FRIDAY, Finish, wake_of

NOON = datetime(2026, 11, 6, 11, tzinfo=UTC)


@pytest.fixture
def api(learner: User) -> APIClient:
    client = APIClient()
    client.force_login(learner)
    return client


@time_machine.travel(NOON, tick=False)
def test_my_rewatches_with_their_state(
    api: APIClient, rewatch: Rewatch, finish: Finish, membership: Membership, coding_video: Video
) -> None:
    finish(membership, coding_video, at=NOON)

    everything = api.get("/api/v1/rewatches/")
    due = api.get("/api/v1/rewatches/", {"state": "due"})

    assert [each["state"] for each in everything.json()["results"]] == ["due", "waiting"]
    assert due.json() == {
        "next": None,
        "previous": None,
        "results": [
            {
                "id": str(rewatch.pk),
                "cohort": "autumn",
                "video": "first",
                "state": "due",
                "is_owed": True,
                "due_on": "2026-11-06",
                "first_due_on": "2026-11-06",
                "snoozes": 0,
                "reminders_sent": 0,
                "recall_answer": None,
                "first_pass_at": "2026-11-02T12:00:00Z",
                "kept_at": None,
            }
        ],
    }


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("body", "due_on"), [({"days": 3}, "2026-11-09"), ({"until": "2026-11-20"}, "2026-11-20")]
)
def test_snoozing_twice_is_snoozing_once(
    api: APIClient, rewatch: Rewatch, body: dict[str, object], due_on: str
) -> None:
    address = f"/api/v1/rewatches/{rewatch.pk}/snooze/"

    first = api.post(address, body, format="json")
    second = api.post(address, body, format="json")

    assert (first.status_code, first.json()["due_on"]) == (200, due_on)
    assert second.json() == first.json()
    assert second.json()["snoozes"] == 1


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"days": 0}, 422),
        ({"days": "3"}, 422),
        ({"days": 1, "until": "2026-11-20"}, 422),
        ({"until": "yesterday"}, 422),
        ({"until": "2030-01-01"}, 422),
        ({"weeks": 1}, 422),
    ],
)
def test_a_bad_snooze_is_refused_with_a_problem(
    api: APIClient, rewatch: Rewatch, body: dict[str, object], status: int
) -> None:
    answer = api.post(f"/api/v1/rewatches/{rewatch.pk}/snooze/", body, format="json")

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    rewatch.refresh_from_db()
    assert rewatch.due_on == FRIDAY


def test_another_s_rewatch_is_not_there(rewatch: Rewatch, cohort_mate: User) -> None:
    client = APIClient()
    client.force_login(cohort_mate)

    answer = client.post(f"/api/v1/rewatches/{rewatch.pk}/snooze/", {"days": 1}, format="json")

    assert answer.status_code == 404
    assert client.get("/api/v1/rewatches/").json()["results"] == []


def test_what_was_sent_to_me(api: APIClient, rewatch: Rewatch, evening: datetime) -> None:
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)

    mail, in_app = api.get("/api/v1/reminders/").json()["results"]

    assert (mail["channel"], mail["day"], mail["sent_at"]) == (
        "email",
        "2026-11-06",
        "2026-11-06T18:15:00Z",
    )
    assert mail["subject"] == "One rewatch today, about 50 minutes"
    assert in_app["channel"] == "inbox"
    assert (
        in_app["rewatches"]
        == mail["rewatches"]
        == [{"id": str(rewatch.pk), "cohort": "autumn", "video": "first"}]
    )


@time_machine.travel(NOON, tick=False)
def test_the_wishes_are_read_and_changed(
    api: APIClient, rewatch: Rewatch, membership: Membership
) -> None:
    read = api.get("/api/v1/me/reminder-settings/").json()
    changed = api.patch(
        "/api/v1/me/reminder-settings/",
        {
            "hour": 8,
            "quiet_weekdays": ["saturday"],
            "channels": {"inbox": False},
            "rewatches_a_message": 2,
            "messages_a_week": 1,
        },
        format="json",
    )

    assert read == {
        "hour": 19,
        "quiet_weekdays": [],
        "channels": {"email": True, "inbox": True},
        "paused": False,
        "paused_until": None,
        "time_zone": "Europe/Warsaw",
        "rewatches_a_message": 5,
        "messages_a_week": 4,
        "next_message_on": "2026-11-06",
    }
    assert changed.status_code == 200
    assert changed.json() == read | {
        "hour": 8,
        "quiet_weekdays": ["saturday"],
        "channels": {"email": True, "inbox": False},
        "rewatches_a_message": 2,
        "messages_a_week": 1,
        "next_message_on": "2026-11-08",
    }
    assert wake_of(membership).slot_on == date(2026, 11, 8)


@time_machine.travel(NOON, tick=False)
def test_a_pause_over_rest(api: APIClient, rewatch: Rewatch) -> None:
    address = "/api/v1/me/reminder-settings/"

    until = api.patch(address, {"paused_until": "2026-12-01"}, format="json").json()
    for_ever = api.patch(address, {"paused": True, "paused_until": None}, format="json").json()
    over = api.patch(address, {"paused": False}, format="json").json()

    assert (until["paused"], until["next_message_on"]) == (True, "2026-12-01")
    assert (for_ever["paused"], for_ever["next_message_on"]) == (True, None)
    assert (over["paused"], over["next_message_on"]) == (False, "2026-11-06")


@pytest.mark.parametrize(
    "body",
    [
        {"hour": 3},
        {"hour": 7.5},
        {"quiet_weekdays": ["someday"]},
        {
            "quiet_weekdays": [
                "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
            ]
        },
        {"channels": {"pigeon": True}},
        {"paused_until": "2020-01-01"},
        {"minute": 5},
    ],
)  # fmt: skip
def test_wishes_that_cannot_be_followed_are_a_problem(
    api: APIClient, rewatch: Rewatch, body: dict[str, object]
) -> None:
    answer = api.patch("/api/v1/me/reminder-settings/", body, format="json")

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_token_needs_the_scope_of_reminders(learner: User, rewatch: Rewatch) -> None:
    client = APIClient()
    token = make_token(
        user=learner, name="reader", scopes=["reminders:read"], now=NOON, expires_at=None
    )
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token.text}")

    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        read = client.get("/api/v1/rewatches/")
        write = client.post(f"/api/v1/rewatches/{rewatch.pk}/snooze/", {"days": 1}, format="json")

    assert (read.status_code, write.status_code) == (200, 403)


def test_lists_cost_the_same_few_queries(
    api: APIClient,
    rewatch: Rewatch,
    evening: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    services.plan_rewatches(now=evening)
    for address in ("rewatches", "reminders", "me/reminder-settings"):
        with django_assert_max_num_queries(6):
            assert api.get(f"/api/v1/{address}/").status_code == 200
