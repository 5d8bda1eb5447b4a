"""The one next step, as a table."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from apps.overview.next_step import NextStep, Standing, next_step

TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(days=1)


def untouched(position: int, **changes: Any) -> Standing:
    return replace(Standing(video_id=position, position=position), **changes)


def watched(position: int, *, due_in: int = 3, **changes: Any) -> Standing:
    """First pass completed yesterday, scaffold written, the rewatch due in so many days."""
    state = "waiting" if due_in > 0 else "due" if due_in > -3 else "overdue"
    values: dict[str, Any] = {
        "first_opened": True,
        "first_completed_on": YESTERDAY,
        "is_scaffold_settled": True,
        "rewatch_state": state,
        "due_on": TODAY + timedelta(days=due_in),
    }
    return untouched(position, **(values | changes))


def done(position: int, **changes: Any) -> Standing:
    values: dict[str, Any] = {
        "second_opened": True,
        "second_completed": True,
        "rewatch_state": "kept",
    }
    return replace(watched(position), **(values | changes))


def bonus(standing: Standing) -> Standing:
    return replace(standing, is_bonus=True, is_owed=False)


def at(hour: int) -> datetime:
    return datetime(2026, 11, 22, hour, tzinfo=UTC)


TABLE: dict[str, tuple[list[Standing], NextStep]] = {
    "nothing watched: the first video": (
        [untouched(2), untouched(1)],
        NextStep("first_pass", 1, "next"),
    ),
    "a first pass under way comes before the next in order": (
        [untouched(1), untouched(2, first_opened=True)],
        NextStep("first_pass", 2, "open"),
    ),
    "a bonus video never blocks": (
        [done(1), bonus(untouched(2)), untouched(3)],
        NextStep("first_pass", 3, "next"),
    ),
    "an open second pass is gone on with, before a due rewatch": (
        [watched(1, due_in=-9), watched(2, second_opened=True), untouched(3)],
        NextStep("second_pass", 2, "open", TODAY + timedelta(days=3)),
    ),
    "of two open ones the one that was worked on last": (
        [
            watched(1, second_opened=True, second_touched_at=at(9)),
            watched(2, second_opened=True, second_touched_at=at(8)),
        ],
        NextStep("second_pass", 1, "open", TODAY + timedelta(days=3)),
    ),
    "the rewatch that is due longest": (
        [watched(1, due_in=0), watched(2, due_in=-4), untouched(3)],
        NextStep("second_pass", 2, "due", TODAY - timedelta(days=4)),
    ),
    "an unwritten scaffold comes before the next video": (
        [watched(1, is_scaffold_settled=False), untouched(2)],
        NextStep("scaffold", 1, "open", TODAY + timedelta(days=3)),
    ),
    "but after a due rewatch": (
        [watched(1, due_in=0), watched(2, is_scaffold_settled=False), untouched(3)],
        NextStep("second_pass", 1, "due", TODAY),
    ),
    "of two scaffolds the fresher one": (
        [
            watched(1, is_scaffold_settled=False, first_completed_on=YESTERDAY),
            watched(2, is_scaffold_settled=False, first_completed_on=TODAY),
        ],
        NextStep("scaffold", 2, "open", TODAY + timedelta(days=3)),
    ),
    "three ahead: the next first pass": (
        [watched(1), watched(2), watched(3), untouched(4)],
        NextStep("first_pass", 4, "next"),
    ),
    "four ahead: one rewatch first": (
        [watched(1, due_in=4), watched(2, due_in=3), watched(3), watched(4), untouched(5)],
        NextStep("second_pass", 2, "soft_limit", TODAY + timedelta(days=3)),
    ),
    "four ahead but all of today: the night comes first, so go on": (
        [*(watched(each, first_completed_on=TODAY) for each in range(1, 5)), untouched(5)],
        NextStep("first_pass", 5, "next"),
    ),
    "all watched once: a bonus video is offered": (
        [watched(1), bonus(untouched(2))],
        NextStep("first_pass", 2, "bonus"),
    ),
    "a due bonus rewatch is offered after what is owed": (
        [bonus(watched(1, due_in=-5)), untouched(2)],
        NextStep("first_pass", 2, "next"),
    ),
    "and before a bonus video": (
        [done(1), bonus(watched(2, due_in=-5)), bonus(untouched(3))],
        NextStep("second_pass", 2, "bonus", TODAY - timedelta(days=5)),
    ),
    "only rewatches left, none due: the earliest may be done": (
        [watched(1, due_in=4), watched(2, due_in=2), done(3)],
        NextStep("second_pass", 2, "early", TODAY + timedelta(days=2)),
    ),
    "a rewatch without a promise is no dead end": (
        [watched(1, rewatch_state="stopped", due_on=None), done(2)],
        NextStep("second_pass", 1, "early"),
    ),
    "everything watched today: rest": (
        [watched(1, first_completed_on=TODAY), done(2)],
        NextStep("rest", 1, "early", TODAY + timedelta(days=3)),
    ),
    "all done": ([done(1), bonus(done(2))], NextStep("finished")),
    "no video at all": ([], NextStep("finished")),
}


@pytest.mark.parametrize(("standings", "step"), TABLE.values(), ids=TABLE.keys())
def test_the_next_step(standings: list[Standing], step: NextStep) -> None:
    assert next_step(standings, today=TODAY, soft_limit=4, night_rule=True) == step


def test_without_a_soft_limit_first_passes_run_on() -> None:
    standings = [*(watched(each) for each in range(1, 9)), untouched(9)]

    step = next_step(standings, today=TODAY, soft_limit=None, night_rule=True)

    assert step == NextStep("first_pass", 9, "next")


def test_without_the_night_rule_nobody_rests() -> None:
    step = next_step(
        [watched(1, first_completed_on=TODAY)], today=TODAY, soft_limit=4, night_rule=False
    )

    assert step.kind == "second_pass"


def test_an_archived_cohort_has_no_step() -> None:
    step = next_step([untouched(1)], today=TODAY, soft_limit=4, night_rule=True, is_archived=True)

    assert step == NextStep("closed")
