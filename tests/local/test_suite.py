"""Steps run one after another in their lane, lanes side by side, rounds one after another; all of them run."""

import os
from pathlib import Path

import pytest

from local.suite import Step, run_rounds


def step(name: str, script: str, **fields: bool | str) -> Step:
    return Step(name, ("/bin/sh", "-c", script), **fields)  # type: ignore[arg-type]  # any field


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "VAR": str(tmp_path)}


def test_lanes_run_side_by_side_and_a_round_waits_for_the_one_before(
    env: dict[str, str], tmp_path: Path
) -> None:
    wait = "until [ -e $VAR/met ]; do sleep 0.01; done"
    first = [[step("waits", wait), step("comes after", "echo 1 > $VAR/after")]]
    first += [[step("is met", "touch $VAR/met")]]
    second = [[step("sees both", "cat $VAR/after && cat $VAR/met")]]

    assert run_rounds([first, second], env) == []


def test_what_fails_is_named_with_its_output_and_the_rest_runs_all_the_same(
    env: dict[str, str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lane = [
        step("quiet", "echo nothing to see"),
        step("told", "echo so many passed", told=True),
        step("broken", "echo what went wrong; exit 3"),
        step("last", "touch $VAR/last", folder="own"),
    ]
    (tmp_path / "own").mkdir()

    assert run_rounds([[lane]], env) == ["broken"]

    said = capfd.readouterr().out
    assert "nothing to see" not in said
    assert "so many passed" in said
    assert "what went wrong" in said
    assert "broken: FAILED" in said
    assert (tmp_path / "own" / "last").exists()
