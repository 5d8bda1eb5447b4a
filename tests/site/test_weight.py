"""No page loads more than 60 KB of our own CSS and JS, compressed; the code pad is loaded only when used."""

import gzip
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from local.place import ROOT
from tests.site.test_pages import addresses, places, routes

__all__ = ["places"]

MOST = 60 * 1024
STATIC = ROOT / "static"
LINKED = re.compile(r'(?:src|href)="/static/([^"?]+\.(?:css|js))"')
IMPORTED = re.compile(r'(?:import|from)\s*"(\.[^"]+\.js)"')


@cache
def with_imports(path: Path) -> frozenset[Path]:
    """A file and every module that it imports, and those import."""
    found = {path}
    if path.suffix == ".js":
        for name in IMPORTED.findall(path.read_text()):
            found |= with_imports((path.parent / name).resolve())
    return frozenset(found)


@cache
def weight(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def own_files(html: str) -> set[Path]:
    """Of what a page loads, the files that are ours and no library's."""
    linked = {(STATIC / name).resolve() for name in LINKED.findall(html)}
    return {each for path in linked if path.exists() for each in with_imports(path)}


@pytest.mark.parametrize("who", ["learner", "instructor"])
def test_no_page_is_heavier_than_sixty_kilobytes(
    request: pytest.FixtureRequest,
    client: Client,
    places: dict[str, list[Any]],
    now: datetime,
    who: str,
) -> None:
    client.force_login(request.getfixturevalue(who))
    weights: dict[str, int] = {}
    with time_machine.travel(now, tick=False):
        for address in [each for route in routes() for each in addresses(route, places)]:
            response = client.get(address)
            if response.get("Content-Type", "").startswith("text/html"):
                files = own_files(response.content.decode())
                assert not any("built" in path.parts for path in files), address
                weights[address] = sum(weight(path) for path in files)

    assert len(weights) > 20
    heaviest = max(weights, key=lambda address: weights[address])
    assert weights[heaviest] <= MOST, f"{heaviest}: {weights[heaviest]} bytes"


def test_the_desk_is_weighed_with_all_its_modules() -> None:
    files = with_imports((STATIC / "js/player/watch.js").resolve())

    assert {"notebook.js", "draft.js", "drafts.js", "pad.js", "player.js"} <= {
        path.name for path in files
    }
