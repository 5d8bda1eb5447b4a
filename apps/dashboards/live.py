"""Open pages that follow what happens: they ask again every few seconds and are told "nothing new" for next to nothing.

A page carries a tag of what it shows. `static/js/live.js` asks for the same address with that tag, and is answered
304, or with the page's own part and its new tag. Hours and days move by the minute; passes, people and what
instructors do move at once.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import get_language

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.models import Membership
from apps.cohorts.selectors import last_look
from apps.cohorts.services import record_look
from apps.cohorts.services.events import LOOK, VISIT

ASKED_BY = "X-Live"
WHOLE, PART = "base.html", "dashboards/live.html"


class View(NamedTuple):
    """A saved view of the reader's."""

    pk: int
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Opened:
    """`since`: what is newer is new to the reader."""

    tag: str
    since: datetime | None
    views: Sequence[View]


def is_asked_again(request: AuthenticatedRequest) -> bool:
    """Whether an open page asks, and nobody opens one: such a request is no look of its reader."""
    return request.headers.get(ASKED_BY) == "1"


def look(
    request: AuthenticatedRequest,
    *,
    reader: Membership,
    learner: Membership | None = None,
    now: datetime,
) -> datetime | None:
    """Since when things are new to the reader; who opens the page has looked, an open page has not."""
    if is_asked_again(request):
        return last_look(reader=reader, learner=learner)
    return record_look(reader=reader, learner=learner, now=now)


def tag_of(
    request: AuthenticatedRequest,
    *,
    reader: Membership,
    now: datetime,
    learner: Membership | None = None,
) -> str:
    """Of everything that the page is made of; in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_PULSE, _asked(reader, learner))
        return _tag(request, reader, now, cursor.fetchone())


def opened(request: AuthenticatedRequest, *, reader: Membership, now: datetime) -> Opened:
    """The tag of a cohort's page and the look of its reader, with their saved views: one statement for all three."""
    look, values = (
        ("SELECT since FROM cohorts_look WHERE reader_id = %s AND learner_id IS NULL", [reader.pk])
        if is_asked_again(request)
        else (LOOK, [reader.pk, None, now, now - VISIT, now])
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH looked AS ({look}) SELECT (SELECT since FROM looked), {_VIEWS}, pulse.*"  # noqa: S608 - ours
            f" FROM ({_PULSE}) pulse",
            [*values, reader.pk, *_asked(reader, None)],
        )
        since, views, *pulse = cursor.fetchone() or (None, "[]")
    tag = _tag(request, reader, now, pulse)
    return Opened(tag, since, [View(*view) for view in json.loads(views or "[]")])


def _asked(reader: Membership, learner: Membership | None) -> list[int | None]:
    return [reader.cohort_id, reader.cohort_id, learner.pk if learner else None]


def _tag(
    request: AuthenticatedRequest, reader: Membership, now: datetime, pulse: Iterable[Any] | None
) -> str:
    parts = (
        reader.pk,
        reader.role,
        get_language(),
        request.get_full_path(),
        int(now.timestamp() // 60),
        *(pulse or ()),
    )
    return f'W/"{sha256(repr(parts).encode()).hexdigest()[:20]}"'


def unchanged(request: AuthenticatedRequest, tag: str) -> HttpResponse | None:
    """The answer to an open page that shows all there is, or None."""
    if is_asked_again(request) and request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return None


def page(
    request: AuthenticatedRequest, template: str, context: dict[str, Any], tag: str
) -> HttpResponse:
    """The whole page, or for an open one the part in which something may have changed.

    The part has no frame: what the frame says once, such as "saved", is not for it.
    """
    asked_again = is_asked_again(request)
    frame = {"frame": PART if asked_again else WHOLE, "live_tag": tag}
    response = render(request, template, context | frame)
    if asked_again:
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "no-store"
    return response


# Heartbeats are not in it, or a busy cohort would be drawn again at every poll of every page.
_PULSE = """
SELECT learners.count, learners.passes, event.id, summary.updated_at
FROM (
    SELECT count(*) AS count, sum(s.first_passes + s.second_passes) AS passes
    FROM cohorts_membership m LEFT JOIN progress_summary s ON s.membership_id = m.id
    WHERE m.cohort_id = %s AND m.role = 'learner' AND m.ended_at IS NULL
) learners
LEFT JOIN LATERAL (
    SELECT e.id FROM cohorts_event e WHERE e.cohort_id = %s AND e.kind <> 'saw_learner'
    ORDER BY e.at DESC, e.id DESC LIMIT 1
) event ON true
LEFT JOIN progress_summary summary ON summary.membership_id = %s
"""
_VIEWS = """(
    SELECT json_agg(json_build_array(v.id, v.name, v.query) ORDER BY v.name, v.id)::text
    FROM cohorts_savedview v WHERE v.membership_id = %s
)"""
