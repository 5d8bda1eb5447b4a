"""The roadmap says what its source says, in both languages."""

import re
from collections.abc import Iterator
from typing import Any

from apps.curriculum.document import CurriculumDocument, plain_document, read_document
from apps.curriculum.tests.conftest import CURRICULA
from apps.curriculum.texts import Hours

PHASES = (
    "aircAruvnKk IHZwWFHWa-w Ilg3gGewQ5U tIeHLnjs5U8 LPZh9BOjkQs wjZofJX0v4M eMlx5fFNoYc 9-Jl0dxWQs8 iv-5mZ_9CPY",
    "VMj-3S1tku0 PaCmpygFfXo TCH_1BHY58I P6sfmUTpUmc q8SA3rM6ckI t3YJ5hKiMQ0 kCc8FmEb1nY zduSFxRajkE",
    "zjkBMFhNj_g 7xTGNNLPyMI",
)
MINUTES = (
    (19, 21, 13, 10, 8, 27, 26, 23, 37),
    (145, 117, 75, 115, 115, 56, 116, 133),
    (60, 211),
)


def texts_of(plain: Any) -> Iterator[dict[str, str]]:
    if isinstance(plain, dict):
        if "en" in plain or "ru" in plain:
            yield plain
        else:
            for part in plain.values():
                yield from texts_of(part)
    elif isinstance(plain, list):
        for part in plain:
            yield from texts_of(part)


def test_it_has_the_19_videos_in_their_three_phases(roadmap: CurriculumDocument) -> None:
    assert len(roadmap.videos) == 19
    assert tuple(" ".join(v.slug for v in phase.videos) for phase in roadmap.phases) == PHASES
    assert all(video.provider == "youtube" for video in roadmap.videos)
    assert tuple(
        tuple(video.duration_seconds / 60 for video in phase.videos) for phase in roadmap.phases
    ) == MINUTES  # fmt: skip


def test_its_hours_are_those_of_its_author(roadmap: CurriculumDocument) -> None:
    assert [phase.hours for phase in roadmap.phases] == [Hours(10, 15), Hours(30, 40), Hours(5, 5)]
    assert roadmap.hours == Hours(50, 50)


def test_only_the_durations_of_phase_1_are_approximate(roadmap: CurriculumDocument) -> None:
    assert [
        {video.duration_is_approximate for video in phase.videos} for phase in roadmap.phases
    ] == [{True}, {False}, {False}]


def test_its_marks_are_set(roadmap: CurriculumDocument) -> None:
    def marked(name: str) -> str:
        return " ".join(video.slug for video in roadmap.videos if getattr(video, name))

    assert marked("is_guest") == "iv-5mZ_9CPY"
    assert marked("is_bonus") == "iv-5mZ_9CPY zjkBMFhNj_g 7xTGNNLPyMI"
    assert marked("is_coding") == PHASES[1]
    assert marked("needs_torch") == PHASES[1].removeprefix("VMj-3S1tku0 ").removesuffix(
        " zduSFxRajkE"
    )
    assert {video.spoken_language for video in roadmap.videos} == {"en"}


def test_it_says_what_an_ml_engineer_is_does_and_must_know(roadmap: CurriculumDocument) -> None:
    kinds = [outcome.kind for outcome in roadmap.outcomes]

    assert (kinds.count("is_not"), kinds.count("does"), kinds.count("knows")) == (3, 6, 5)
    assert all(outcome.instead for outcome in roadmap.outcomes if outcome.kind == "is_not")
    assert all(video.outcomes for video in roadmap.videos)


def test_all_that_one_must_know_is_served_by_a_video(roadmap: CurriculumDocument) -> None:
    served = {code for video in roadmap.videos for code in video.outcomes}
    known = {outcome.code for outcome in roadmap.outcomes if outcome.kind == "knows"}

    assert known <= served


def test_it_thanks_those_it_came_from(roadmap: CurriculumDocument) -> None:
    assert [credit.name for credit in roadmap.credits] == [
        "Grant Sanderson",
        "Andrej Karpathy",
        "Arman Hezarkhani",
    ]


def test_every_text_of_every_document_exists_in_both_languages() -> None:
    documents = [read_document(path.read_bytes()) for path in CURRICULA.glob("*.yaml")]

    assert len(documents) >= 2
    for document in documents:
        for text in texts_of(plain_document(document)):
            # A caption's mapping has files; all else has words.
            if not any(value.endswith(".vtt") for value in text.values()):
                assert re.search("[A-Za-z]", text["en"]), text
                assert not re.search("[а-яё]", text["en"], re.IGNORECASE), text
                # Names of programs alone are no Russian.
                assert re.search("[а-яё]", text["ru"], re.IGNORECASE), text


def test_every_video_has_all_its_words(roadmap: CurriculumDocument) -> None:
    for video in roadmap.videos:
        assert video.topics
        assert video.description
        assert video.hint
