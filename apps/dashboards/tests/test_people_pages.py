"""Requests, the waiting list, external ids and the history of a cohort on the instructor's pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.models import Cohort, Event, Invitation, JoinRequest, Letter, Membership
from apps.conftest import Join
from apps.dashboards.tests.test_cohort_pages import PLAN, signed_in, text_of

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def asked(cohort: Cohort, stranger: User) -> JoinRequest:
    services.change_cohort(cohort=cohort, now=MONDAY, takes_requests=True)
    request = services.ask_to_join(
        user=stranger, cohort_slug="autumn", words="<b>I am Sam</b>", now=MONDAY
    )
    assert isinstance(request, JoinRequest)
    return request


def test_an_instructor_lets_somebody_in_who_asked(
    instructor: User, cohort: Cohort, asked: JoinRequest, stranger: User
) -> None:
    client = signed_in(instructor)
    assert "&lt;b&gt;I am Sam&lt;/b&gt;" in text_of(client.get("/teach/autumn/people/"))

    address = f"/teach/autumn/people/requests/{asked.pk}/accept/"
    page = client.post(address, follow=True)

    assert "Sam Stranger is in, and a mail says so." in text_of(page)
    assert cohort.memberships.get(user=stranger).role == "learner"
    # A second click finds nothing to answer.
    assert client.post(address).status_code == 404


def test_an_instructor_declines_and_takes_off_the_list(
    instructor: User, learner: User, cohort: Cohort, asked: JoinRequest, stranger: User
) -> None:
    client = signed_in(instructor)
    services.change_cohort(cohort=cohort, now=MONDAY, capacity=1)

    client.post(f"/teach/autumn/people/requests/{asked.pk}/accept/")
    page = text_of(client.get("/teach/autumn/people/"))
    assert "1. Sam Stranger" in page
    client.post(f"/teach/autumn/people/requests/{asked.pk}/decline/", follow=True)

    assert "Sam Stranger" not in text_of(client.get("/teach/autumn/people/"))
    assert Letter.objects.get().kind == "declined"
    assert not Membership.objects.filter(user=stranger).exists()


def test_observers_and_others_answer_nobody(
    observer: User, other_instructor: User, asked: JoinRequest
) -> None:
    for user, status in ((observer, 403), (other_instructor, 404)):
        client = signed_in(user)
        for act in ("accept", "decline"):
            page = client.post(f"/teach/autumn/people/requests/{asked.pk}/{act}/")
            assert page.status_code == status
    # Nor does one's own cohort open the door to another's request.
    page = signed_in(other_instructor).post(f"/teach/winter/people/requests/{asked.pk}/accept/")
    assert page.status_code == 404
    assert "Sam Stranger" not in text_of(signed_in(observer).get("/teach/autumn/people/"))
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_a_student_id_is_kept_found_and_of_one_person_only(
    instructor: User, observer: User, learner: User, cohort_mate: User, cohort: Cohort
) -> None:
    client = signed_in(instructor)
    mine, mate = (cohort.memberships.get(user=user) for user in (learner, cohort_mate))
    body = {"role": "learner", "external_id": "S-17"}

    client.post(f"/teach/autumn/people/{mine.pk}/", body)
    refused = client.post(f"/teach/autumn/people/{mate.pk}/", body)
    found = text_of(client.get("/teach/autumn/people/?q=s-17"))

    mine.refresh_from_db()
    assert mine.external_id == "S-17"
    assert "has this external id already" in text_of(refused)
    assert "Nadia Kowalska" in found
    assert "Tomas Silva" not in found
    assert "S-17" not in text_of(signed_in(observer).get("/teach/autumn/people/"))


def test_the_history_tells_who_did_what(
    instructor: User, learner: User, cohort: Cohort, cohort_mate: User
) -> None:
    client = signed_in(instructor)
    member = cohort.memberships.get(user=learner)
    client.post(f"/teach/autumn/people/{member.pk}/", {"role": "observer"})
    client.post("/teach/autumn/settings/", PLAN)

    text = text_of(client.get("/teach/autumn/history/"))
    only = text_of(client.get("/teach/autumn/history/?kind=role_changed"))

    assert "learner → observer" in text
    assert "Hours a week: 5 → 6" in text
    assert "Places: nothing → 12" in text
    assert "Nadia Kowalska" in only
    assert "Hours a week" not in only


def test_looking_at_a_learner_is_noted_once_a_day(
    instructor: User, observer: User, learner: User, cohort: Cohort
) -> None:
    address = f"/teach/autumn/learners/{cohort.memberships.get(user=learner).pk}/"

    for user in (instructor, instructor, observer):
        assert signed_in(user).get(address).status_code == 200
    with time_machine.travel(MONDAY.replace(day=3), tick=False):
        signed_in(instructor).get(address)

    looks = Event.objects.filter(kind="saw_learner", subject=learner).order_by("pk")
    assert [(each.actor, each.at.day) for each in looks] == [
        (instructor, 2),
        (observer, 2),
        (instructor, 3),
    ]


def test_what_is_noted_stays_when_the_person_goes(
    instructor: User, learner: User, cohort: Cohort
) -> None:
    member = cohort.memberships.get(user=learner)
    services.end_membership(membership=member, by=instructor, now=MONDAY)

    learner.delete()

    text = text_of(signed_in(instructor).get("/teach/autumn/history/"))
    assert "Taken out" in text
    assert "Nadia" not in text


def test_addresses_are_pasted_and_the_report_tells_each_line(
    instructor: User, learner: User, cohort: Cohort
) -> None:
    client = signed_in(instructor)
    text = f"ada@x.org\n{learner.email}\n=cmd@\n"

    page = client.post(
        "/teach/autumn/people/invite/",
        {"text": text, "role": "learner", "expires_on": ""},
        follow=True,
    )

    report = text_of(page)
    address = page.redirect_chain[-1][0]
    assert "ada@x.org" in report
    assert "Is in the cohort already" in report
    assert "about 1 minute" in report
    assert "ada@x.org" not in text_of(client.get(f"{address}?troubled"))
    saved: Any = client.get(f"{address}report.csv")
    file = saved.getvalue().decode("utf-8-sig")
    assert file.splitlines()[0] == "Line,Address,External id,State,Why"
    # What a spreadsheet would take for a formula is no formula any more.
    assert "\n3,'=cmd@,,left out,not an e-mail address" in file.replace("\r", "")
    # Its links stand with the list, not among the others.
    assert "http://testserver/join/" not in text_of(client.get("/teach/autumn/people/"))
    assert "Stopped: 1 invitation" in text_of(client.post(f"{address}stop/", follow=True))


def test_a_file_of_a_spreadsheet_is_taken(instructor: User, cohort: Cohort) -> None:
    content = "\ufeffПочта;Номер\nada@x.org;S-1\n".encode()
    file = SimpleUploadedFile("list.csv", content, content_type="text/csv")

    signed_in(instructor).post(
        "/teach/autumn/people/invite/", {"file": file, "role": "observer", "expires_on": ""}
    )

    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.external_id, invitation.role) == (
        "ada@x.org",
        "S-1",
        "observer",
    )


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "Paste addresses, or choose a file."),
        ({"text": "a@x.org", "expires_on": "2026-11-01"}, "Choose today or a later day."),
        ({"text": "a@x.org\n" * 10_001}, "10000 addresses at most"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(
    instructor: User, cohort: Cohort, body: dict[str, str], says: str
) -> None:
    page = signed_in(instructor).post(
        "/teach/autumn/people/invite/", {"role": "learner", "expires_on": ""} | body
    )

    assert says in text_of(page)
    assert not Invitation.objects.exists()


def test_the_report_says_who_waits_for_a_place(
    instructor: User, learner: User, stranger: User, cohort: Cohort
) -> None:
    services.change_cohort(cohort=cohort, now=MONDAY, capacity=1)
    mailing = services.invite_by_mail(
        cohort=cohort, user=instructor, text="guest@x.org", now=MONDAY
    )
    link = Invitation.objects.get(mailing_row__mailing=mailing)
    EmailAddress.objects.create(user=stranger, email="guest@x.org", verified=True)
    services.wait_by_invitation(user=stranger, code=link.code, now=MONDAY)

    page = text_of(signed_in(instructor).get(f"/teach/autumn/people/mailings/{mailing.pk}/"))

    assert "waits for a place" in page
    assert "came in" not in page
    assert "<dt>On the waiting list</dt><dd>1</dd>" in page


def test_nobody_reads_the_list_of_another_cohort(
    instructor: User, other_instructor: User, cohort: Cohort
) -> None:
    mailing = services.invite_by_mail(cohort=cohort, user=instructor, text="a@x.org", now=MONDAY)

    client = signed_in(other_instructor)
    for end in ("", "report.csv"):
        page = client.get(f"/teach/winter/people/mailings/{mailing.pk}/{end}")
        assert page.status_code == 404
    assert client.post(f"/teach/winter/people/mailings/{mailing.pk}/stop/").status_code == 404


def test_a_learner_is_moved_to_a_cohort_that_one_teaches(
    instructor: User, learner: User, cohort: Cohort, other_cohort: Cohort, join: Join
) -> None:
    client = signed_in(instructor)
    member = cohort.memberships.get(user=learner)
    address = f"/teach/autumn/people/{member.pk}/move/"
    assert "You teach no other cohort" in text_of(client.get(address))
    # A cohort that one does not teach is not there to be chosen.
    refused = text_of(client.post(address, {"cohort": "winter"}))
    assert "Winter" not in refused
    join(instructor, other_cohort, "instructor")

    page = client.post(address, {"cohort": "winter"}, follow=True)

    assert "Nadia Kowalska is in Winter now, and a mail says so." in text_of(page)
    assert other_cohort.memberships.get(user=learner).pk == member.pk
    assert client.get(address).status_code == 404
