"""When a pass is completed and which flags it carries."""

from typing import Any

import pytest

from apps.progress.completion import PassFacts, flags, is_covered


@pytest.mark.parametrize(
    ("number", "covered_ms", "covered"),
    [
        (1, 949_999, False),
        (1, 950_000, True),
        (2, 899_999, False),
        (2, 900_000, True),
        (3, 900_000, True),
    ],
)
def test_a_first_pass_needs_95_per_cent_and_others_90(
    number: int, covered_ms: int, covered: bool
) -> None:
    assert is_covered(number=number, covered_ms=covered_ms, duration_seconds=1000) is covered


def facts(**changes: Any) -> PassFacts:
    values: dict[str, Any] = {
        "number": 2,
        "evidence": "tracked",
        "duration_seconds": 100,
        "active_seconds": 200,
        "is_coding": False,
        "code_count": 0,
        "experiment_count": 0,
        "typed_share": None,
    }
    return PassFacts(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"active_seconds": 199}, ["light", "low_effort"]),
        ({"is_coding": True}, ["light", "no_code", "no_experiment"]),
        ({"is_coding": True, "code_count": 1, "experiment_count": 1}, []),
        (
            {"is_coding": True, "code_count": 1, "experiment_count": 1, "typed_share": 0.0},
            ["light", "no_code"],
        ),
        ({"evidence": "self_reported"}, ["light"]),
        ({"number": 3, "active_seconds": 1}, []),
        ({"number": 1, "active_seconds": 50}, []),
        ({"number": 1, "active_seconds": 49}, ["mostly_background"]),
        ({"number": 1, "active_seconds": 0, "evidence": "self_reported"}, []),
    ],
)
def test_flags_say_what_is_light_and_why(changes: dict[str, object], expected: list[str]) -> None:
    assert flags(facts(**changes)) == expected
