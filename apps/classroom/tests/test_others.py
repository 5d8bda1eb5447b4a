"""What others shared, on the desk: loaded when it is opened, and nothing that is not shared."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.notes.models import Note
from apps.notes.services import write_note
from apps.progress.models import SECOND_PASS, Viewing

SECOND = "/c/autumn/videos/first/second/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def mates_pass(cohort_mate: User, second_pass: Viewing) -> Viewing:
    return Viewing.objects.create(
        membership=Membership.objects.get(user=cohort_mate),
        video=second_pass.video,
        number=SECOND_PASS,
        opened_at=second_pass.opened_at,
    )


def write(viewing: Viewing, body: str, **values: str | int) -> Note:
    return write_note(
        viewing=viewing,
        now=viewing.opened_at,
        body=body,
        **{"at_ms": 5000, "kind": "observation", "visibility": "cohort"} | values,  # type: ignore[arg-type]  # of many types
    )


def test_what_others_shared_about_this_video_stands_at_its_moment(
    browser: Client, second_pass: Viewing, mates_pass: Viewing
) -> None:
    write(mates_pass, "The ring turns", at_ms=7000)
    write(mates_pass, "Why orange?", at_ms=9000, kind="question")

    group = browser.get(f"{SECOND}?shared", headers=HTMX).content.decode()

    assert group.index("Why orange?") < group.index("The ring turns")
    assert f'href="{SECOND}?at=7" data-at-ms="7000"' in group
    assert "Tomas Silva" in group
    assert "<html" not in group


def test_what_is_not_shared_with_me_or_is_my_own_is_not_there(
    browser: Client, second_pass: Viewing, mates_pass: Viewing, video: Video
) -> None:
    write(mates_pass, "Kept to myself", visibility="private")
    write(mates_pass, "For the instructors", visibility="instructors")
    write(second_pass, "My own")
    elsewhere = Viewing.objects.create(
        membership=mates_pass.membership,
        video=Video.objects.exclude(pk=video.pk)[0],
        number=SECOND_PASS,
        opened_at=mates_pass.opened_at,
    )
    write(elsewhere, "Of another film")

    group = browser.get(f"{SECOND}?shared", headers=HTMX).content.decode()

    assert "Nobody has shared a note about this video." in group
    assert 'class="note"' not in group


def test_the_desk_itself_asks_nothing_of_others(
    browser: Client,
    second_pass: Viewing,
    mates_pass: Viewing,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    write(mates_pass, "The ring turns")
    browser.get(SECOND)

    with django_assert_max_num_queries(9):
        page = browser.get(SECOND).content.decode()

    assert f'data-others="{SECOND}?shared"' in page
    assert "?where=shared&amp;part=networks/first" in page
    assert "The ring turns" not in page


def test_who_is_alone_is_shown_no_others(browser: Client, second_pass: Viewing) -> None:
    cohort = second_pass.membership.cohort
    cohort.is_solo = True
    cohort.save(update_fields=["is_solo"])

    assert "data-others" not in browser.get(SECOND).content.decode()
