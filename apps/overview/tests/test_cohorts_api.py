"""Cohorts over REST: made, changed, joined, left, each by whom it is given to."""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.cohorts.services import create_invitation
from apps.conftest import Join, make_user
from apps.curriculum.models import Video

COHORTS = "/api/v1/cohorts/"
WISH = {
    "curriculum": "networks",
    "name": "Весна 2027",
    "starts_on": "2027-03-01",
    "hours_per_week": 5.5,
    "time_zone": "Europe/Warsaw",
    "language": "ru",
}


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def test_who_may_makes_a_cohort_and_teaches_it(instructor: User, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        made = signed_in(instructor).post(COHORTS, WISH | {"order_rule": "strict"})

    assert made.status_code == 201
    assert made["Location"] == "/api/v1/cohorts/vesna-2027/"
    membership = Membership.objects.get(cohort__slug="vesna-2027")
    assert made.json() == {
        "slug": "vesna-2027",
        "name": "Весна 2027",
        "curriculum": "networks",
        "revision": 1,
        "starts_on": "2027-03-01",
        # 90 owed minutes, three and a half times, at 5.5 hours a week: 6.7 days.
        "ends_on": "2027-03-08",
        "ends_on_is_set": False,
        "hours_per_week": 5.5,
        "time_zone": "Europe/Warsaw",
        "language": "ru",
        "order_rule": "strict",
        "night_rule": True,
        "soft_limit": 4,
        "ladder": [4, 8, 16, 30],
        "bonus_is_owed": False,
        "youtube_on_click": False,
        "recall_first": True,
        "breaks": [],
        "set_weeks": {},
        "capacity": None,
        "is_open": False,
        "takes_requests": False,
        "is_solo": False,
        "created_at": "2026-11-02T12:00:00Z",
        "archived_at": None,
        "membership": {"id": str(membership.pk), "role": "instructor"},
    }
    assert signed_in(instructor).get(made["Location"]).json() == made.json()


def test_the_right_to_make_cohorts_is_asked_for(learner: User) -> None:
    response = signed_in(learner).post(COHORTS, WISH)

    assert (response.status_code, response.json()["code"]) == (403, "may_not_create_cohorts")


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"curriculum": "nothing"}, 404, None),
        ({"name": ""}, 422, "name"),
        ({"starts_on": "soon"}, 422, "starts_on"),
        ({"starts_on": "2027-02-30"}, 422, "starts_on"),
        ({"ends_on": "2027-02-01"}, 422, "ends_on"),
        ({"hours_per_week": 0}, 422, "hours_per_week"),
        ({"hours_per_week": "5"}, 422, "hours_per_week"),
        ({"hours_per_week": 5.55}, 422, "hours_per_week"),
        ({"time_zone": "Moon/Sea"}, 422, "time_zone"),
        ({"ladder": [4, 4]}, 422, "ladder"),
        ({"ladder": [0]}, 422, "ladder.0"),
        ({"ladder": []}, 422, "ladder"),
        ({"capacity": 0}, 422, "capacity"),
        ({"slug": "mine"}, 422, "slug"),
    ],
)
def test_a_cohort_that_cannot_be_is_refused(
    instructor: User, changes: dict[str, Any], status: int, field: str | None
) -> None:
    response = signed_in(instructor).post(COHORTS, WISH | changes)

    assert response.status_code == status
    if field:
        assert response.json()["errors"][0]["field"] == field
    assert not Cohort.objects.filter(name="Весна 2027").exists()


def test_a_repeated_key_makes_one_cohort(instructor: User) -> None:
    client = signed_in(instructor)

    one = client.post(COHORTS, WISH, HTTP_IDEMPOTENCY_KEY="spring")
    two = client.post(COHORTS, WISH, HTTP_IDEMPOTENCY_KEY="spring")

    assert one.json() == two.json()
    assert Cohort.objects.filter(name="Весна 2027").count() == 1


def test_instructors_change_the_plan(instructor: User, learner: User, observer: User) -> None:
    url = f"{COHORTS}autumn/"

    changed = signed_in(instructor).patch(url, {"hours_per_week": 7, "soft_limit": None})
    others = [
        signed_in(user).patch(url, {"name": "Mine"}).status_code for user in (learner, observer)
    ]

    assert changed.status_code == 200
    assert (changed.json()["hours_per_week"], changed.json()["soft_limit"]) == (7.0, None)
    assert others == [403, 403]


