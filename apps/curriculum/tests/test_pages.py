"""The curriculum's page: open to everyone, whole, in both languages."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.curriculum.document import CurriculumDocument, read_document
from apps.curriculum.models import Revision
from apps.curriculum.selectors import forget_outlines

URL = "/curricula/ml-engineer-50h/"


def words(html: str) -> str:
    return (
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
    )


def test_a_visitor_reads_the_whole_document(
    client: Client, roadmap: CurriculumDocument, roadmap_revision: Revision
) -> None:
    page = words(client.get(URL).content.decode())

    for text in (roadmap.title, roadmap.summary, roadmap.result, roadmap.prerequisites):
        assert text.en in page
    for outcome in roadmap.outcomes:
        assert outcome.text.en in page
        assert outcome.instead.en in page
    for phase in roadmap.phases:
        assert phase.goal.en in page
        assert phase.prerequisites.en in page
    for video in roadmap.videos:
        for text in (video.title, video.topics, video.description, video.hint):
            assert text.en in page
    for credit in roadmap.credits:
        assert credit.name in page


def test_it_says_plainly_where_the_hours_do_not_agree(
    client: Client, roadmap_revision: Revision
) -> None:
    page = words(client.get(URL).content.decode())

    assert page.count("These do not agree.") == 3
    assert page.count("The two agree.") == 1
    assert "66–88 h" in page
    assert "From 30 to 40 hours leave 1.1 to 1.8 times the length" in page
    assert "The author’s hours are one watching." in page


def test_a_russian_reader_sees_the_original_title_below(
    client: Client, roadmap: CurriculumDocument, roadmap_revision: Revision
) -> None:
    html = client.get(URL, headers={"Accept-Language": "ru"}).content.decode()

    assert '<p lang="en">Building makemore Part 2: MLP</p>' in html
    page = words(html)
    for video in roadmap.videos:
        assert video.title.ru in page
        assert video.title.en in page
        assert video.hint.ru in page


def test_the_page_costs_the_outline_and_one_query(
    client: Client, roadmap_revision: Revision, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(7):
        client.get(URL)
    with django_assert_num_queries(1):
        client.get(URL)
    forget_outlines()


def test_the_document_can_be_taken_away_and_says_the_same(
    client: Client, roadmap: CurriculumDocument, roadmap_revision: Revision
) -> None:
    response = client.get(f"{URL}document.yaml")

    assert response["Content-Type"] == "application/yaml; charset=utf-8"
    assert 'filename="ml-engineer-50h.yaml"' in response["Content-Disposition"]
    assert read_document(response.content) == roadmap


@pytest.mark.django_db
def test_a_curriculum_that_is_not_there_is_a_404(client: Client) -> None:
    assert client.get("/curricula/nothing/").status_code == 404
    assert client.get("/curricula/nothing/document.yaml").status_code == 404


def test_a_curriculum_is_read_and_not_posted_to(client: Client, roadmap_revision: Revision) -> None:
    assert client.post(URL).status_code == 405
