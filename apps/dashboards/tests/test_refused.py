"""Who comes to a page of another role is told whose page it is, and who they are there."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import Cohort


@pytest.mark.parametrize("address", ["/teach/autumn/", "/teach/autumn/settings/"])
def test_a_learner_on_the_instructors_pages(
    client: Client, learner: User, cohort: Cohort, address: str
) -> None:
    client.force_login(learner)

    page = client.get(address)

    assert page.status_code == 403
    words = (
        "This is for the instructors and observers of “Autumn”, and your role there is: learner."
    )
    assert words in page.content.decode()


def test_an_instructor_on_a_learner_s_pages(client: Client, instructor: User) -> None:
    client.force_login(instructor)

    page = client.get("/c/autumn/roadmap/")

    assert page.status_code == 403
    words = "This is for the learners of “Autumn”, and your role there is: instructor."
    assert words in page.content.decode()


def test_rest_says_it_too(client: Client, learner: User) -> None:
    client.force_login(learner)

    answer = client.get("/api/v1/cohorts/autumn/members/").json()

    assert answer["detail"] == (
        "This is for the instructors of “Autumn”, and your role there is: learner"
    )
