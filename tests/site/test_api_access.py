"""Who meets what at every REST operation: the cast asks for all of them, and an operation without a
row here fails.

Each row says the status for nobody, the learner, a cohort-mate, their instructor, the observer, an
instructor of another cohort and a stranger. Requests are well-formed, so that only the person
decides; 409 and 412 are answers of somebody who was let in.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.tokens import make_token
from apps.cohorts.models import Membership
from apps.cohorts.services import create_invitation
from apps.core.api.operations import SCOPES
from apps.curriculum.models import Video
from apps.notes.services import write_answer, write_note
from apps.progress.models import Viewing
from apps.progress.services import open_viewing
from apps.reminders.calendars import secret_of
from apps.reminders.services import finish_pass, renew_calendar
from apps.webhooks.services import make_webhook
from tests.site.test_openapi import operations, published  # noqa: F401 - a fixture

CAST = (
    "nobody",
    "learner",
    "cohort_mate",
    "instructor",
    "observer",
    "other_instructor",
    "stranger",
)


@dataclass(frozen=True, slots=True)
class Row:
    """The statuses of the cast in its order, and what is sent."""

    statuses: tuple[int, ...]
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, Any] | None = None


def row(*statuses: int, body: Mapping[str, Any] | None = None, **headers: str) -> Row:
    assert len(statuses) == len(CAST)
    return Row(statuses, body, headers)


PUBLIC = row(*[200] * 7)
SIGNED_IN = row(401, *[200] * 6)
BEAT = {"client": "00000000-0000-0000-0000-000000000001", "sequence": 1}
SPRING = {
    "curriculum": "networks",
    "name": "Spring",
    "starts_on": "2027-03-01",
    "hours_per_week": 5,
    "time_zone": "UTC",
    "language": "en",
}
NOTE = {"cohort": "autumn", "video": "first", "at_second": 1, "kind": "concept", "body": "A"}
HOOK: dict[str, Any] = {"url": "https://example.org/hook", "events": ["member.joined"]}

TABLE: Mapping[str, Row] = {
    "GET /problems/{code}/": PUBLIC,
    # The owner's e-mail and password are in the body; the caller does not matter.
    "POST /tokens/": row(
        *[401] * 7,
        body={"email": "a@example.org", "password": "x", "name": "A", "scopes": ["notes:read"]},
    ),
    "GET /tokens/": SIGNED_IN,
    "DELETE /tokens/{token}/": row(401, 204, 404, 404, 404, 404, 404),
    "GET /me/": SIGNED_IN,
    "PATCH /me/": row(401, *[200] * 6, body={"name": "A"}),
    "GET /me/export/": SIGNED_IN,
    # Somebody else's password.
    "POST /me/delete/": row(*[401] * 7, body={"password": "x"}),
    "GET /me/progress/": SIGNED_IN,
    "GET /me/reminder-settings/": SIGNED_IN,
    "PATCH /me/reminder-settings/": row(401, *[200] * 6, body={"hour": 9}),
    "GET /curricula/": SIGNED_IN,
    "GET /curricula/{curriculum}/": SIGNED_IN,
    "PUT /curricula/{curriculum}/": row(401, *[403] * 6, body={"slug": "networks"}),
    "GET /cohorts/": SIGNED_IN,
    "POST /cohorts/": row(401, 403, 403, 201, 403, 201, 403, body=SPRING),
    "POST /cohorts/join/": row(401, *[200] * 6, body={"code": "the-code"}),
    "GET /cohorts/{cohort}/": row(401, 200, 200, 200, 200, 404, 404),
    "PATCH /cohorts/{cohort}/": row(401, 403, 403, 200, 403, 404, 404, body={"name": "A"}),
    "GET /cohorts/{cohort}/members/": row(401, 403, 403, 200, 403, 404, 404),
    "GET /cohorts/{cohort}/members/{membership}/": row(401, 403, 403, 200, 403, 404, 404),
    "PATCH /cohorts/{cohort}/members/{membership}/": row(
        401, 403, 403, 200, 403, 404, 404, body={"role": "observer"}
    ),
    "DELETE /cohorts/{cohort}/members/{membership}/": row(401, 403, 403, 204, 403, 404, 404),
    "GET /cohorts/{cohort}/webhooks/": row(401, 403, 403, 200, 403, 404, 404),
    "POST /cohorts/{cohort}/webhooks/": row(401, 403, 403, 201, 403, 404, 404, body=HOOK),
    "DELETE /cohorts/{cohort}/webhooks/{webhook}/": row(401, 403, 403, 204, 403, 404, 404),
    "GET /cohorts/{cohort}/progress/{membership}/": row(401, 200, 403, 200, 200, 404, 404),
    "GET /cohorts/{cohort}/progress/": row(401, 403, 403, 200, 200, 404, 404),
    "GET /cohorts/{cohort}/summary/": row(401, 403, 403, 200, 200, 404, 404),
    "POST /viewings/": row(
        401, 200, 201, 403, 403, 404, 404, body={"cohort": "autumn", "video": "first", "number": 1}
    ),
    "GET /viewings/{viewing_id}/": row(401, 200, 404, 200, 200, 404, 404),
    "POST /viewings/{viewing_id}/heartbeats/": row(401, 202, 404, 404, 404, 404, 404, body=BEAT),
    "POST /viewings/{viewing_id}/complete/": row(401, 409, 404, 404, 404, 404, 404),
    "PUT /viewings/{viewing_id}/scaffold/": row(
        401, 409, 404, 404, 404, 404, 404, body={"concepts": ["A"], "rating": "good"}
    ),
    "PUT /viewings/{viewing_id}/recall/": row(
        401, 200, 404, 404, 404, 404, 404, body={"text": "A"}
    ),
    "GET /notes/": SIGNED_IN,
    "POST /notes/": row(401, 201, 404, 403, 403, 404, 404, body=NOTE),
    "GET /notes/export/": SIGNED_IN,
    # A question that the learner shared with the cohort, answered by the cohort-mate.
    "GET /notes/{note_id}/": row(401, 200, 200, 200, 404, 404, 404),
    "GET /notes/{note_id}/answers/": row(401, 200, 200, 200, 404, 404, 404),
    "POST /notes/{note_id}/answers/": row(401, 409, 201, 201, 404, 404, 404, body={"body": "B"}),
    "PATCH /notes/{note_id}/answers/{answer_id}/": row(
        401, 404, 200, 404, 404, 404, 404, body={"body": "C"}, HTTP_IF_MATCH='"v1"'
    ),
    "DELETE /notes/{note_id}/answers/{answer_id}/": row(
        401, 404, 204, 404, 404, 404, 404, HTTP_IF_MATCH='"v1"'
    ),
    "PATCH /notes/{note_id}/": row(
        401, 200, 404, 404, 404, 404, 404, body={"body": "B"}, HTTP_IF_MATCH='"v1"'
    ),
    "DELETE /notes/{note_id}/": row(401, 204, 404, 404, 404, 404, 404, HTTP_IF_MATCH='"v1"'),
    "GET /rewatches/": SIGNED_IN,
    "POST /rewatches/{rewatch_id}/snooze/": row(
        401, 200, 404, 404, 404, 404, 404, body={"days": 2}
    ),
    "GET /reminders/": SIGNED_IN,
    # Whoever has the address.
    "GET /calendar/{secret}.ics": PUBLIC,
}


@pytest.fixture
def cast(
    learner: User,
    cohort_mate: User,
    instructor: User,
    observer: User,
    other_instructor: User,
    stranger: User,
) -> dict[str, User | None]:
    people = (None, learner, cohort_mate, instructor, observer, other_instructor, stranger)
    return dict(zip(CAST, people, strict=True))


@pytest.fixture
def places(
    cast: dict[str, User | None], membership: Membership, video: Video, now: datetime
) -> dict[str, str]:
    """What the learner has: a finished first pass, an open second one with a note, a token."""
    # Tries at tokens are counted there.
    cache.clear()
    first = open_viewing(membership=membership, video=video, number=1, now=now)
    first.membership, first.video = membership, video
    rewatch = finish_pass(viewing=first, now=now, self_reported=True).rewatch
    assert rewatch is not None
    second = Viewing.objects.create(
        membership=membership, video=video, number=2, opened_at=now + timedelta(days=1)
    )
    note = write_note(
        viewing=second, at_ms=0, kind="question", body="A", visibility="cohort", now=now
    )
    mate = cast["cohort_mate"]
    assert mate is not None
    answer = write_answer(user=mate, note_id=note.pk, body="A", now=now)
    token = make_token(user=membership.user, name="T", scopes=["notes:read"], now=now).token
    instructor = cast["instructor"]
    assert instructor is not None
    invitation = create_invitation(cohort=membership.cohort, user=instructor, now=now)
    invitation.code = "the-code"
    invitation.save()
    webhook = make_webhook(
        cohort=membership.cohort, url=HOOK["url"], kinds=HOOK["events"], by=instructor, now=now
    )
    return {
        "webhook": str(webhook.public_id),
        "code": "not_found",
        "token": str(token.public_id),
        "curriculum": "networks",
        "cohort": "autumn",
        "membership": str(membership.pk),
        "viewing_id": str(second.pk),
        "note_id": str(note.pk),
        "answer_id": str(answer.pk),
        "rewatch_id": str(rewatch.pk),
        "secret": secret_of(renew_calendar(user=membership.user)),
    }


def names(document: dict[str, Any]) -> Iterator[str]:
    for path, method, _ in operations(document):
        yield f"{method.upper()} {path.removeprefix('/api/v1')}"


def test_every_operation_has_its_row(published: dict[str, Any]) -> None:  # noqa: F811 - the fixture, as pytest wants it
    assert set(names(published)) == set(TABLE)


def answers_of(
    name: str, client_of: dict[str, APIClient], places: dict[str, str]
) -> tuple[int, ...]:
    method, path = name.split()
    expected = TABLE[name]
    statuses = []
    for client in client_of.values():
        # Each of the cast finds the world as it was.
        with transaction.atomic():
            response = client.generic(
                method,
                "/api/v1" + path.format(**places),
                _json(expected.body),
                "application/json",
                **(expected.headers or {}),
            )
            transaction.set_rollback(True)
        statuses.append(response.status_code)
    return tuple(statuses)


def _json(body: Mapping[str, Any] | None) -> str:

    return "" if body is None else json.dumps(body)


@pytest.mark.parametrize("name", TABLE)
def test_who_meets_what(
    name: str, cast: dict[str, User | None], places: dict[str, str], now: datetime
) -> None:
    client_of = {}
    for role, user in cast.items():
        client_of[role] = APIClient()
        if user is not None:
            client_of[role].force_login(user)

    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert answers_of(name, client_of, places) == TABLE[name].statuses


@pytest.mark.parametrize("name", [name for name in TABLE if "tokens" not in name])
def test_a_token_of_every_scope_gives_what_its_owner_may(
    name: str, cast: dict[str, User | None], places: dict[str, str], now: datetime
) -> None:
    client_of = {}
    for role, user in cast.items():
        client_of[role] = APIClient()
        if user is not None:
            text = make_token(user=user, name="All", scopes=SCOPES, now=now).text
            client_of[role].credentials(HTTP_AUTHORIZATION=f"Bearer {text}")

    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert answers_of(name, client_of, places) == TABLE[name].statuses


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in TABLE
        if name.startswith("GET") and not name.endswith((".ics", "me/export/"))
    ],
)
def test_what_is_read_is_as_the_schema_says(
    name: str,
    cast: dict[str, User | None],
    places: dict[str, str],
    published: dict[str, Any],  # noqa: F811 - the fixture, as pytest wants it
    now: datetime,
) -> None:
    path = name.split()[1]
    answers = published["paths"][f"/api/v1{path}"]["get"]["responses"]
    readers = [
        user
        for user, status in zip(cast.values(), TABLE[name].statuses, strict=True)
        if user is not None and status == 200
    ]
    client = APIClient()
    schema = answers["200"]["content"]["application/json"]["schema"]
    # References are to the document's own components.
    validator = Draft202012Validator(
        schema | {"components": _closed(published["components"])},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )

    with time_machine.travel(now + timedelta(days=1), tick=False):
        for user in readers:
            client.force_login(user)
            response = client.get("/api/v1" + path.format(**places))
            assert response.status_code == 200
            # Some are written while they are read.
            validator.validate(json.loads(response.getvalue()))


def _closed(schema: Any) -> Any:
    """The schema with every object closed: nothing may be sent that it does not name."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    if isinstance(closed.get("properties"), dict) and closed.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed
