"""A token that is limited to one cohort: nothing of another cohort, and nothing that asks about all of them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.tokens import make_token
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join
from apps.core.api.operations import SCOPES
from apps.curriculum.models import Video
from apps.notes.services import write_note
from apps.progress.models import Viewing
from apps.progress.services import open_viewing
from apps.reminders.models import Rewatch
from apps.reminders.services import finish_pass
from tests.site.test_openapi import operations, published  # noqa: F401 - a fixture

# Open to a limited token although the address names no cohort: each is proved below to keep to it.
WITHIN = {
    "DELETE /tokens/{token}/",
    "GET /me/",
    "GET /me/progress/",
    "GET /curricula/",
    "GET /curricula/{curriculum}/",
    "GET /cohorts/",
    "POST /viewings/",
    "GET /viewings/{viewing_id}/",
    "POST /viewings/{viewing_id}/heartbeats/",
    "POST /viewings/{viewing_id}/complete/",
    "PUT /viewings/{viewing_id}/scaffold/",
    "PUT /viewings/{viewing_id}/recall/",
    "GET /notes/",
    "POST /notes/",
    "GET /notes/export/",
    "GET /notes/{note_id}/",
    "PATCH /notes/{note_id}/",
    "DELETE /notes/{note_id}/",
    "GET /notes/{note_id}/answers/",
    "POST /notes/{note_id}/answers/",
    "PATCH /notes/{note_id}/answers/{answer_id}/",
    "DELETE /notes/{note_id}/answers/{answer_id}/",
    "GET /rewatches/",
    "POST /rewatches/{rewatch_id}/snooze/",
}
BEAT = {"client": "00000000-0000-0000-0000-000000000001", "sequence": 1}


class Place:
    """The learner's rows in one cohort: a first pass with its rewatch, a second one with a note."""

    def __init__(self, membership: Membership, video: Video, now: datetime) -> None:
        first = open_viewing(membership=membership, video=video, number=1, now=now)
        first.membership, first.video = membership, video
        finish_pass(viewing=first, now=now, self_reported=True)
        self.cohort = membership.cohort.slug
        self.viewing = Viewing.objects.create(
            membership=membership, video=video, number=2, opened_at=now + timedelta(hours=20)
        )
        self.note = write_note(
            viewing=self.viewing, at_ms=0, kind="concept", body=self.cohort, now=now
        )
        self.rewatch = Rewatch.objects.get(membership=membership)

    def asked(self) -> list[tuple[str, str, dict[str, Any], dict[str, str]]]:
        """What one asks about these rows: method, address, body, headers."""
        viewing, note = f"viewings/{self.viewing.pk}", f"notes/{self.note.pk}"
        version = {"HTTP_IF_MATCH": '"v1"'}
        return [
            ("get", f"{viewing}/", {}, {}),
            ("post", f"{viewing}/heartbeats/", BEAT, {}),
            ("put", f"{viewing}/recall/", {"text": "A"}, {}),
            ("put", f"{viewing}/scaffold/", {"concepts": ["A"], "rating": "good"}, {}),
            ("post", f"{viewing}/complete/", {}, {}),
            ("get", f"{note}/", {}, {}),
            ("get", f"{note}/answers/", {}, {}),
            ("patch", f"{note}/", {"body": "B"}, version),
            ("post", f"rewatches/{self.rewatch.pk}/snooze/", {"days": 2}, {}),
            ("get", f"cohorts/{self.cohort}/", {}, {}),
            (
                "post",
                "notes/",
                {
                    "viewing": str(self.viewing.pk),
                    "at_second": 1,
                    "kind": "concept",
                    "body": "New",
                },
                {},
            ),
            ("post", "viewings/", {"cohort": self.cohort, "video": "first", "number": 2}, {}),
        ]


@pytest.fixture
def here(membership: Membership, video: Video, now: datetime) -> Place:
    return Place(membership, video, now)


@pytest.fixture
def there(learner: User, other_cohort: Cohort, video: Video, join: Join, now: datetime) -> Place:
    membership = join(learner, other_cohort)
    return Place(membership, video, now)


