"""A whole cohort in one answer, as NDJSON and as CSV."""

import csv
import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Event, Membership

PROGRESS = "/api/v1/cohorts/autumn/progress/"


@pytest.fixture
def crowd(cohort: Cohort) -> list[str]:
    """450 learners, more than are read at a time; one would like to be a formula."""
    names = ["=1+1", 'Ёлка; "Рига"', *(f"Learner {number:03}" for number in range(448))]
    users = User.objects.bulk_create(
        [
            User(email=f"u{number}@example.org", name=name, sort_name=f"{number:03}")
            for number, name in enumerate(names)
        ]
    )
    Membership.objects.bulk_create(
        [Membership(cohort=cohort, user=user, joined_at=cohort.created_at) for user in users]
    )
    return names


def ask(user: User, accept: str, **query: str) -> Any:
    client = APIClient()
    client.force_login(user)
    return client.get(PROGRESS, query, HTTP_ACCEPT=accept)


def test_ndjson_is_the_rows_of_all_pages(instructor: User, crowd: list[str]) -> None:
    response = ask(instructor, "application/x-ndjson")

    rows = [json.loads(line) for line in response.getvalue().splitlines()]
    assert response["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="autumn-progress.ndjson"'
    assert [row["learner"]["name"] for row in rows] == crowd
    page = ask(instructor, "application/json", page_size="200").json()["results"]
    assert [row | {"as_of": ""} for row in rows[:200]] == [row | {"as_of": ""} for row in page]


def test_csv_opens_in_a_spreadsheet_and_runs_nothing(instructor: User, crowd: list[str]) -> None:
    response = ask(instructor, "text/csv")

    rows = list(csv.DictReader(response.getvalue().decode().splitlines()))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert len(rows) == 450
    assert rows[0]["learner_name"] == "'=1+1"
    assert rows[1]["learner_name"] == 'Ёлка; "Рига"'
    assert rows[1]["joined_at"] == "2026-11-02T12:00:00Z"
    assert (rows[1]["first_passes"], rows[1]["pace"], rows[1]["ended_at"]) == ("0", "0.0", "")


def test_filters_narrow_a_stream_too(instructor: User, crowd: list[str]) -> None:
    response = ask(instructor, "text/csv", status="finished")

    assert len(response.getvalue().splitlines()) == 1


def test_a_refusal_of_a_stream_is_a_problem(learner: User, crowd: list[str]) -> None:
    response = ask(learner, "text/csv")

    assert response.status_code == 403
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "role_required"


def test_a_student_id_is_for_instructors_in_pages_and_files(
    instructor: User, observer: User, membership: Membership
) -> None:
    membership.external_id = "=S-1"
    membership.save()

    def told(user: User) -> tuple[str, str]:
        (row,) = ask(user, "application/json").json()["results"]
        lines = ask(user, "text/csv").getvalue().decode().splitlines()
        return row["external_id"], next(csv.DictReader(lines))["external_id"]

    assert told(instructor) == ("=S-1", "'=S-1")
    assert told(observer) == ("", "")
    saved = Event.objects.filter(kind=Event.Kind.SAVED_LIST).order_by("pk")
    assert [each.actor for each in saved] == [instructor, observer]
