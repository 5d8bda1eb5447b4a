"""Pages by cursor: complete, in order, steady while rows come and go, and ours alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import signing
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.core.api.pages import page_of_rows
from apps.core.errors import InvalidValue
from apps.curriculum.models import Video
from apps.notes.models import Note
from apps.progress.models import Viewing

NOTES = "/api/v1/notes/"


@pytest.fixture
def client(learner: User) -> APIClient:
    client = APIClient()
    client.force_login(learner)
    return client


@pytest.fixture
def viewing(membership: Membership, video: Video, now: datetime) -> Viewing:
    return Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)


def add_notes(viewing: Viewing, bodies: list[str], now: datetime) -> None:
    # Three notes at each moment, so that the id has to part them.
    for number, body in enumerate(bodies):
        at = now + timedelta(seconds=number // 3)
        Note.objects.create(
            viewing=viewing, at_ms=0, kind="concept", body=body, created_at=at, updated_at=at
        )


def bodies(page: dict[str, Any]) -> list[str]:
    return [note["body"] for note in page["results"]]


def test_pages_run_through_everything_once_and_back_again(
    client: APIClient, viewing: Viewing, now: datetime
) -> None:
    everything = [f"n{number}" for number in range(8)]
    add_notes(viewing, everything, now)
    seen, pages = [], []
    url: str | None = f"{NOTES}?page_size=3&kind=concept"

    while url:
        page = client.get(url).json()
        pages.append(page)
        seen += bodies(page)
        url = page["next"]

    assert seen == everything[::-1]
    assert [len(page["results"]) for page in pages] == [3, 3, 2]
    assert pages[0]["previous"] is None
    back = client.get(pages[2]["previous"]).json()
    assert bodies(back) == bodies(pages[1])
    first = client.get(back["previous"]).json()
    assert bodies(first) == bodies(pages[0])
    assert first["previous"] is None
    assert bodies(client.get(first["next"]).json()) == bodies(pages[1])


def test_the_next_page_keeps_the_filters(
    client: APIClient, viewing: Viewing, now: datetime
) -> None:
    add_notes(viewing, ["a", "b"], now)

    page = client.get(f"{NOTES}?page_size=1&kind=concept").json()

    assert "kind=concept" in page["next"]
    assert "page_size=1" in page["next"]


def test_rows_that_come_and_go_shift_nothing(
    client: APIClient, viewing: Viewing, now: datetime
) -> None:
    add_notes(viewing, ["a", "b", "c", "d"], now)
    first = client.get(f"{NOTES}?page_size=2").json()
    Note.objects.filter(body="d").delete()
    add_notes(viewing, ["e"], now + timedelta(hours=1))

    second = client.get(first["next"]).json()

    assert bodies(first) + bodies(second) == ["d", "c", "b", "a"]


def test_an_empty_list_is_a_page(client: APIClient) -> None:
    assert client.get(NOTES).json() == {"next": None, "previous": None, "results": []}


def test_a_cursor_that_was_changed_is_refused(
    client: APIClient, viewing: Viewing, now: datetime
) -> None:
    add_notes(viewing, ["a", "b"], now)
    url = client.get(f"{NOTES}?page_size=1").json()["next"]

    response = client.get(url.replace("cursor=", "cursor=A"))

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "cursor"


def test_a_cursor_of_another_list_is_refused(client: APIClient) -> None:
    foreign = signing.dumps([0, [1], "name"], salt="core.api.pages", compress=True)

    assert client.get(f"{NOTES}?cursor={foreign}").status_code == 422


def request_for(url: str) -> Request:
    return Request(APIRequestFactory().get(url))


def cursor_of(url: str | None) -> str | None:
    return (
        None if url is None else url.partition("cursor=")[2].partition("&")[0].replace("%3A", ":")
    )


def test_rows_in_memory_page_the_same_way() -> None:
    rows = list(range(5))
    seen: list[int] = []
    cursor: str | None = None
    previous: list[str | None] = []

    while True:
        page = page_of_rows(
            request_for("/rows/"),
            rows,
            ordering="value",
            key=lambda row: (row,),
            cursor=cursor,
            page_size=2,
        )
        seen += page.rows
        previous.append(cursor_of(page.previous))
        cursor = cursor_of(page.next)
        if cursor is None:
            break

    assert seen == rows
    back = page_of_rows(
        request_for("/rows/"),
        rows,
        ordering="value",
        key=lambda row: (row,),
        cursor=previous[-1],
        page_size=2,
    )
    assert back.rows == [2, 3]
    with pytest.raises(InvalidValue):
        page_of_rows(
            request_for("/rows/"),
            rows,
            ordering="name",
            key=lambda row: (row,),
            cursor=previous[-1],
            page_size=2,
        )