def client_of(user: User, now: datetime, cohort: str = "autumn") -> APIClient:
    cache.clear()
    client = APIClient()
    text = make_token(user=user, name="Bot", scopes=SCOPES, now=now, cohort=cohort).text
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def statuses(client: APIClient, place: Place) -> dict[tuple[str, str], int]:
    return {
        (method, address): getattr(client, method)(
            f"/api/v1/{address}", body, format="json", **headers
        ).status_code
        for method, address, body, headers in place.asked()
    }


def test_its_own_cohort_is_open_and_another_one_is_not_there(
    learner: User, here: Place, there: Place, now: datetime
) -> None:
    client = client_of(learner, now)

    with time_machine.travel(now + timedelta(days=1), tick=False):
        outside = statuses(client, there)
        inside = statuses(client, here)

    assert set(outside.values()) == {404}
    # 409: let in, and it is not finished.
    assert set(inside.values()) <= {200, 201, 202, 409}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("cohorts/", "slug"),
        ("me/progress/", "cohort"),
        ("notes/", "cohort"),
        ("rewatches/", "cohort"),
    ],
)
def test_lists_keep_to_the_cohort(
    learner: User, here: Place, there: Place, now: datetime, address: str, name: str
) -> None:
    limited, free = client_of(learner, now), client_of(learner, now, cohort="")

    with time_machine.travel(now + timedelta(days=1), tick=False):
        some, all_of_them = (
            {row[name] for row in client.get(f"/api/v1/{address}").json()["results"]}
            for client in (limited, free)
        )

    assert (some, all_of_them) == ({"autumn"}, {"autumn", "winter"})


def test_notes_of_another_cohort_are_not_in_the_file(
    learner: User, here: Place, there: Place, now: datetime
) -> None:
    with time_machine.travel(now + timedelta(days=1), tick=False):
        written = client_of(learner, now).get("/api/v1/notes/export/?format=markdown").getvalue()

    assert (b"autumn" in written, b"winter" in written) == (True, False)


def test_a_note_that_is_shared_in_another_cohort_is_not_there(
    cohort_mate: User, there: Place, other_cohort: Cohort, join: Join, now: datetime
) -> None:
    join(cohort_mate, other_cohort)
    there.note.visibility, there.note.shared_in_id = "cohort", other_cohort.pk
    there.note.save()
    address = f"/api/v1/notes/{there.note.pk}/"

    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert client_of(cohort_mate, now, cohort="").get(address).status_code == 200
        assert client_of(cohort_mate, now).get(address).status_code == 404


def test_what_asks_about_all_cohorts_is_closed(
    learner: User,
    here: Place,
    now: datetime,
    published: dict[str, Any],  # noqa: F811 - the fixture, as pytest wants it
) -> None:
    client = client_of(learner, now)
    open_ones = set()

    with time_machine.travel(now, tick=False):
        for path, method, operation in operations(published):
            if "{cohort}" in path or not any(
                "bearer" in each for each in operation.get("security", [])
            ):
                continue
            values = {"curriculum": "networks"}.get
            address = path.format_map(_Zeros(values))
            response = client.generic(method.upper(), address, "", "application/json")
            if response.status_code != 403 or response.json()["code"] != "token_limited":
                open_ones.add(f"{method.upper()} {path.removeprefix('/api/v1')}")

    assert open_ones == WITHIN


class _Zeros(dict[str, str]):
    def __init__(self, values: Any) -> None:
        self.values_of = values

    def __missing__(self, name: str) -> str:
        return self.values_of(name) or "0"


def test_a_token_is_limited_only_to_a_cohort_of_its_owner(
    learner: User, other_cohort: Cohort, now: datetime
) -> None:
    client = APIClient()
    client.force_login(learner)
    form = {"name": "Bot", "scopes": ["notes:read"], "cohort_slug": other_cohort.slug, "days": 30}

    page = client.post("/settings/tokens/", form, format="multipart").content.decode()

    assert "2p_" not in page
    assert "to put right" in page
