"""The rows of a cohort's list are the progress documents without their videos, made without them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Cohort
from apps.overview.demo.making import make_demo

ACCEPTED = ("application/x-ndjson", "text/csv")


@pytest.fixture
def demo(db: None, now: datetime) -> APIClient:
    call_command("import_curricula", verbosity=0)
    make_demo(learners=42, now=now)
    client = APIClient()
    client.force_login(User.objects.get(email="instructor@example.org"))
    return client


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"soft_limit": 1},
        {"night_rule": False, "bonus_is_owed": True},
        {"archived_at": datetime.fromisoformat("2026-11-01T00:00:00Z")},
    ],
)
def test_each_row_says_what_its_document_says(
    demo: APIClient, now: datetime, change: dict[str, Any]
) -> None:
    Cohort.objects.filter(slug="autumn-26").update(**change)
    address = "/api/v1/cohorts/autumn-26/progress/"
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        rows = demo.get(address, {"page_size": "200"}).json()["results"]
        whole = demo.get(address, {"page_size": "200", "include": "videos"}).json()["results"]

    assert len(rows) > 40
    steps = {(row["next_step"]["kind"], row["next_step"]["reason"]) for row in rows}
    assert len(steps) > (0 if "archived_at" in change else 2)
    for row, document in zip(rows, whole, strict=True):
        del document["videos"]
        assert row == document


@pytest.mark.parametrize("accept", ACCEPTED)
def test_a_part_of_a_stream_costs_two_statements(
    demo: APIClient, now: datetime, accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.dashboards.api.row_documents.STREAMED_AT_ONCE", 10)
    # On a slow machine it would be asked in the midst of it whether the outline is current.
    monkeypatch.setattr("apps.curriculum.selectors.BELIEVED_SECONDS", 1000)
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        response = demo.get("/api/v1/cohorts/autumn-26/progress/", HTTP_ACCEPT=accept)
        with CaptureQueriesContext(connection) as queries:
            lines = response.getvalue().splitlines()

    assert len(lines) > 40
    assert len(queries) == 2 * 5
