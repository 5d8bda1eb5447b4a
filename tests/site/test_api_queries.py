"""Every list asks the same number of statements of 3 learners and of 300; a new list without a row fails."""

from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Placement
from apps.curriculum.selectors import forget_outlines
from apps.dashboards.kept import forget_boards
from apps.notes.models import Note
from apps.progress.models import Viewing
from apps.reminders.models import Rewatch
from tests.site.test_api_access import cast, places  # noqa: F401 - fixtures
from tests.site.test_openapi import operations, published  # noqa: F401 - fixtures

# Who reads each list.
READERS = {
    "/me/progress/": "learner",
    "/tokens/": "learner",
    "/curricula/": "learner",
    "/cohorts/": "learner",
    "/cohorts/{cohort}/members/": "instructor",
    "/cohorts/{cohort}/progress/": "instructor",
    "/cohorts/{cohort}/webhooks/": "instructor",
    "/notes/": "learner",
    "/notes/?where=shared": "learner",
    "/notes/{note_id}/answers/": "learner",
    "/rewatches/": "learner",
    "/reminders/": "learner",
}
# The same list, asked in another way.
ALSO = {
    "/cohorts/{cohort}/progress/?include=videos": "instructor",
    "/cohorts/{cohort}/summary/": "instructor",
    "/notes/export/?format=json": "learner",
}
MANY = 297


def test_no_list_asks_more_of_many(
    cast: dict[str, User | None],  # noqa: F811 - the fixture
    places: dict[str, str],  # noqa: F811 - the fixture
    published: dict[str, Any],  # noqa: F811 - the fixture
    membership: Membership,
    now: datetime,
    settings: Any,
) -> None:
    lists = {
        path.removeprefix("/api/v1")
        for path, method, operation in operations(published)
        if method == "get" and "PageOf" in str(operation["responses"].get("200", ""))
    }
    assert {path.partition("?")[0] for path in READERS} == lists
    settings.API_REQUESTS_PER_MINUTE = 0

    with time_machine.travel(now + timedelta(days=5), tick=False):
        few = {path: statements(path, cast[who], places) for path, who in (READERS | ALSO).items()}
        crowd(membership, now)
        many = {path: statements(path, cast[who], places) for path, who in (READERS | ALSO).items()}

    assert many == few


def statements(path: str, reader: User | None, places: dict[str, str]) -> int:  # noqa: F811 - no fixture
    assert reader is not None
    client = APIClient()
    client.force_login(reader)
    address, _, query = path.format(**places).partition("?")
    pairs = dict(each.split("=") for each in query.split("&") if each)
    if "format" not in pairs and "summary" not in path:
        pairs["page_size"] = "200"
    # What is kept for some seconds: each list reads it anew, or which one does is chance.
    forget_outlines()
    forget_boards()
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/api/v1{address}", pairs)
        content = response.getvalue()
    assert response.status_code == 200, (path, content)
    return len(queries)


def crowd(membership: Membership, now: datetime) -> None:
    """MANY learners with two passes and a promise, and as many notes and promises of the learner."""
    cohort = membership.cohort
    videos = [place.video for place in Placement.objects.filter(revision_id=cohort.revision_id)]
    people = User.objects.bulk_create(
        User(email=f"u{number}@example.org", name=f"Learner {number}") for number in range(MANY)
    )
    members = Membership.objects.bulk_create(
        Membership(cohort=cohort, user=person, joined_at=now) for person in people
    )
    for video in videos[:2]:
        Viewing.objects.bulk_create(
            Viewing(
                membership=member,
                video=video,
                number=number,
                opened_at=now,
                completed_at=done,
                evidence="tracked" if done else "",
            )
            for member in members
            for number, done in ((1, now), (2, None))
        )
        Rewatch.objects.bulk_create(
            Rewatch(
                membership=member,
                video=video,
                due_on=now.date(),
                first_due_on=now.date(),
                anchor_at=now,
                anchor_on=now.date(),
                ladder=[3, 7],
            )
            for member in members
        )
    second = Viewing.objects.get(membership=membership, number=2)
    Note.objects.bulk_create(
        Note(
            viewing=second,
            at_ms=0,
            kind="concept",
            body="A",
            created_at=now,
            updated_at=now,
        )
        for _ in range(MANY)
    )
