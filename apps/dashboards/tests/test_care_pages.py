"""Talked to, hidden for a week: clicks on the list of those who need help, shared by its instructors."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import Care, Cohort, Event, Membership, Message
from apps.conftest import Join, make_user
from apps.dashboards.tests.test_board import BEGUN, NOW, watch
from apps.dashboards.tests.test_board_pages import BOARD, markup, words
from apps.overview.services import move_member
from apps.progress.models import Summary


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def needy(membership: Membership) -> Membership:
    """Nadia, who stopped two weeks ago."""
    watch(membership, "first", 1, BEGUN)
    return membership


def click(user: User, needy: Membership, what: str, **sent: str) -> str:
    client = Client()
    client.force_login(user)
    sent = {"back": "cohort"} | sent
    response = client.post(f"/teach/autumn/learners/{needy.pk}/{what}/", sent, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def needing(user: User, query: str = "") -> str:
    return markup(user, BOARD + query).partition('id="needing"')[2].partition("</section>")[0]


def test_a_hidden_learner_is_counted_shown_when_asked_and_comes_back_after_a_week(
    instructor: User, needy: Membership
) -> None:
    assert "Nadia Kowalska is hidden until 18 November." in click(instructor, needy, "hide")

    assert "1 hidden" in needing(instructor)
    assert "Nadia" not in needing(instructor)
    assert "by Emma Visser" in needing(instructor, "?hidden=1")
    with time_machine.travel(NOW + timedelta(days=6), tick=False):
        assert "Nadia" not in needing(instructor)
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        assert "Nadia" in needing(instructor)


def test_hiding_is_undone_and_all_of_it_stands_in_the_history(
    instructor: User, needy: Membership
) -> None:
    click(instructor, needy, "hide")
    click(instructor, needy, "hide")
    click(instructor, needy, "hide", undo="1")

    assert "Nadia" in needing(instructor)
    kinds = Event.objects.order_by("pk").values_list("kind", "actor", "subject")
    assert [kind for kind in kinds if kind[0] in ("hidden", "shown")] == [
        ("hidden", instructor.pk, needy.user_id),
        ("shown", instructor.pk, needy.user_id),
    ]
    assert "Hidden from the list for a week" in words(instructor, "/teach/autumn/history/")


def test_who_was_talked_to_says_so_until_something_new_happens(
    instructor: User, observer: User, needy: Membership
) -> None:
    click(instructor, needy, "talked")

    assert "by Emma Visser" in needing(observer)
    assert "Talked to" in needing(observer)
    assert "Undo" not in needing(observer)
    # They were here again, and still need help.
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        Summary.objects.update(last_active_at=NOW + timedelta(hours=1))
        assert "by Emma Visser" not in needing(observer)


def test_another_reason_is_something_new(instructor: User, needy: Membership) -> None:
    click(instructor, needy, "talked")
    assert "by Emma Visser" in needing(instructor)
    care = Care.objects.get()
    assert "stopped" in care.talked_about

    Care.objects.update(talked_about=["behind"])

    assert "by Emma Visser" not in needing(instructor)


def test_a_mark_is_taken_back(instructor: User, needy: Membership) -> None:
    click(instructor, needy, "talked")
    click(instructor, needy, "talked", undo="1")

    assert "by Emma Visser" not in needing(instructor)
    assert Event.objects.filter(kind="talk_undone").count() == 1


def test_who_was_talked_to_stands_behind_the_others(
    instructor: User, needy: Membership, cohort: Cohort, join: Join
) -> None:
    other = join(make_user("Zoe"), cohort)
    watch(other, "first", 1, BEGUN)
    click(instructor, needy, "talked")

    page = needing(instructor)

    assert page.index("Zoe") < page.index("Nadia")


def test_the_learners_page_tells_and_takes_back(instructor: User, needy: Membership) -> None:
    page = click(instructor, needy, "talked", back="")

    assert "is marked as talked to." in page
    assert "by Emma Visser" in page
    assert "Undo" in page


@pytest.mark.parametrize("what", ["talked", "hide"])
def test_only_instructors_of_the_cohort_click(
    observer: User, other_instructor: User, learner: User, needy: Membership, what: str
) -> None:
    for user, status in ((observer, 403), (learner, 403), (other_instructor, 404)):
        client = Client()
        client.force_login(user)
        address = f"/teach/autumn/learners/{needy.pk}/{what}/"
        assert client.post(address).status_code == status
        assert client.get(address).status_code == 405
    assert not Care.objects.exists()


def test_an_archived_cohort_takes_no_marks(
    instructor: User, needy: Membership, cohort: Cohort
) -> None:
    Cohort.objects.update(archived_at=NOW)

    assert "archived" in click(instructor, needy, "hide")
    assert not Care.objects.exists()


def test_what_was_done_in_one_cohort_does_not_follow_into_another(
    instructor: User, needy: Membership, other_cohort: Cohort, join: Join
) -> None:
    join(instructor, other_cohort, "instructor")
    click(instructor, needy, "hide")

    move_member(membership=needy, to=other_cohort, by=instructor, now=NOW)

    assert not Care.objects.exists()


def test_a_page_sends_its_message_once_and_the_next_page_another(
    instructor: User, needy: Membership
) -> None:
    client = Client()
    client.force_login(instructor)
    for _page in range(2):
        form = client.get(f"/teach/autumn/write/?to={needy.pk}").context["form"]
        body = {"to": needy.pk, "body": "Hello", "key": str(form["key"].value())}
        client.post("/teach/autumn/write/", body)
        client.post("/teach/autumn/write/", body)

    assert Message.objects.count() == 2
    assert Event.objects.filter(kind="wrote").count() == 2


def test_a_key_of_somebody_elses_page_hides_no_message(
    instructor: User, needy: Membership, cohort: Cohort, join: Join
) -> None:
    other = make_user("Otto Second")
    join(other, cohort, "instructor")
    body = {"to": needy.pk, "body": "Hello", "key": "7b7c2d1e-4d4e-4b36-9a4f-0d0a2f0c5a11"}
    for user in (instructor, other):
        client = Client()
        client.force_login(user)
        client.post("/teach/autumn/write/", body)

    assert Message.objects.count() == 2


def test_learners_behind_two_hundred_strangers_are_written_to(
    instructor: User, needy: Membership
) -> None:
    client = Client()
    client.force_login(instructor)
    strangers = [needy.pk + 1000 + number for number in range(300)]

    client.post("/teach/autumn/write/", {"to": [*strangers, needy.pk], "body": "Hello"})

    assert Message.objects.get().copies.get().membership_id == needy.pk