def test_one_joins_by_a_code_once(
    stranger: User, instructor: User, cohort: Cohort, now: datetime
) -> None:
    code = create_invitation(cohort=cohort, user=instructor, max_uses=1, now=now).code
    client = signed_in(stranger)

    joined = client.post(f"{COHORTS}join/", {"code": code})
    again = client.post(f"{COHORTS}join/", {"code": code})
    other = signed_in(make_user("Late Comer")).post(f"{COHORTS}join/", {"code": code})
    unknown = client.post(f"{COHORTS}join/", {"code": "nothing"})

    assert joined.status_code == again.status_code == 200
    assert joined.json() == again.json()
    assert joined.json()["role"] == "learner"
    assert joined.json()["person"]["name"] == "Sam Stranger"
    assert (other.status_code, other.json()["code"]) == (409, "invitation_used_up")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "invitation_unknown")


def test_instructors_see_to_the_people(
    instructor: User, learner: User, cohort_mate: User, membership: Membership
) -> None:
    client = signed_in(instructor)
    url = f"{COHORTS}autumn/members/"

    people = client.get(url).json()["results"]
    learners = client.get(url, {"role": "learner", "page_size": "1"}).json()
    promoted = client.patch(f"{url}{membership.pk}/", {"role": "observer"})
    removed = client.delete(f"{url}{membership.pk}/")
    gone = client.get(f"{url}{membership.pk}/")

    assert [each["person"]["name"] for each in people] == [
        "Emma Visser",
        "Nadia Kowalska",
        "Tomas Silva",
    ]
    assert people[1]["email"] == "nadia.kowalska@example.org"
    assert [each["person"]["name"] for each in learners["results"]] == ["Nadia Kowalska"]
    rest = client.get(learners["next"]).json()["results"]
    assert [each["person"]["name"] for each in rest] == ["Tomas Silva"]
    assert promoted.json()["role"] == "observer"
    assert (removed.status_code, gone.status_code) == (204, 404)
    membership.refresh_from_db()
    assert membership.ended_at is not None


def test_the_last_instructor_stays(instructor: User, learner: User) -> None:
    mine = Membership.objects.get(user=instructor)

    response = signed_in(instructor).delete(f"{COHORTS}autumn/members/{mine.pk}/")

    assert (response.status_code, response.json()["code"]) == (409, "last_instructor")


def test_one_learners_progress_is_read_by_who_may(
    learner: User,
    cohort_mate: User,
    instructor: User,
    observer: User,
    other_instructor: User,
    membership: Membership,
) -> None:
    url = f"{COHORTS}autumn/progress/{membership.pk}/"

    answers = {
        user.name.split()[0]: signed_in(user).get(url)
        for user in (learner, cohort_mate, instructor, observer, other_instructor)
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "Nadia": 200,
        "Tomas": 403,
        "Emma": 200,
        "Oscar": 200,
        "Ivan": 404,
    }
    own = answers["Nadia"].json()
    assert (own["membership"], len(own["videos"])) == (str(membership.pk), 4)
    teaching = Membership.objects.get(user=instructor)
    no_learner = signed_in(instructor).get(f"{COHORTS}autumn/progress/{teaching.pk}/")
    assert no_learner.status_code == 404


@pytest.mark.parametrize(
    ("path", "queries"), [("", 4), ("autumn/", 4), ("autumn/members/?page_size=200", 4)]
)
def test_lists_cost_the_same_at_three_and_three_hundred(
    instructor: User, cohort: Cohort, join: Join, path: str, queries: int
) -> None:
    client = signed_in(instructor)
    seen = []

    for size in (3, 300):
        users = User.objects.bulk_create(
            [User(email=f"u{size}-{number}@example.org") for number in range(size)]
        )
        Membership.objects.bulk_create(
            [Membership(cohort=cohort, user=user, joined_at=cohort.created_at) for user in users]
        )
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{COHORTS}{path}").status_code == 200
        seen.append(len(captured))

    assert seen == [queries, queries]


def test_breaks_and_weeks_by_hand_are_set_and_read_over_rest(
    instructor: User, cohort: Cohort, video: Video
) -> None:
    url, client = f"{COHORTS}{cohort.slug}/", signed_in(instructor)
    winter = {"first_on": "2026-12-21", "last_on": "2027-01-03"}

    changed = client.patch(url, {"breaks": [winter], "set_weeks": {"first": 2}}, format="json")

    assert changed.status_code == 200
    assert changed.json()["breaks"] == [winter | {"name": "", "is_quiet": False}]
    assert changed.json()["set_weeks"] == {"first": 2}
    for wrong in (
        {"breaks": [winter, winter]},
        {"breaks": [{"first_on": "2026-12-21", "last_on": "2026-12-20"}]},
        {"breaks": [winter | {"colour": "red"}]},
        {"set_weeks": {"nowhere": 1}},
        {"set_weeks": {"first": 0}},
    ):
        assert client.patch(url, wrong, format="json").status_code == 422
