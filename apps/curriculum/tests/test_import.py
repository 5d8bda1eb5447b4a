"""Importing documents: revisions made only when something changed, videos kept for good."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from apps.core.errors import NotFound
from apps.curriculum.document import CurriculumDocument, read_document, write_yaml
from apps.curriculum.models import Curriculum, Placement, Revision, Video
from apps.curriculum.outline import Outline
from apps.curriculum.selectors import (
    current_revision,
    forget_outlines,
    revision_outline,
    stored_document,
)
from apps.curriculum.services import (
    DurationNotCorrectable,
    ImportedCurriculum,
    correct_duration,
    import_curriculum,
)
from apps.curriculum.tests.conftest import NOW, SMALL

FACTS = """slug provider address title topics description hint author duration_seconds
    duration_is_approximate is_bonus is_guest is_coding needs_torch spoken_language"""


def imported(text: str = SMALL) -> ImportedCurriculum:
    return import_curriculum(document=read_document(text), now=NOW)


def outline(slug: str = "bread") -> Outline:
    return revision_outline(revision_id=current_revision(slug=slug).pk)


@pytest.mark.django_db
def test_a_new_document_makes_a_first_revision() -> None:
    made = imported()

    assert made.is_new_curriculum
    assert made.differences == ()
    assert (made.revision.number, made.revision.curriculum.slug) == (1, "bread")
    assert made.revision.created_at == NOW
    assert list(
        Placement.objects.values_list("position", "phase__position", "video__slug", "is_bonus")
    ) == [(1, 1, "aaaaaaaaaaa", False), (2, 1, "oven", True)]


@pytest.mark.django_db
def test_the_same_document_again_changes_nothing() -> None:
    first = imported()

    again = imported("# another comment\n" + SMALL)

    assert again.revision == first.revision
    assert not again.is_new_revision
    assert Revision.objects.count() == 1
    assert Video.objects.count() == 2


@pytest.mark.django_db
def test_a_changed_document_makes_a_revision_and_says_what_changed() -> None:
    first = imported()

    second = imported(SMALL.replace("1:02:03", "1:10:00"))

    assert second.revision.number == 2
    assert [str(each) for each in second.differences] == [
        "video oven › duration: was “1:02:03”, is now “1:10:00”"
    ]
    assert not second.is_new_curriculum
    assert Video.objects.get(slug="oven").duration_seconds == 4200
    assert first.revision.placements.count() == 2
    assert current_revision(slug="bread") == second.revision


@pytest.mark.django_db
def test_further_places_come_change_and_go_with_the_document() -> None:
    imported()
    link = '      - file: bread/oven.webm\n        sources: [{ link: "https://a.example/oven" }]'
    (own,) = outline().videos[1].sources

    imported(SMALL.replace("      - file: bread/oven.webm", link))
    first, second = outline().videos[1].sources

    assert own == first
    assert (second.position, second.link, second.place) == (
        2,
        "https://a.example/oven",
        "a.example",
    )
    assert second.language == "en"

    imported(SMALL)
    assert outline().videos[1].sources == (own,)


@pytest.mark.django_db
def test_a_video_stays_the_same_row_and_is_never_deleted() -> None:
    imported()
    ids = set(Video.objects.values_list("pk", flat=True))
    without_oven = SMALL[: SMALL.index("      - file:")].replace(
        "outcomes: [flour]", "outcomes: [flour, bakes]"
    )

    imported(without_oven)

    assert set(Video.objects.values_list("pk", flat=True)) == ids
    assert [video.slug for video in outline().videos] == ["aaaaaaaaaaa"]

    imported(SMALL)

    assert set(Video.objects.values_list("pk", flat=True)) == ids
    assert current_revision(slug="bread").number == 3


@pytest.mark.django_db
def test_a_stored_revision_gives_back_the_document_it_was_made_from(
    roadmap: CurriculumDocument, small: CurriculumDocument
) -> None:
    revision = import_curriculum(document=roadmap, now=NOW).revision
    first = imported().revision
    imported(SMALL.replace("Bread", "Rye bread").replace("1:02:03", "1:00:00"))

    assert stored_document(revision=revision) == roadmap
    assert read_document(write_yaml(stored_document(revision=revision))) == roadmap
    # Also the old one, although its videos have other texts by now.
    assert stored_document(revision=first) == small


def test_the_outline_says_what_the_document_says(
    roadmap: CurriculumDocument, roadmap_revision: Revision
) -> None:
    outline = revision_outline(revision_id=roadmap_revision.pk)

    assert (outline.title, outline.role, outline.result, outline.hours) == (
        roadmap.title,
        roadmap.role,
        roadmap.result,
        roadmap.hours,
    )
    for phase, entry in zip(outline.phases, roadmap.phases, strict=True):
        assert (phase.title, phase.goal, phase.prerequisites, phase.hours) == (
            entry.title,
            entry.goal,
            entry.prerequisites,
            entry.hours,
        )
    for video, wanted in zip(outline.videos, roadmap.videos, strict=True):
        for name in FACTS.split():
            assert getattr(video, name) == getattr(wanted, name)
        assert sorted(outcome.slug for outcome in video.outcomes) == list(wanted.outcomes)
    assert [video.position for video in outline.videos] == list(range(1, 20))
    assert [(o.slug, o.kind, o.text, o.instead) for o in outline.outcomes] == [
        (o.code, o.kind, o.text, o.instead) for o in roadmap.outcomes
    ]
    assert outline.outcomes_by_slug["deploy-models"].videos == ()
    assert [v.slug for v in outline.outcomes_by_slug["data-pipelines"].videos] == [
        "TCH_1BHY58I",
        "zduSFxRajkE",
    ]


def test_an_outline_costs_six_queries_once_whatever_its_size(
    roadmap_revision: Revision, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    small = imported().revision

    for revision in (small, roadmap_revision):
        with django_assert_num_queries(6):
            revision_outline(revision_id=revision.pk)
        with django_assert_num_queries(0):
            revision_outline(revision_id=revision.pk)


def test_an_outline_that_was_not_looked_at_for_long_is_checked_by_one_query(
    roadmap_revision: Revision,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = revision_outline(revision_id=roadmap_revision.pk)
    monkeypatch.setattr("apps.curriculum.selectors.BELIEVED_SECONDS", 0.0)

    with django_assert_num_queries(1):
        assert revision_outline(revision_id=roadmap_revision.pk) is before

    # As another process would change it.
    Video.objects.filter(slug="aircAruvnKk").update(duration_seconds=1120)
    Revision.objects.filter(pk=roadmap_revision.pk).update(videos_version=1)

    after = revision_outline(revision_id=roadmap_revision.pk)
    assert after.videos_by_slug["aircAruvnKk"].duration_seconds == 1120


@pytest.mark.django_db
def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        current_revision(slug="nothing")
    with pytest.raises(NotFound):
        revision_outline(revision_id=0)


def test_a_player_corrects_an_approximate_duration_once(roadmap_revision: Revision) -> None:
    video = Video.objects.get(slug="aircAruvnKk")
    assert revision_outline(revision_id=roadmap_revision.pk).videos[0].duration_seconds == 1140

    corrected = correct_duration(video=video, seconds=1120)

    assert (corrected.duration_seconds, corrected.duration_is_approximate) == (1120, False)
    assert revision_outline(revision_id=roadmap_revision.pk).videos[0].duration_seconds == 1120
    with pytest.raises(DurationNotCorrectable):
        correct_duration(video=video, seconds=1119)


@pytest.mark.parametrize("seconds", [0, -1140, 911, 1369, 10**9])
def test_a_correction_that_is_too_large_is_refused(
    roadmap_revision: Revision, seconds: int
) -> None:
    video = Video.objects.get(slug="aircAruvnKk")

    with pytest.raises(DurationNotCorrectable):
        correct_duration(video=video, seconds=seconds)

    video.refresh_from_db()
    assert video.duration_seconds == 1140


def test_an_exact_duration_is_not_corrected(roadmap_revision: Revision) -> None:
    with pytest.raises(DurationNotCorrectable):
        correct_duration(video=Video.objects.get(slug="VMj-3S1tku0"), seconds=8701)


def test_a_new_revision_keeps_what_a_player_measured_until_it_knows_better(
    roadmap: CurriculumDocument, roadmap_revision: Revision
) -> None:
    correct_duration(video=Video.objects.get(slug="aircAruvnKk"), seconds=1120)
    text = write_yaml(roadmap)

    import_curriculum(
        document=read_document(text.replace("ML engineer in 50 hours", "ML")), now=NOW
    )

    assert Video.objects.get(slug="aircAruvnKk").duration_seconds == 1120

    exact = re.sub(r"19:00'\n +duration_is_approximate: true", "18:45'", text, count=1)
    import_curriculum(document=read_document(exact), now=NOW + timedelta(days=1))

    assert Video.objects.get(slug="aircAruvnKk").duration_seconds == 1125


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_one_revision() -> None:
    def run(_number: int) -> int:
        try:
            return imported().revision.number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(run, range(8)))

    assert numbers == [1] * 8
    assert Curriculum.objects.count() == Revision.objects.count() == 1
    forget_outlines()
