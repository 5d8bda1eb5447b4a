"""The dashboard and the learner's page: who reads them, and what they say."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.cohorts.services import end_membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.dashboards.tests.test_board import BEGUN, NOW, watch
from apps.notes.services import write_note
from apps.progress.services import open_viewing
from apps.reminders.models import Delivery, Rewatch
from apps.reminders.services import change_reminder_settings

BOARD = "/teach/autumn/"


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def words(user: User, address: str, *, status: int = 200) -> str:
    """The page's text with its tags as spaces, as this person meets it."""
    client = Client()
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def markup(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(address).content.decode()


@pytest.fixture
def watched(membership: Membership) -> Membership:
    """Nadia watched the first video two weeks ago and has begun its second pass since."""
    watch(membership, "first", 1, BEGUN)
    return membership


def address_of(membership: Membership) -> str:
    return f"/teach/autumn/learners/{membership.pk}/"


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
def test_figures_are_for_instructors_and_observers(
    request: pytest.FixtureRequest, watched: Membership, who: str, status: int
) -> None:
    user = request.getfixturevalue(who)

    words(user, BOARD, status=status)
    words(user, address_of(watched), status=status)


def test_the_dashboard_opens_with_its_verdict_and_names_who_needs_help(
    instructor: User, watched: Membership
) -> None:
    text = words(instructor, BOARD)

    assert "1 of 1 needs you. 1 stopped a week ago or more." in text
    assert "Not here for 14 days." in text
    page = markup(instructor, BOARD)
    assert f"/teach/autumn/write/?to={watched.pk}" in page
    assert f'href="{address_of(watched)}#v-1"' in page
    assert 'aria-label="1. First pass done on 28 October, second pass overdue since' in page


def test_observers_see_no_address_to_write_to(observer: User, watched: Membership) -> None:
    for address in (BOARD, address_of(watched)):
        assert "nadia.kowalska@example.org" not in markup(observer, address)


def test_the_address_holds_what_is_shown(
    instructor: User, watched: Membership, cohort: Cohort, join: Join
) -> None:
    join(make_user("Zoe"), cohort)
    Membership.objects.filter(user__name="Zoe").update(joined_at=NOW - timedelta(days=1))

    def names(query: str) -> list[str]:
        table = markup(instructor, BOARD + query).partition('class="heat"')[2].partition("</table>")
        return re.findall(r'<th scope="row"><a [^>]+>([^<]+)</a>', table[0])

    assert names("") == ["Nadia Kowalska", "Zoe"]
    assert names("?order=hours") == ["Zoe", "Nadia Kowalska"]
    assert names("?status=not_started") == ["Zoe"]
    assert names("?q=KOW") == ["Nadia Kowalska"]
    # What cannot be meant changes nothing.
    assert names("?status=x&order=y&page=z") == ["Nadia Kowalska", "Zoe"]
    assert names("?q=nobody") == []


def test_long_lists_have_pages(instructor: User, watched: Membership, cohort: Cohort) -> None:
    users = User.objects.bulk_create(
        User(email=f"{n}@example.org", name=f"Crowd {n:02}", sort_name=f"crowd {n:02}")
        for n in range(60)
    )
    Membership.objects.bulk_create(
        Membership(user=user, cohort=cohort, joined_at=BEGUN) for user in users
    )

    assert "1 to 50 of 61" in words(instructor, BOARD)
    assert "51 to 61 of 61" in words(instructor, f"{BOARD}?page=2&order=name")
    # Twelve of those who need help, then a link to the rest.
    assert "49 more" in words(instructor, BOARD)


def test_an_empty_cohort_leads_to_its_people(instructor: User, observer: User) -> None:
    assert 'href="/teach/autumn/people/"' in markup(instructor, BOARD)
    assert "Nobody learns here yet." in words(observer, BOARD)


def test_an_archived_cohort_asks_for_no_help(
    instructor: User, watched: Membership, cohort: Cohort
) -> None:
    cohort.archived_at = NOW
    cohort.save()

    text = words(instructor, BOARD)

    assert "This cohort is archived." in text
    assert "Who needs you" not in text


def test_the_dashboard_speaks_russian(instructor: User, watched: Membership) -> None:
    instructor.language = "ru"
    instructor.save()

    assert 'lang="ru"' in markup(instructor, BOARD)


def test_the_learners_page_tells_facts_and_counts_but_no_private_text(
    instructor: User, learner: User, watched: Membership, video: Video
) -> None:
    second = open_viewing(membership=watched, video=video, number=2, now=NOW - timedelta(hours=2))
    write_note(viewing=second, at_ms=1, kind="concept", body="Mine alone", now=NOW)
    write_note(
        viewing=second, at_ms=2, kind="question", body="Why so", visibility="instructors", now=NOW
    )
    change_reminder_settings(user=learner, now=NOW, hour=8, quiet_days=[6])

    text = words(instructor, address_of(watched))

    assert "Not here for 14 days." in text
    assert "Finished the first pass of “First”." in text
    assert "Opened the second pass of “First”." in text
    assert "concept 1" in text
    assert "question 1" in text
    assert "Why so" in text
    assert "Mine alone" not in text
    assert "At 8:00 (Europe/Warsaw): e-mail and in the app. Quiet days: Sunday." in text


def test_observers_see_no_text_at_all(observer: User, watched: Membership, video: Video) -> None:
    second = open_viewing(membership=watched, video=video, number=2, now=NOW - timedelta(hours=2))
    for visibility in ("private", "instructors", "cohort"):
        write_note(
            viewing=second,
            at_ms=1,
            kind="concept",
            body="Only words",
            visibility=visibility,
            now=NOW,
        )

    text = words(observer, address_of(watched))

    assert "Only words" not in text
    assert "concept 3" in text


def test_mails_about_other_cohorts_are_none_of_its_business(
    instructor: User, watched: Membership
) -> None:
    here = Rewatch.objects.get(membership=watched).pk
    elsewhere = here + 1000
    for day, rewatches in ((9, [elsewhere, here]), (10, [elsewhere])):
        Delivery.objects.create(
            user=watched.user,
            channel="email",
            slot_on=date(2026, 11, day),
            rewatches=rewatches,
            outcome="sent",
            planned_at=NOW,
            settled_at=NOW,
        )

    text = words(instructor, address_of(watched))

    assert text.count(", about 1 rewatch") == 1
    assert "2 rewatches" not in text


def test_there_is_no_page_for_who_is_no_learner_here(
    instructor: User, watched: Membership, cohort: Cohort, other_cohort: Cohort, join: Join
) -> None:
    teacher = Membership.objects.get(user=instructor, cohort=cohort)
    elsewhere = join(make_user("Elsa"), other_cohort)
    for number in (teacher.pk, elsewhere.pk, "x", 2**70):
        words(instructor, f"/teach/autumn/learners/{number}/", status=404)
    end_membership(membership=watched, now=NOW)

    words(instructor, address_of(watched), status=404)
    assert "Nadia" not in words(instructor, BOARD)
