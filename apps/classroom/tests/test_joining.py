"""Coming into a cohort in the browser, with and without an account."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.models import Cohort, Invitation, Membership
from apps.conftest import make_cohort, make_user
from apps.curriculum.models import Revision


@pytest.fixture
def today(revision: Revision) -> datetime:
    return timezone.now()


@pytest.fixture
def link(cohort: Cohort, instructor: User, today: datetime) -> Invitation:
    return services.create_invitation(cohort=cohort, user=instructor, now=today)


def address(link: Invitation) -> str:
    return f"/join/{link.code}/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_visitor_reads_what_the_link_leads_to_and_comes_back_to_it(
    client: Client, link: Invitation
) -> None:
    page = client.get(address(link))

    text = page.content.decode()
    assert page.status_code == 200
    assert "Autumn" in text
    assert "Emma Visser invites you." in text
    assert f"/accounts/signup/?next=%2Fjoin%2F{link.code}%2F" in text
    assert f"/accounts/login/?next=%2Fjoin%2F{link.code}%2F" in text


def test_who_signs_up_by_a_link_is_back_at_it_once_the_address_is_confirmed(
    client: Client, link: Invitation
) -> None:
    signup = client.post(
        "/accounts/signup/",
        {
            "name": "Nova",
            "email": "nova@example.org",
            "password1": "three plain words",
            "time_zone": "Europe/Warsaw",
            "next": address(link),
        },
        follow=True,
    )
    assert signup.status_code == 200
    code = re.search(r"^\s*([A-Z0-9-]{6,12})\s*$", str(mail.outbox[0].body), re.M)
    assert code is not None

    confirmed = client.post(signup.redirect_chain[-1][0], {"code": code[1]})

    assert confirmed.headers["Location"] == address(link)
    joined = client.post(address(link))
    assert joined.headers["Location"] == "/c/autumn/"
    assert Membership.objects.get(user__email="nova@example.org").cohort == link.cohort


def test_a_visitor_who_posts_is_asked_to_sign_in_first(client: Client, link: Invitation) -> None:
    answer = client.post(address(link))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=/join/")


def test_joining_leads_home_and_twice_is_once(link: Invitation, stranger: User) -> None:
    client = signed_in(stranger)

    assert client.get(address(link)).status_code == 200
    locations = [client.post(address(link)).headers["Location"] for _ in range(2)]

    assert locations == ["/c/autumn/", "/c/autumn/"]
    link.refresh_from_db()
    assert link.uses == 1


def test_who_is_in_already_is_shown_the_way(
    link: Invitation, learner: User, today: datetime
) -> None:
    services.revoke_invitation(invitation=link, now=today)

    page = signed_in(learner).get(address(link))

    assert page.status_code == 200
    assert "You are in this cohort already" in page.content.decode()


def test_an_instructor_by_link_lands_on_the_dashboard(
    cohort: Cohort, instructor: User, stranger: User, today: datetime
) -> None:
    link = services.create_invitation(cohort=cohort, user=instructor, role="instructor", now=today)

    joined = signed_in(stranger).post(address(link))

    assert joined.headers["Location"] == "/teach/autumn/"


@pytest.mark.parametrize(
    ("broken", "status", "says"),
    [
        ("expired", 410, "This invitation has expired"),
        ("used up", 410, "used as often as it may be"),
        ("withdrawn", 410, "This invitation was withdrawn"),
        ("archived", 410, "This cohort was archived"),
        ("full", 410, "This cohort is full"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_lets_nobody_in_says_why_and_what_to_do(
    cohort: Cohort,
    learner: User,
    instructor: User,
    stranger: User,
    today: datetime,
    broken: str,
    status: int,
    says: str,
    method: str,
) -> None:
    past = today - timedelta(days=10)
    limits: dict[str, Any] = {
        "expired": {"expires_at": today - timedelta(days=1)},
        "used up": {"max_uses": 1},
    }
    link = services.create_invitation(
        cohort=cohort, user=instructor, now=past, **limits.get(broken, {})
    )
    match broken:
        case "used up":
            services.join_by_invitation(user=make_user("Early"), code=link.code, now=past)
        case "withdrawn":
            services.revoke_invitation(invitation=link, now=today)
        case "archived":
            services.archive_cohort(cohort=cohort, now=today)
        case "full":
            services.change_cohort(cohort=cohort, now=today, capacity=1)

    page = getattr(signed_in(stranger), method)(address(link))

    text = page.content.decode()
    assert page.status_code == status
    assert says in text
    assert "/start/" in text
    assert not Membership.objects.filter(user=stranger).exists()


@pytest.mark.parametrize("code", ["nonsense", "x" * 300, "%00", "..%2F..", "<script>"])
def test_a_wrong_link_is_not_there_and_says_so(client: Client, db: None, code: str) -> None:
    page = client.get(f"/join/{code}/")

    assert page.status_code == 404
    if "%2F" not in code:
        assert "Copy the whole link" in page.content.decode()


def test_a_link_for_another_address_says_for_which(
    cohort: Cohort, instructor: User, stranger: User, today: datetime
) -> None:
    link = services.create_invitation(
        cohort=cohort, user=instructor, email_domain="school.example", now=today
    )

    page = signed_in(stranger).post(address(link))

    assert page.status_code == 403
    assert "school.example" in page.content.decode()


def test_without_anything_the_start_page_says_what_to_do(stranger: User) -> None:
    page = signed_in(stranger).get("/start/")

    assert page.status_code == 200
    assert "There is no curriculum here yet" in page.content.decode()


def test_the_start_page_offers_open_cohorts_and_curricula(
    cohort: Cohort, other_cohort: Cohort, stranger: User, today: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=today, is_open=True)

    text = signed_in(stranger).get("/start/").content.decode()

    assert "Autumn" in text
    assert "Winter" not in text
    assert "Begin Networks alone" in text


def test_one_joins_an_open_cohort_by_a_button(
    cohort: Cohort, stranger: User, today: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=today, is_open=True)
    client = signed_in(stranger)

    joined = client.post("/start/", {"cohort": "autumn"})

    assert joined.headers["Location"] == "/c/autumn/"
    assert "Open cohorts" not in client.get("/start/").content.decode()


def test_one_begins_alone_by_a_button_and_twice_is_once(stranger: User, revision: Revision) -> None:
    client = signed_in(stranger)

    locations = [
        client.post("/start/", {"curriculum": "networks"}).headers["Location"] for _ in range(2)
    ]

    assert locations == ["/c/networks/", "/c/networks/"]
    assert "Begin Networks alone" not in client.get("/start/").content.decode()


@pytest.mark.parametrize(
    "asked", [{}, {"cohort": "autumn"}, {"cohort": "a\0"}, {"curriculum": "nothing\0"}]
)
def test_what_is_not_open_is_said_plainly(
    cohort: Cohort, stranger: User, asked: dict[str, str]
) -> None:
    page = signed_in(stranger).post("/start/", asked, follow=True)

    assert "That cohort is not open any more" in page.content.decode()
    assert not Membership.objects.filter(user=stranger).exists()


def test_a_full_open_cohort_is_said_to_be_full(
    cohort: Cohort, learner: User, stranger: User, today: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=today, is_open=True, capacity=1)
    client = signed_in(stranger)

    assert "Wait for a place in Autumn" in client.get("/start/").content.decode()
    page = client.post("/start/", {"cohort": "autumn"}, follow=True)

    assert "This cohort is full." in page.content.decode()


def test_one_waits_for_a_place_and_takes_it_back(
    cohort: Cohort, learner: User, stranger: User, today: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=today, is_open=True, capacity=1)
    client = signed_in(stranger)

    page = client.post("/start/", {"cohort": "autumn", "act": "wait"}, follow=True)
    text = " ".join(page.content.decode().split())
    assert "You are on the waiting list." in text
    assert "You are number 1 on its waiting list." in text
    assert "Wait for a place in Autumn" not in text

    page = client.post("/start/", {"cohort": "autumn", "act": "withdraw"}, follow=True)
    assert "Wait for a place in Autumn" in page.content.decode()


def test_a_link_to_a_full_cohort_leads_to_its_waiting_list(
    cohort: Cohort, learner: User, instructor: User, stranger: User, today: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=today, capacity=1)
    link = services.create_invitation(cohort=cohort, user=instructor, now=today)
    client = signed_in(stranger)

    assert "Sign up and wait for a place" in Client().get(address(link)).content.decode()
    assert "Wait for a place" in client.get(address(link)).content.decode()
    client.post(address(link), {"act": "wait"})

    assert "You are number 1" in client.get(address(link)).content.decode()
    assert cohort.requests.get().user == stranger


def test_one_asks_to_join_with_a_word_to_the_instructors(
    cohort: Cohort, stranger: User, today: datetime
) -> None:
    services.change_cohort(cohort=cohort, now=today, takes_requests=True)
    client = signed_in(stranger)
    assert "Ask to join Autumn" in client.get("/start/").content.decode()

    page = client.post(
        "/start/", {"cohort": "autumn", "act": "ask", "words": "I am Sam."}, follow=True
    )

    assert "An instructor answers" in page.content.decode()
    assert cohort.requests.get().words == "I am Sam."
    assert client.post("/start/", {"cohort": "autumn"}).headers["Location"] == "/start/"
    assert not Membership.objects.filter(user=stranger).exists()


def test_the_start_page_needs_an_account(client: Client, db: None) -> None:
    assert client.get("/start/").headers["Location"] == "/accounts/login/?next=/start/"


def test_the_start_page_asks_as_much_for_one_cohort_as_for_many(
    revision: Revision,
    stranger: User,
    today: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(12):
        make_cohort(revision, f"open-{number}", today, is_open=True)
    client = signed_in(stranger)
    client.get("/start/")

    with django_assert_max_num_queries(7):
        client.get("/start/")


def test_a_cohort_that_was_archived_stays_on_the_list_to_be_read(
    learner: User, cohort: Cohort, today: datetime
) -> None:
    client = signed_in(learner)
    before = client.get("/start/").content.decode()

    services.archive_cohort(cohort=cohort, now=today)
    after = client.get("/start/").content.decode()

    assert "Archived cohorts" not in before
    assert "Archived cohorts" in after
    assert 'href="/c/autumn/"' in after
    assert client.get("/c/autumn/").status_code == 200
