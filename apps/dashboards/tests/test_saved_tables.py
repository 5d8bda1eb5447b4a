"""Every table as a file: what it says, that nothing in it is a formula, who saves it, that memory stays flat."""

import csv
import io
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from apps.accounts.models import User
from apps.cohorts.models import Event, Membership
from apps.core.csv_files import csv_response, safe_cell
from apps.dashboards.tests.test_board import NOW, several
from apps.dashboards.tests.test_board_pages import words
from apps.notes.services import write_note
from apps.progress.models import Viewing

__all__ = ["several"]


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def saved(user: User, table: str, query: str = "") -> list[list[str]]:
    client = Client()
    client.force_login(user)
    response = client.get(f"/teach/autumn/{table}.csv{query}")
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="autumn-{table}.csv"'
    content = bytes(response.getvalue())
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_table_is_saved_as_it_is_asked_for(
    instructor: User, several: dict[str, Membership]
) -> None:
    Membership.objects.filter(pk=several["Mia"].pk).update(external_id="S-17")

    rows = saved(
        instructor, "learners", "?order=name&cols=id,status,first,joined&reason=not_started"
    )

    assert rows == [
        ["Learner", "External id", "Status", "First passes", "Joined"],
        ["Mia", "S-17", "needs you", "0", "2026-10-26 10:00:00"],
    ]


def test_the_other_tables_say_what_their_pages_say(
    instructor: User, observer: User, several: dict[str, Membership]
) -> None:
    passed = Viewing.objects.get(membership=several["Adam"], video__slug="first", number=2)
    write_note(
        viewing=passed,
        at_ms=61_000,
        kind="question",
        body="=1+1?",
        visibility="instructors",
        now=NOW,
    )

    heat = saved(instructor, "heatmap", "?order=name")
    assert heat[0][2:4] == ["1. First", "2. Second"]
    assert [row[0] for row in heat[1:]] == ["Adam", "Mia", "Nadia Kowalska", "Zoe"]
    assert heat[3][2].startswith("First pass done on 28 October")
    need = saved(observer, "needing")
    assert need[0][:3] == ["Learner", "Verdict", "Why"]
    assert "Not here for 14 days." in {row[0]: row[2] for row in need}["Nadia Kowalska"]
    assert saved(observer, "funnel")[1][:4] == ["1", "First", "2", "2"]
    (question,) = saved(instructor, "questions")[1:]
    assert (question[1], question[4], question[5]) == ("Adam", "61", "'=1+1?")
    people = saved(instructor, "people")
    assert ["Nadia Kowalska", "Learner"] in [row[:2] for row in people]
    assert "nadia.kowalska@example.org" in str(people)
    assert "example.org" not in str(saved(observer, "people"))


def test_the_history_is_saved_and_says_who_saved_what(
    instructor: User, several: dict[str, Membership]
) -> None:
    saved(instructor, "funnel")

    rows = saved(instructor, "history")

    event = Event.objects.filter(kind="saved_list").order_by("pk").first()
    assert event is not None
    assert (event.actor, event.details) == (instructor, {"table": "funnel", "count": 4})
    assert rows[1][1] == "List of learners saved as a file"
    assert "How far with each video" in words(instructor, "/teach/autumn/history/")


def test_files_speak_the_readers_language_to_the_last_line(
    instructor: User, several: dict[str, Membership]
) -> None:
    instructor.language = "ru"
    instructor.save()

    rows = saved(instructor, "learners", "?cols=status&order=name")

    with translation.override("ru"):
        assert {row[1] for row in rows[1:]} <= {str(label) for label in _statuses()}


def _statuses() -> Iterable[object]:
    from apps.dashboards.words import STATUSES

    return STATUSES.values()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "  =1", "\n=1", "＝1", "\r=1"])
def test_no_text_is_a_formula(text: str) -> None:
    assert safe_cell(text).startswith("'")


def test_numbers_stay_numbers() -> None:
    assert [safe_cell(value) for value in (-1, 0.5, None, "a=1")] == ["-1", "0.5", "", "a=1"]


def test_a_hundred_thousand_lines_take_no_more_memory_than_a_few() -> None:
    response = csv_response(name="x", heads=["a"], rows=(["x" * 100] for _ in range(100_000)))
    tracemalloc.start()

    length = sum(len(part) for part in response)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert length > 10_000_000
    assert peak < 1_000_000
