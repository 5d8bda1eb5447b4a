"""The table of everyone: search, orders, filters, columns and saved views, all in its address."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import MOST_VIEWS, Cohort, Membership, SavedView
from apps.cohorts.services import save_view
from apps.conftest import Join, make_user
from apps.core.errors import InvalidValue
from apps.dashboards.columns import COLUMNS
from apps.dashboards.tests.test_board import NOW, several
from apps.dashboards.tests.test_board_pages import BOARD, markup

__all__ = ["several"]


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def table_of(page: str) -> str:
    return page.partition('class="heat"')[2].partition("</table>")[0]


def names(user: User, query: str) -> list[str]:
    table = table_of(markup(user, BOARD + query))
    return re.findall(r'<th scope="row"><a [^>]+>(\w+)[^<]*</a>', table)


def heads(user: User, query: str) -> list[str]:
    table = table_of(markup(user, BOARD + query))
    return re.findall(r'class="(?:num|word)" scope="col"[^>]*><a [^>]+>([^<]+)<', table)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?order=name", ["Adam", "Mia", "Nadia", "Zoe"]),
        ("?order=-name", ["Zoe", "Nadia", "Mia", "Adam"]),
        ("?order=first", ["Mia", "Zoe", "Nadia", "Adam"]),
        ("?order=-first", ["Adam", "Nadia", "Mia", "Zoe"]),
        # Who has none comes last, whichever way.
        ("?order=effort", ["Adam", "Mia", "Nadia", "Zoe"]),
        ("?order=-effort", ["Adam", "Mia", "Nadia", "Zoe"]),
        ("?order=joined", ["Adam", "Mia", "Nadia", "Zoe"]),
        ("?reason=not_started", ["Mia"]),
        ("?reason=stopped", ["Nadia"]),
        ("?reason=nonsense&order=name", ["Adam", "Mia", "Nadia", "Zoe"]),
        ("?q=s-1", ["Mia"]),
    ],
)
def test_the_address_says_who_and_in_which_order(
    instructor: User, several: dict[str, Membership], query: str, found: list[str]
) -> None:
    Membership.objects.filter(pk=several["Mia"].pk).update(external_id="S-17")

    assert names(instructor, query) == found


def test_external_ids_are_the_instructors(
    instructor: User, observer: User, several: dict[str, Membership]
) -> None:
    Membership.objects.filter(pk=several["Mia"].pk).update(external_id="S-17")

    assert "S-17" in table_of(markup(instructor, BOARD))
    assert "S-17" not in markup(observer, f"{BOARD}?cols=id")
    assert names(observer, "?q=s-17") == []
    # Nor does an order by them tell anything.
    assert names(observer, "?order=id") == names(observer, "")


def test_columns_are_chosen_and_every_one_can_be_drawn_and_sorted_by(
    instructor: User, several: dict[str, Membership]
) -> None:
    assert heads(instructor, "") == ["hours", "effort", "due", "last here"]
    assert heads(instructor, "?cols=&cols=light&cols=first") == ["first passes", "light"]
    assert 'href="#v-' not in table_of(markup(instructor, f"{BOARD}?cols=hours"))
    assert heads(instructor, "?cols=") == []
    every = ",".join(COLUMNS)
    for key in COLUMNS:
        assert len(names(instructor, f"?cols={every}&order={key}")) == 4
        assert len(names(instructor, f"?cols={every}&order=-{key}")) == 4


def test_a_heading_says_how_the_table_is_sorted_and_turns_it(
    instructor: User, several: dict[str, Membership]
) -> None:
    table = table_of(markup(instructor, f"{BOARD}?order=debt&q=a"))

    assert 'aria-sort="descending"><a href="?q=a&amp;order=-debt#everyone">due' in table
    table = table_of(markup(instructor, f"{BOARD}?order=-debt&q=a"))
    assert 'aria-sort="ascending"><a href="?q=a&amp;order=debt#everyone">due' in table


def test_a_view_is_kept_under_a_name_for_its_instructor_alone(
    instructor: User, several: dict[str, Membership], cohort: Cohort, join: Join
) -> None:
    other = make_user("Otto Second")
    join(other, cohort, "instructor")
    client = Client()
    client.force_login(instructor)
    sent = {"name": " Long  away ", "query": "order=last_active&page=3&evil=1&cols=hours,debt"}

    page = client.post("/teach/autumn/views/", sent, follow=True).content.decode()

    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Long away", "order=last_active&cols=hours%2Cdebt")
    assert "The view Long away is kept." in page
    assert 'aria-current="true">Long away' in page
    assert "Long away" not in markup(other, BOARD)
    # Nor can anybody else forget it.
    stranger = Client()
    stranger.force_login(other)
    stranger.post(f"/teach/autumn/views/{view.pk}/remove/")
    assert SavedView.objects.exists()
    client.post(f"/teach/autumn/views/{view.pk}/remove/")
    assert not SavedView.objects.exists()
    assert client.post(f"/teach/autumn/views/{2**63}/remove/").status_code == 302


def test_twenty_views_are_kept_and_a_name_once(instructor: User, cohort: Cohort) -> None:
    member = cohort.memberships.get(user=instructor)
    for number in range(MOST_VIEWS):
        save_view(membership=member, name=f"View {number}", query="", now=NOW)

    save_view(membership=member, name="View 3", query="q=x", now=NOW)

    assert SavedView.objects.get(name="View 3").query == "q=x"
    with pytest.raises(InvalidValue):
        save_view(membership=member, name="One more", query="", now=NOW)
    assert SavedView.objects.count() == MOST_VIEWS
