"""One supervisor per folder, and nothing of the last one left."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local import claim as claim_module
from local.child import is_alive
from local.claim import Claim

HOLDER = """
import sys, pathlib
from local.claim import Claim
claim = Claim(pathlib.Path(sys.argv[1]))
claim.take()
print("taken", flush=True)
sys.stdin.read()
"""


def holder(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "taken\n"
    return process


def test_a_second_supervisor_in_the_same_folder_is_refused_with_the_number_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim_module, "PATIENCE", 0.2)
    with holder(tmp_path) as first:
        with pytest.raises(SystemExit, match=rf"already running .* \(process {first.pid}\)"):
            Claim(tmp_path).take()

        first.kill()


def test_a_folder_is_free_again_when_its_holder_was_killed(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        first.kill()
        first.wait()

    claim = Claim(tmp_path)
    claim.take()

    assert claim.path.read_text() == str(os.getpid())


def test_what_the_last_run_left_alive_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim_module, "CHILDREN_GRACE", 0.2)
    with subprocess.Popen(["/bin/sleep", "60"]) as orphan:
        Claim(tmp_path).record([orphan.pid])

        Claim(tmp_path).take()

        assert orphan.wait(5) == -9


def test_a_process_that_only_inherited_the_number_of_an_old_one_is_left_alone(
    tmp_path: Path,
) -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
        (tmp_path / "children").write_text(f"{stranger.pid} 1\n")

        Claim(tmp_path).take()

        assert is_alive(stranger.pid)
        stranger.kill()
