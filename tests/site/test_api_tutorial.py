"""Runs docs/api.md: its commands in their order, their answers held against those it shows.

Understood of a shell: `NAME=value`, `NAME=$(date …)` and curl with -X, -H, -d and -G. Of the prose:
"Keep `path` as `NAME`." and "Wait N seconds".
"""

import json
import re
import shlex
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Curriculum, Phase, Placement, Revision, Video

GUIDE = Path(settings.ROOT) / "docs" / "api.md"
STEP = re.compile(
    r"```sh\n(?P<shell>.*?)```(?:\n```json\n(?P<answer>.*?)```)?"
    r"|Keep `(?P<path>[\w.]+)` as `(?P<name>\w+)`\."
    r"|Wait (?P<seconds>\d+) seconds",
    re.DOTALL,
)
ANYTHING = "…"


@pytest.fixture
def prepared(db: None) -> None:
    """What `make run` and a click on “Join” bring about: the account, the cohort, a member."""
    cache.clear()
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    curriculum = Curriculum.objects.create(slug="try-it", created_at=start)
    revision = Revision.objects.create(
        curriculum=curriculum, number=1, title={"en": "T"}, digest="0" * 64, created_at=start
    )
    phase = Phase.objects.create(revision=revision, position=1, title={"en": "Two rings"})
    video = Video.objects.create(
        curriculum=curriculum,
        slug="two-passes",
        provider="file",
        address="try-it/two-passes.webm",
        title={"en": "Two passes"},
        author="Second Pass",
        duration_seconds=48,
    )
    Placement.objects.create(revision=revision, phase=phase, video=video, position=1)
    cohort = Cohort.objects.create(
        slug="try-it", name="T", revision=revision, starts_on=start.date(), created_at=start
    )
    user = User.objects.create_user("learner@example.org", "two-passes", name="Nadia")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Membership.objects.create(user=user, cohort=cohort, joined_at=start)


@dataclass
class Shell:
    """Remembers names and the last answer; every curl goes through the test client."""

    names: dict[str, str] = field(default_factory=dict)
    answer: Any = None

    def run(self, script: str) -> None:
        for line in script.replace("\\\n", " ").strip().split("\n"):
            # A body may run over lines: they belong to the command before.
            if line.startswith(" "):
                self._lines.append(line)
            else:
                self._finish()
                self._lines = [line]
        self._finish()

    _lines: list[str] = field(default_factory=list)

    def _finish(self) -> None:
        command, self._lines = "\n".join(self._lines), []
        if not command:
            return
        if assignment := re.fullmatch(r"([A-Z_]+)=(.*)", command):
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            value = now if assignment[2].startswith("$(date") else assignment[2]
            self.names[assignment[1]] = value
            return
        for name in sorted(self.names, key=len, reverse=True):
            command = command.replace(f"${name}", self.names[name])
        words = shlex.split(command)
        assert words.pop(0) == "curl"
        self._request(words)

    def _request(self, words: list[str]) -> None:
        method, url, headers, data, in_query = "GET", "", {}, [], False
        while words:
            word = words.pop(0)
            if word == "-X":
                method = words.pop(0)
            elif word == "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[f"HTTP_{name.upper().replace('-', '_')}"] = value
            elif word == "-d":
                data.append(words.pop(0))
            elif word == "-G":
                in_query = True
            else:
                url = word
        path = url.removeprefix("http://127.0.0.1:8000")
        if in_query:
            path = f"{path}?{'&'.join(data)}"
        content_type = headers.pop("HTTP_CONTENT_TYPE", "application/json")
        body = "" if in_query else "".join(data)
        client = APIClient()
        client.credentials(**headers)
        response = client.generic(method, path, body, content_type)
        sent = response.getvalue()
        self.answer = json.loads(sent) if sent else None

    def keep(self, path: str, name: str) -> None:
        value = self.answer
        for part in path.split("."):
            value = value[int(part)] if part.isdecimal() else value[part]
        self.names[name] = value


def is_like(shown: Any, real: Any) -> bool:
    """Whether the answer is the one that is shown, `…` being anything."""
    if isinstance(shown, str) and ANYTHING in shown:
        before, _, after = shown.partition(ANYTHING)
        text = real if isinstance(real, str) else ""
        return shown == ANYTHING or (text.startswith(before) and text.endswith(after))
    if isinstance(shown, dict):
        return (
            isinstance(real, dict)
            and shown.keys() == real.keys()
            and all(is_like(shown[name], real[name]) for name in shown)
        )
    if isinstance(shown, list):
        return (
            isinstance(real, list)
            and len(shown) == len(real)
            and all(is_like(one, other) for one, other in zip(shown, real, strict=True))
        )
    return bool(shown == real)


def test_the_guide_does_what_it_says(prepared: None) -> None:
    steps = list(STEP.finditer(GUIDE.read_text()))
    assert len(steps) > 20

    with time_machine.travel(datetime(2026, 11, 3, 12, tzinfo=UTC), tick=False) as clock:
        shell = Shell()
        for step in steps:
            if step["seconds"]:
                clock.shift(timedelta(seconds=int(step["seconds"])))
            elif step["name"]:
                shell.keep(step["path"], step["name"])
            else:
                shell.answer = None
                shell.run(step["shell"])
                shown = json.loads(step["answer"]) if step["answer"] else None
                assert is_like(shown, shell.answer), f"{step['shell']}\n{shell.answer}"

        gone = APIClient()
        gone.credentials(HTTP_AUTHORIZATION=f"Bearer {shell.names['TOKEN']}")
        assert gone.get("/api/v1/me/").status_code == 401
