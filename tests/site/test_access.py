"""Who meets what at every address: the cast walks the whole site, and an address without a row here
fails. REST has its own table beside its doors.

Answers: IN (the page, or a redirect inside the site), SIGN_IN (asked to sign in first), 403, 404.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.site.test_pages import addresses, places, routes  # noqa: F401 - a fixture among them

CAST = (
    "nobody",
    "learner",
    "cohort_mate",
    "instructor",
    "observer",
    "other_instructor",
    "stranger",
)
IN, SIGN_IN = "in", "sign in"
Row = dict[str, str]


def row(
    *,
    nobody: str = SIGN_IN,
    learner: str = IN,
    instructor: str = IN,
    observer: str = IN,
    outside: str = IN,
    mate: str | None = None,
) -> Row:
    """One answer for each of the cast; `mate` is the learner's unless said, `outside` are the last two."""
    answers = (nobody, learner, mate or learner, instructor, observer, outside, outside)
    return dict(zip(CAST, answers, strict=True))


ANYONE = row(nobody=IN)
SIGNED_IN = row()
LEARNERS = row(instructor="403", observer="403", outside="404")
FIGURES = row(learner="403", outside="404")
INSTRUCTORS = row(learner="403", observer="403", outside="404")
# Local and staff pages; the tests run with neither.
CLOSED = row(nobody="404", learner="404", instructor="404", observer="404", outside="404")
# A right of the person that nobody of the cast has; apps/dashboards/tests/test_editor.py gives it.
EDITORS = row(learner="403", instructor="403", observer="403", outside="403")
EDIT = "curricula/<slug:curriculum>/edit/"
VIDEO = "c/<slug:cohort>/videos/<slug:video>/"
COHORT = "teach/<slug:cohort>/"
WEBHOOK = f"{COHORT}settings/webhooks/<uuid:webhook>/"

