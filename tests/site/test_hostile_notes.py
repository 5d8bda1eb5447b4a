"""Notes, answers, names and titles that would like to run: on no page do they, and the policy forbids it."""

import re
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.notes.services import write_answer, write_note
from apps.progress.models import Viewing
from tests.site.markup import Page

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "[x](javascript:alert(1))",
    "[x](  JaVaScRiPt:alert(1))",
    "![x](javascript:alert(1))",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "</textarea><script>alert(1)</script>",
    "</code></pre><iframe srcdoc='<script>alert(1)</script>'>",
    '```"><script>alert(1)</script>\n<b onclick=alert(1)>\n```',
    "<math href='javascript:alert(1)'><maction actiontype='statusline#http://x'>x</maction></math>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<form action=//evil.example><button formaction=javascript:alert(1)>x",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "\u202e\ue000<b>\ue001",
)
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "srcdoc", "data")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_runs_nowhere(
    membership: Membership,
    video: Video,
    learner: User,
    instructor: User,
    client: Client,
    now: datetime,
    text: str,
) -> None:
    Video.objects.update(title={"en": text, "ru": text})
    User.objects.filter(pk=learner.pk).update(name=text[:150])
    viewing = Viewing.objects.create(
        membership=membership, video=video, number=2, opened_at=now, recall_skipped_at=now
    )
    asked = write_note(
        viewing=viewing, at_ms=1, kind="question", body=f"word {text}", visibility="cohort", now=now
    )
    write_note(
        viewing=viewing, at_ms=2, kind="code", code=text, output=text, visibility="cohort", now=now
    )
    write_note(
        viewing=viewing,
        at_ms=3,
        kind="experiment",
        changed=text,
        expected=text,
        happened=text,
        visibility="cohort",
        now=now,
    )
    write_answer(user=instructor, note_id=asked.pk, body=f"word {text}", now=now)
    teacher = Client()
    teacher.force_login(instructor)
    client.force_login(learner)
    note, desk = f"/notes/{asked.pk}/", "/c/autumn/videos/first/second/"
    mine = ("/notes/", "/notes/?q=word", note, "/c/autumn/seen/", "/c/autumn/roadmap/", desk)
    learners = f"/teach/autumn/learners/{membership.pk}/"
    theirs = ("/notes/?where=shared&q=word", note, learners, "/teach/autumn/")

    with time_machine.travel(now, tick=False):
        pages = [client.get(path) for path in mine] + [teacher.get(path) for path in theirs]

    for page in pages:
        assert page.status_code == 200
        assert runs_something(page.content.decode()) == []
        policy = page.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe-inline" not in policy
        assert b"SECRET_KEY }}" in page.content or "SECRET_KEY" not in page.content.decode()


def runs_something(html: str) -> list[str]:
    """Scripts without an address of ours, handlers, and addresses that are programs."""
    found = []
    for tag in Page(html).tags:
        if tag.name in ("iframe", "object", "embed", "maction", "style"):
            found.append(tag.name)
        if tag.name == "script" and not tag.attributes.get("src", "").startswith("/static/"):
            kind = tag.attributes.get("type", "")
            found += [] if kind == "application/json" else [f"script {kind}"]
        for name, value in tag.attributes.items():
            is_program = re.match(r"\s*(javascript|data|vbscript):", value, re.IGNORECASE)
            if name.startswith("on") or (name in ADDRESSES and is_program):
                found.append(f"{tag.name} {name}={value}")
    return found


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<b onclick=x>",
        "<a href=' javascript:x'>",
        "<iframe>",
        "<form action=data:x>",
    ],
)
def test_the_look_at_a_page_finds_what_runs(html: str) -> None:
    assert len(runs_something(html)) == 1
