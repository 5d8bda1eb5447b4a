"""Nudging from the learner's page and from the list of those who need help."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import Event, Membership
from apps.dashboards.tests.test_board import BEGUN, NOW, watch
from apps.dashboards.tests.test_board_pages import words
from apps.reminders.models import Rewatch, Wake
from apps.reminders.services import pause_reminders

TODAY = NOW.date()


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owed(membership: Membership) -> Membership:
    """Nadia watched the first video two weeks ago; what is due was reminded of, and rests until next week."""
    watch(membership, "first", 1, BEGUN)
    Rewatch.objects.update_or_create(
        membership=membership,
        video_id=membership.cohort.revision.placements.get(position=1).video_id,
        defaults={
            "anchor_at": BEGUN, "anchor_on": BEGUN.date(), "ladder": [4, 8, 16, 30], "rung": 2,
            "due_on": TODAY - timedelta(days=9), "first_due_on": TODAY - timedelta(days=9),
            "remind_on": TODAY + timedelta(days=7), "reminders_sent": 2,
        },
    )  # fmt: skip
    Wake.objects.get_or_create(user=membership.user)
    return membership


def nudge(by: User, membership: Membership, **fields: str) -> list[str]:
    """What the page says after the nudge."""
    client = Client()
    client.force_login(by)
    response = client.post(f"/teach/autumn/learners/{membership.pk}/nudge/", fields, follow=True)
    assert response.status_code == 200
    return [str(message) for message in response.context["messages"]] + [
        response.redirect_chain[0][0]
    ]


def test_an_instructor_nudges_from_the_learners_page_and_reads_when_it_comes(
    owed: Membership, instructor: User
) -> None:
    page = f"/teach/autumn/learners/{owed.pk}/"
    assert "Nudge" in words(instructor, page)

    said, where = nudge(instructor, owed)

    assert said.startswith("Nadia Kowalska is reminded of 1 rewatch. The next message comes ")
    assert where == page
    assert Rewatch.objects.get().remind_on == TODAY
    assert Event.objects.get(kind="nudged").actor == instructor
    after = words(instructor, page)
    assert "Nudge" not in after
    assert "Emma Visser asked to remind of 1 rewatch" in after


def test_what_forbids_it_is_said_and_no_button_offers_it(
    owed: Membership, instructor: User
) -> None:
    pause_reminders(user=owed.user, until=date(2026, 12, 24), now=NOW)
    page = words(instructor, f"/teach/autumn/learners/{owed.pk}/")
    assert "Nudge" not in page
    assert "The learner has paused their reminders; they begin again 24 December." in page

    said, where = nudge(instructor, owed, back="cohort")

    assert said == (
        "Nadia Kowalska: Nothing is sent. The learner has paused their reminders; they begin again 24 December."
    )
    assert where == "/teach/autumn/"


def test_observers_and_the_learner_are_offered_no_nudge(
    owed: Membership, observer: User, learner: User
) -> None:
    assert "Nudge" not in words(observer, f"/teach/autumn/learners/{owed.pk}/")
    assert "Nudge" not in words(learner, "/c/autumn/seen/")


def test_the_list_of_those_who_need_help_offers_it_for_debts_alone(
    owed: Membership, cohort_mate: User, instructor: User, observer: User
) -> None:
    page = Client()
    page.force_login(instructor)
    markup = page.get("/teach/autumn/").content.decode()

    assert markup.count("Nudge Nadia Kowalska") == 1
    assert "Write to Tomas Silva" in markup
    assert "Nudge Tomas Silva" not in markup
    assert "Nudge" not in words(observer, "/teach/autumn/")