TABLE: Mapping[str, Row] = {
    "": ANYONE,
    "privacy/": ANYONE,
    "curricula/<slug:curriculum>/": ANYONE,
    "curricula/": EDITORS,
    EDIT: EDITORS,
    f"{EDIT}order/": EDITORS,
    f"{EDIT}about/": EDITORS,
    f"{EDIT}phases/<slug:phase>/": EDITORS,
    f"{EDIT}videos/<slug:video>/": EDITORS,
    f"{EDIT}outcomes/": EDITORS,
    f"{EDIT}outcomes/<slug:outcome>/": EDITORS,
    f"{EDIT}document/": EDITORS,
    f"{EDIT}document.yaml": EDITORS,
    f"{EDIT}preview/": EDITORS,
    f"{EDIT}publish/": EDITORS,
    f"{EDIT}discard/": EDITORS,
    f"{EDIT}history/": EDITORS,
    # The cast's revision was made without a document.
    "curricula/<slug:curriculum>/document.yaml": CLOSED,
    "join/<str:code>/": ANYONE,
    "r/<str:token>/": ANYONE,
    "styleguide/": CLOSED,
    "mail/": CLOSED,
    "mail/<str:name>/": CLOSED,
    "mail/<str:name>/html/": CLOSED,
    "start/": SIGNED_IN,
    "notes/": SIGNED_IN,
    "notes/export/": SIGNED_IN,
    "notes/preview/": SIGNED_IN,
    # A question that was shared with the cohort.
    "notes/<int:note>/": row(observer="404", outside="404"),
    "c/<slug:cohort>/seen/": LEARNERS,
    "inbox/": SIGNED_IN,
    # Nobody's rewatch.
    "inbox/recall/": row(learner="404", instructor="404", observer="404", outside="404"),
    "settings/": SIGNED_IN,
    "settings/reminders/": SIGNED_IN,
    "settings/account/": SIGNED_IN,
    "settings/account/archive.zip": SIGNED_IN,
    "settings/tokens/": SIGNED_IN,
    "settings/tokens/<str:token>/revoke/": row(
        learner="404", instructor="404", observer="404", outside="404"
    ),
    "c/<slug:cohort>/": LEARNERS,
    "c/<slug:cohort>/roadmap/": LEARNERS,
    "c/<slug:cohort>/leave/": row(outside="404"),
    "c/<slug:cohort>/record/": LEARNERS,
    "records/<str:record>/": ANYONE,
    "c/<slug:cohort>/rewatches/<int:rewatch>/tomorrow/": row(
        mate="404", instructor="403", observer="403", outside="404"
    ),
    VIDEO: LEARNERS,
    f"{VIDEO}first/": LEARNERS,
    f"{VIDEO}scaffold/": LEARNERS,
    f"{VIDEO}recall/": LEARNERS,
    f"{VIDEO}second/": LEARNERS,
    # On the first pass, which the mate has not begun.
    f"{VIDEO}drafts/<slug:key>/": row(mate="404", instructor="403", observer="403", outside="404"),
    # The first video of the cast has no code.
    f"{VIDEO}built/": row(learner="404", instructor="403", observer="403", outside="404"),
    "built/<int:built>/": row(learner="404", instructor="404", observer="404", outside="404"),
    f"{VIDEO}again/": LEARNERS,
    f"{VIDEO}source/": LEARNERS,
    # YouTube videos have no file of ours.
    f"{VIDEO}media/": row(learner="404", instructor="404", observer="404", outside="404"),
    f"{VIDEO}captions/<slug:language>/": row(
        learner="404", instructor="404", observer="404", outside="404"
    ),
    "teach/": SIGNED_IN,
    # A right of the person: both instructors have it.
    "teach/new/": row(learner="403", observer="403") | {"stranger": "403"},
    COHORT: FIGURES,
    f"{COHORT}learners/<str:membership>/": FIGURES,
    f"{COHORT}learners/<str:membership>/nudge/": INSTRUCTORS,
    f"{COHORT}learners/<str:membership>/talked/": INSTRUCTORS,
    f"{COHORT}learners/<str:membership>/hide/": INSTRUCTORS,
    f"{COHORT}views/": INSTRUCTORS,
    f"{COHORT}views/<int:view>/remove/": INSTRUCTORS,
    f"{COHORT}learners.csv": FIGURES,
    f"{COHORT}heatmap.csv": FIGURES,
    f"{COHORT}needing.csv": FIGURES,
    f"{COHORT}funnel.csv": FIGURES,
    f"{COHORT}people.csv": FIGURES,
    f"{COHORT}questions.csv": INSTRUCTORS,
    f"{COHORT}history.csv": INSTRUCTORS,
    f"{COHORT}videos/<slug:video>/": FIGURES,
    f"{COHORT}people/": FIGURES,
    f"{COHORT}people/<str:person>/": INSTRUCTORS,
    f"{COHORT}people/<str:person>/move/": INSTRUCTORS,
    f"{COHORT}people/<str:person>/remove/": INSTRUCTORS,
    f"{COHORT}people/links/<int:invitation>/withdraw/": INSTRUCTORS,
    f"{COHORT}people/requests/<int:asked>/accept/": INSTRUCTORS,
    f"{COHORT}people/requests/<int:asked>/decline/": INSTRUCTORS,
    f"{COHORT}people/invite/": INSTRUCTORS,
    f"{COHORT}people/mailings/<int:mailing>/": INSTRUCTORS,
    f"{COHORT}people/mailings/<int:mailing>/report.csv": INSTRUCTORS,
    f"{COHORT}people/mailings/<int:mailing>/stop/": INSTRUCTORS,
    f"{COHORT}write/": INSTRUCTORS,
    f"{COHORT}history/": INSTRUCTORS,
    f"{COHORT}settings/": FIGURES,
    f"{COHORT}settings/revision/": FIGURES,
    f"{COHORT}settings/copy/": INSTRUCTORS,
    f"{COHORT}settings/ladder/": FIGURES,
    f"{COHORT}settings/weeks/": FIGURES,
    f"{COHORT}settings/machines/": INSTRUCTORS,
    f"{COHORT}settings/machines/<int:machine>/token/": INSTRUCTORS,
    f"{COHORT}settings/machines/<int:machine>/end/": INSTRUCTORS,
    f"{COHORT}settings/webhooks/": INSTRUCTORS,
    WEBHOOK: INSTRUCTORS,
    f"{WEBHOOK}switch/": INSTRUCTORS,
    f"{WEBHOOK}test/": INSTRUCTORS,
    f"{WEBHOOK}delete/": INSTRUCTORS,
    f"{WEBHOOK}messages/<int:message>/again/": INSTRUCTORS,
    f"{COHORT}settings/archive/": INSTRUCTORS,
}
# Signing in and out is django-allauth's own.
NOT_OURS = ("accounts/",)


def ours() -> list[str]:
    return [route for route in routes() if not route.startswith(NOT_OURS)]


def verdict(response: HttpResponseBase) -> str | None:
    """What was met; None where the address does not answer that method at all."""
    if response.status_code == 405:
        return None
    if response.status_code in (301, 302):
        target = urlsplit(response.headers["Location"])
        return SIGN_IN if target.path == reverse("account_login") else IN
    return IN if response.status_code in (200, 410) else str(response.status_code)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(TABLE) == set(ours())


@pytest.mark.parametrize("who", CAST)
def test_everyone_meets_what_the_table_says(
    request: pytest.FixtureRequest,
    settings: Settings,
    client: Client,
    places: dict[str, list[Any]],  # noqa: F811 - the fixture, as pytest wants it
    now: datetime,
    who: str,
) -> None:
    settings.STYLEGUIDE_IS_OPEN = False
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    first_values = {name: values[:1] for name, values in places.items()}
    found = []

    with time_machine.travel(now, tick=False):
        for route in ours():
            expected = TABLE.get(route, {}).get(who)
            (address,) = addresses(route, first_values)
            # Who may not read may not write either, whatever the form contains; who may, writes
            # in the tests of that page.
            verbs = ("GET",) if expected == IN else ("GET", "POST")
            seen = {verdict(client.generic(verb, address)) for verb in verbs} - {None}
            if not seen <= {expected} or (expected != IN and not seen):
                found.append(f"{address}: {sorted(map(str, seen))}, not {expected}")

    assert not found, "\n".join(found)
