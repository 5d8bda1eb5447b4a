"""The front door."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from apps.accounts.models import User
from apps.classroom.landing import first_roadmap, home_address
from apps.curriculum.selectors import forget_outlines


@pytest.fixture
def roadmap(db: None) -> None:
    forget_outlines()
    call_command("import_curricula", verbosity=0)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_visitor_reads_what_it_is_and_finds_the_way_in(client: Client, db: None) -> None:
    page = client.get("/").content.decode()

    assert "Watch it once for the shape. Again to keep it." in page
    assert 'href="/accounts/signup/"' in page


def test_the_figures_are_the_roadmap_s_own(client: Client, roadmap: None) -> None:
    words = text_of(client.get("/").content.decode())

    assert "19 videos by 3Blue1Brown and Andrej Karpathy. They last 22 hours." in words
    assert "Watched twice, the honest way, they take 66–88 h." in words
    assert "Its author says about 50 h. These do not agree" in words
    assert "13–18 weeks" in words
    assert "About 68 minutes. Notes on the seconds" in words


def test_the_story_is_told_with_a_video_of_ordinary_length(roadmap: None) -> None:
    found = first_roadmap()

    assert found is not None
    assert found.example.address == "wjZofJX0v4M"
    assert found.example.duration_seconds == 27 * 60


def test_without_the_roadmap_the_page_says_nothing_about_it(client: Client, db: None) -> None:
    response = client.get("/")

    assert response.status_code == 200
    assert "roadmap" not in response.content.decode()


def test_a_learner_goes_home(client: Client, learner: User) -> None:
    client.force_login(learner)

    assert client.get("/")["Location"] == "/c/autumn/"


def test_an_instructor_goes_to_the_dashboard(instructor: User) -> None:
    assert home_address(instructor) == "/teach/autumn/"


def test_who_is_in_no_cohort_finds_one(stranger: User) -> None:
    assert home_address(stranger) == "/start/"
