"""The notebook in `docs/`: its cells run, one after the other, against a real server, and it keeps no outputs.

No Jupyter is installed for it: the code of the cells is plain Python.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.cohorts.services import make_machine
from apps.curriculum.models import Video
from apps.progress.services import open_viewing
from apps.reminders.services import finish_pass

NOTEBOOK = Path(settings.ROOT) / "docs" / "cohort-progress.ipynb"


def cells() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text())["cells"]
    return found


def test_it_keeps_no_outputs() -> None:
    codes = [cell for cell in cells() if cell["cell_type"] == "code"]

    assert codes
    assert [cell["outputs"] for cell in codes] == [[] for _ in codes]
    assert {cell["execution_count"] for cell in codes} == {None}


def test_its_cells_run_and_draw_the_cohort(
    transactional_db: None,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
    cohort: Cohort,
    instructor: User,
    membership: Membership,
    cohort_mate: User,
    video: Video,
) -> None:
    now = timezone.now() - timedelta(hours=1)
    first = open_viewing(membership=membership, video=video, number=1, now=now)
    first.membership, first.video = membership, video
    finish_pass(viewing=first, now=now, self_reported=True)
    token = make_machine(
        cohort=cohort,
        name="Notebook",
        role="observer",
        scopes=["progress:read"],
        by=instructor,
        now=now,
    ).made.text
    monkeypatch.setenv("SECOND_PASS", f"{live_server.url}/api/v1")
    monkeypatch.setenv("SECOND_PASS_TOKEN", token)
    monkeypatch.setenv("SECOND_PASS_COHORT", cohort.slug)
    run: Callable[..., None] = exec
    seen: dict[str, Any] = {}

    for number, cell in enumerate(cells()):
        if cell["cell_type"] == "code":
            run(compile("".join(cell["source"]), f"cell {number}", "exec"), seen)

    learners = seen["learners"]
    assert list(learners.index) == ["Nadia Kowalska", "Tomas Silva"]
    assert list(learners["first_passes"]) == [1, 0]
    drawn = ElementTree.fromstring(seen["drawing"]._repr_svg_())  # noqa: S314 - our own words
    assert "".join(drawn.itertext()) == "Nadia KowalskaTomas Silva"
    widths = [float(bar.attrib["width"]) for bar in drawn if bar.tag.endswith("rect")]
    assert widths[0] > 0
    assert widths[1:] == [0, 0, 0]
