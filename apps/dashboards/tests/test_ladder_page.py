"""The days of a cohort's reminders: shown before they are saved."""

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Video
from apps.dashboards.tests.test_board_pages import words
from apps.reminders.models import Rewatch

PAGE = "/teach/autumn/settings/ladder/"


@pytest.fixture
def owed(membership: Membership, video: Video) -> Rewatch:
    """A rewatch that was never reminded of."""
    now = timezone.now()
    return Rewatch.objects.create(
        membership=membership, video=video, anchor_at=now, anchor_on=now.date(), due_on=now.date(),
        first_due_on=now.date(), remind_on=now.date(), ladder=[4, 8, 16, 30],
    )  # fmt: skip


def test_other_days_are_shown_with_what_they_mean_and_saved_only_then(
    owed: Rewatch, cohort: Cohort, instructor: User
) -> None:
    as_it_is = words(instructor, PAGE)
    assert "For first passes from now on" in as_it_is
    assert "Save these days" not in as_it_is

    shown = words(instructor, f"{PAGE}?days=3,+5")
    assert "1 takes the new days after its own" in shown
    assert "0 stay on the ladder they began." in shown
    assert "4 as it is, 2 with these days." in shown
    assert "Save these days" in shown
    cohort.refresh_from_db()
    assert cohort.ladder == [4, 8, 16, 30]

    client = Client()
    client.force_login(instructor)
    saved = client.post(PAGE, {"days": "3, 5"}, follow=True)
    assert "The days of reminders are saved." in saved.content.decode()
    cohort.refresh_from_db()
    owed.refresh_from_db()
    assert cohort.ladder == [3, 5] == owed.ladder


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        ("", "Write at least one day."),
        ("4 4", "The days must grow, from 1 to 365."),
        ("0 4", "The days must grow, from 1 to 365."),
        ("4, 500", "The days must grow, from 1 to 365."),
        ("1 2 3 4 5 6 7", "Six days at most: more than that is nagging."),
        ("four", "Write whole numbers, such as 4, 8, 16, 30."),
        ("٤", "Write whole numbers, such as 4, 8, 16, 30."),
    ],
)
def test_days_that_mean_nothing_are_refused_on_both_ways(
    cohort: Cohort, instructor: User, days: str, refusal: str
) -> None:
    client = Client()
    client.force_login(instructor)
    assert refusal in client.get(PAGE, {"days": days}).content.decode()
    assert refusal in client.post(PAGE, {"days": days}).content.decode()
    cohort.refresh_from_db()
    assert cohort.ladder == [4, 8, 16, 30]


def test_observers_read_and_change_nothing(owed: Rewatch, cohort: Cohort, observer: User) -> None:
    assert "Show what it means" not in words(observer, PAGE)
    client = Client()
    client.force_login(observer)
    assert client.post(PAGE, {"days": "1 2"}).status_code == 403


def test_two_instructors_at_once_do_not_overwrite_each_other_unseen(
    owed: Rewatch, cohort: Cohort, instructor: User
) -> None:
    client = Client()
    client.force_login(instructor)
    seen = client.get(f"{PAGE}?days=3,+5").context["seen"]
    client.post(PAGE, {"days": "2, 9", "seen": seen})

    page = client.post(PAGE, {"days": "3, 5", "seen": seen})

    assert "Its days are 2, 9 now." in page.content.decode()
    cohort.refresh_from_db()
    assert cohort.ladder == [2, 9]
    client.post(PAGE, {"days": "3, 5", "seen": page.context["seen"]})
    cohort.refresh_from_db()
    assert cohort.ladder == [3, 5]
