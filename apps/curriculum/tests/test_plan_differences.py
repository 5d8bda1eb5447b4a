"""What a newer revision changes, told to those who follow the older one."""

from datetime import datetime
from typing import Any

import pytest

from apps.curriculum.models import Outcome, Phase, Placement, Revision, Video
from apps.curriculum.outline import Outline
from apps.curriculum.plan_differences import plan_differences, videos_gone
from apps.curriculum.selectors import revision_outline


def newer(
    revision: Revision, now: datetime, *places: tuple[int, str, bool], **titles: Any
) -> Revision:
    """The next revision: (phase, slug, is_bonus) in their order."""
    made = Revision.objects.create(
        curriculum=revision.curriculum,
        number=revision.number + 1,
        title=titles.get("title", revision.title),
        digest=str(revision.number + 1) * 64,
        created_at=now,
    )
    old = {phase.position: phase for phase in revision.phases.all()}
    phases = {
        number: Phase.objects.create(
            revision=made,
            position=number,
            title=old[number].title if number in old else {"en": "More", "ru": "Ещё"},
        )
        for number in sorted({phase for phase, _slug, _bonus in places})
    }
    for position, (phase, slug, is_bonus) in enumerate(places, start=1):
        Placement.objects.create(
            revision=made,
            phase=phases[phase],
            video=Video.objects.get(slug=slug),
            position=position,
            is_bonus=is_bonus,
        )
    return made


def outlines(*revisions: Revision) -> list[Outline]:
    return [revision_outline(revision_id=each.pk) for each in revisions]


SAME = ((1, "first", False), (1, "second", False), (1, "guest", True), (2, "coding", False))


def test_the_same_plan_changes_nothing(revision: Revision, now: datetime) -> None:
    old, new = outlines(revision, newer(revision, now, *SAME))

    assert plan_differences(old, new) == ()
    assert videos_gone(old, new) == ()


@pytest.mark.parametrize(
    ("places", "says"),
    [
        (SAME[:3], ["“Coding” goes.", "Phase 2 goes."]),
        (
            (SAME[1], SAME[0], *SAME[2:]),
            ["“Second” moves: number 2 in phase 1 so far, number 1 in phase 1 then."],
        ),
        (
            (*SAME[:2], (1, "guest", False), SAME[3]),
            ["“Guest” is no bonus any more: it counts."],
        ),
        (
            (*SAME[:3], (2, "coding", True)),
            ["“Coding” becomes a bonus: it counts for nothing any more."],
        ),
    ],
)
def test_each_change_is_a_sentence(
    revision: Revision, now: datetime, places: tuple[tuple[int, str, bool], ...], says: list[str]
) -> None:
    made = newer(revision, now, *places)

    assert list(plan_differences(*outlines(revision, made))) == says


def test_what_comes_and_what_is_worded_otherwise_is_told(revision: Revision, now: datetime) -> None:
    Outcome.objects.create(
        revision=revision, slug="old", kind="knows", position=1, text={"en": "Sums", "ru": "Суммы"}
    )
    made = newer(revision, now, *SAME, title={"en": "Nets", "ru": "Сети"})
    Outcome.objects.create(
        revision=made, slug="new", kind="knows", position=1, text={"en": "Graphs", "ru": "Графы"}
    )
    fewer = newer(made, now, *SAME[:3])

    assert list(plan_differences(*outlines(revision, made))) == [
        "The curriculum is called “Nets”, so far “Networks”.",
        "New outcome: Graphs",
        "Outcome gone: Sums",
    ]
    assert plan_differences(*outlines(fewer, made))[:2] == (
        "“Coding” comes as number 4, in phase 2.",
        "Phase 2 comes: “Building”.",
    )
