"""One video in one cohort: the figures, who stands where, and who may look."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join, make_user
from apps.core.errors import NotFound
from apps.curriculum.models import Video
from apps.curriculum.selectors import forget_outlines
from apps.dashboards.places import Place
from apps.dashboards.video_progress import cohort_video
from apps.notes.services import write_note
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import record_heartbeat
from apps.progress.models import Viewing
from apps.progress.services import open_viewing
from apps.reminders.services import finish_pass

ADDRESS = "/teach/autumn/videos/first/"
# A first pass of this day is due on the 6th and overdue from the 9th.
MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 7, 12, tzinfo=UTC)

Watch = Callable[..., Viewing]


@pytest.fixture
def watch(video: Video) -> Watch:
    """`watch(person, number, share, at, times=1, done=True)`: play so much of the first video."""

    def watched(
        person: User, number: int, share: float, at: datetime, times: int = 1, done: bool = True
    ) -> Viewing:
        membership = Membership.objects.select_related("cohort__revision", "user").get(user=person)
        played = int(video.duration_ms * share)
        viewing = open_viewing(
            membership=membership,
            video=video,
            number=number,
            now=at - timedelta(milliseconds=played * times),
            override=True,
        )
        active = ((at - timedelta(milliseconds=played * times), at),)
        beat = Heartbeat(client=uuid4(), sequence=0, played=((0, played),), active=active)
        record_heartbeat(viewing=viewing, beat=beat, now=at)
        if number == 2:
            write_note(viewing=viewing, at_ms=1000, kind="concept", body="A sum", now=at)
        if done:
            viewing = Viewing.objects.select_related("video", "membership__user").get(pk=viewing.pk)
            viewing.membership = membership
            finish_pass(viewing=viewing, now=at)
        return viewing

    return watched


@pytest.fixture
def everywhere(cohort: Cohort, join: Join, watch: Watch) -> dict[str, User]:
    """Seven learners, one in each place on Saturday."""
    people = {place.value: make_user(f"At {place.value}") for place in Place}
    for person in people.values():
        join(person, cohort)
    watch(people["first_pass"], 1, 0.4, MONDAY, done=False)
    watch(people["waiting"], 1, 1.0, MONDAY + timedelta(days=3))
    watch(people["due"], 1, 1.0, MONDAY)
    watch(people["overdue"], 1, 1.0, MONDAY - timedelta(days=3))
    watch(people["second_pass"], 1, 1.0, MONDAY - timedelta(days=3))
    watch(people["second_pass"], 2, 0.5, MONDAY, done=False)
    watch(people["done"], 1, 1.0, MONDAY - timedelta(days=3))
    watch(people["done"], 2, 1.0, MONDAY, times=2)
    return people


def test_everyone_stands_in_exactly_one_place(cohort: Cohort, everywhere: dict[str, User]) -> None:
    found = cohort_video(cohort=cohort, video_slug="first", now=SATURDAY)

    assert {row.name: row.place.value for row in found.rows} == {
        person.name: place for place, person in everywhere.items()
    }
    assert (found.begun, found.first_done, found.second_begun, found.second_done) == (6, 5, 2, 1)


def test_who_owes_the_rewatch_counts_also_when_they_are_at_it(
    cohort: Cohort, everywhere: dict[str, User]
) -> None:
    found = cohort_video(cohort=cohort, video_slug="first", now=SATURDAY)

    assert found.owing == 3
    assert found.effort_ratio == 2.0
    assert found.light == 0


def test_the_most_urgent_come_first(cohort: Cohort, everywhere: dict[str, User]) -> None:
    found = cohort_video(cohort=cohort, video_slug="first", now=SATURDAY)

    assert [row.place for row in found.rows] == [
        Place.OVERDUE, Place.DUE, Place.IN_SECOND, Place.IN_FIRST, Place.WAITING, Place.NOT_BEGUN,
        Place.DONE,
    ]  # fmt: skip


def test_a_video_of_another_curriculum_is_not_there(cohort: Cohort) -> None:
    with pytest.raises(NotFound):
        cohort_video(cohort=cohort, video_slug="elsewhere", now=SATURDAY)


@time_machine.travel(SATURDAY, tick=False)
def test_the_page_says_the_figures_and_the_places(
    client: Client, instructor: User, everywhere: dict[str, User]
) -> None:
    client.force_login(instructor)

    page = client.get(ADDRESS).content.decode()

    assert "5 of 7 have watched it once." in page
    assert "1 has watched it twice." in page
    assert "3 owe the rewatch." in page
    assert (
        'aria-label="First pass begun: 6, First pass done: 5, Second pass begun: 2,'
        ' Second pass done: 1"' in page
    )
    assert "First pass done on 30 October, second pass 50 %, " in page


@time_machine.travel(SATURDAY, tick=False)
def test_the_list_is_narrowed_by_place_and_name(
    client: Client, instructor: User, everywhere: dict[str, User]
) -> None:
    client.force_login(instructor)

    due = client.get(ADDRESS, {"where": "due"})
    found = client.get(ADDRESS, {"q": "  at  WAIT "})
    nobody = client.get(ADDRESS, {"where": "due", "q": "zzz"})

    assert [row.name for row, _words in due.context["rows"]] == ["At due"]
    assert [row.name for row, _words in found.context["rows"]] == ["At waiting"]
    assert "Nobody is there." in nobody.content.decode()


@time_machine.travel(SATURDAY, tick=False)
def test_the_page_speaks_russian(
    client: Client, instructor: User, everywhere: dict[str, User]
) -> None:
    instructor.language = "ru"
    instructor.save()
    client.force_login(instructor)

    page = client.get(ADDRESS).content.decode()

    assert "<h1>Видео first</h1>" in page
    assert '<html lang="ru">' in page


@time_machine.travel(SATURDAY, tick=False)
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
def test_only_those_who_read_the_cohort_see_it(
    client: Client, request: pytest.FixtureRequest, cohort: Cohort, who: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(who))

    assert client.get(ADDRESS).status_code == status
    if status == 200:
        assert client.get("/teach/autumn/videos/elsewhere/").status_code == 404


@time_machine.travel(SATURDAY, tick=False)
def test_it_costs_the_same_for_3_and_for_60_learners(
    client: Client, instructor: User, cohort: Cohort, join: Join
) -> None:
    client.force_login(instructor)
    counts = []
    for size in (3, 57):
        for number in range(size):
            join(make_user(f"Learner {size} {number}"), cohort)
        # A kept outline is asked after every five seconds, which a slow machine takes.
        forget_outlines()
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS)
        counts.append(len(queries))

    # The tag that an open page follows is one of them.
    assert counts[0] == counts[1] <= 14


@time_machine.travel(SATURDAY, tick=False)
def test_an_empty_cohort_says_so(client: Client, instructor: User) -> None:
    client.force_login(instructor)

    assert "Nobody has joined yet." in client.get(ADDRESS).content.decode()
