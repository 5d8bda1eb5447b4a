"""What changed between two documents, in plain words."""

from apps.curriculum.document import CurriculumDocument, read_document
from apps.curriculum.document.differences import differences
from apps.curriculum.tests.conftest import SMALL

BUTTER = """      - file: bread/butter.webm
        slug: butter
        title: { en: Butter, ru: Масло }
        author: A baker
        duration: "1:00"
        outcomes: [bakes]
"""


def told(old: str, new: str) -> list[str]:
    return [str(each) for each in differences(read_document(old), read_document(new))]


def test_equal_documents_differ_in_nothing(small: CurriculumDocument) -> None:
    assert differences(small, small) == ()


def test_a_changed_value_is_told_as_it_was_and_as_it_is() -> None:
    new = (
        SMALL.replace("19:00", "21:30")
        .replace("ru: Хлеб", "ru: Хлебушек")
        .replace("    hours: 1\n", "    hours: { min: 1, max: 3 }\n")
        .replace("        duration_is_approximate: true\n", "")
        .replace("[bakes, flour]", "[flour]")
    )

    assert told(SMALL, new) == [
        "title › ru: was “Хлеб”, is now “Хлебушек”",
        "phase 1 › hours: was 1, is now 1–3",
        "video aaaaaaaaaaa › duration: was “19:00”, is now “21:30”",
        "video aaaaaaaaaaa › duration_is_approximate: gone, was yes",
        "video oven › outcomes: was “bakes”, “flour”, is now “flour”",
    ]


def test_a_video_that_comes_and_one_that_goes_are_told_with_their_titles() -> None:
    assert told(SMALL, SMALL + BUTTER) == ["video butter: new, “Butter” in phase 1"]
    assert told(SMALL + BUTTER, SMALL) == ["video butter: gone, was “Butter” in phase 1"]


def test_a_video_put_before_others_moves_none_of_them() -> None:
    new = SMALL.replace("    videos:\n", "    videos:\n" + BUTTER)

    assert told(SMALL, new) == ["video butter: new, “Butter” in phase 1"]


def test_a_video_that_passes_another_is_told_as_moved() -> None:
    before = SMALL + BUTTER
    after = SMALL.replace("    videos:\n", "    videos:\n" + BUTTER)

    assert told(before, after) == [
        "video butter › place: was number 3 in phase 1, is now number 1 in phase 1"
    ]


def test_a_video_in_another_phase_and_a_new_phase_are_told() -> None:
    phase = (
        "  - title: { en: Supper, ru: Ужин }\n    goal: { en: Eat., ru: Съесть. }\n    videos:\n"
    )

    assert told(SMALL + BUTTER, SMALL + phase + BUTTER) == [
        "phase 2: new, “Supper”",
        "video butter › place: was number 3 in phase 1, is now number 3 in phase 2",
    ]


def test_an_outcome_that_comes_is_told_once() -> None:
    new = SMALL.replace(
        "  must_know:\n",
        "    - code: serves\n      text: { en: Serves, ru: Подаёт }\n  must_know:\n",
    )

    assert told(SMALL, new) == ["outcomes › does › serves: new, “Serves”"]


def test_outcomes_in_another_order_are_a_difference() -> None:
    does = "    - code: serves\n      text: { en: Serves, ru: Подаёт }\n"
    before = SMALL.replace("  does:\n", "  does:\n" + does)
    after = SMALL.replace("  must_know:\n", does + "  must_know:\n")

    assert told(before, after) == [
        "outcomes › does, order: was “serves”, “bakes”, is now “bakes”, “serves”"
    ]
