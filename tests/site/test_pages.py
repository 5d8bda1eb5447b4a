"""Every page there is, as everyone who may read it: the house rules of markup hold on all of them."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from pytest_django import Settings

from apps.accounts.models import User
from apps.cohorts.models import Cohort, CompletionRecord, Membership, SavedView
from apps.cohorts.services import (
    ask_to_join,
    change_cohort,
    create_invitation,
    invite_by_mail,
    make_machine,
)
from apps.conftest import make_user
from apps.curriculum.models import Video
from apps.notes.services import write_answer, write_note
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import record_heartbeat
from apps.progress.models import Built, Viewing
from apps.progress.services import open_viewing, write_recall
from apps.reminders.links import Action, Link, token_for
from apps.reminders.models import Rewatch
from apps.reminders.services import finish_pass, write_scaffold
from apps.webhooks.models import Attempt
from apps.webhooks.services import make_webhook, send_test
from tests.site.markup import faults

# Not ours to draw, or no pages at all.
ELSEWHERE = ("admin/", "api/", "healthz", "readyz", "i18n/", "metrics")
CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every route of the site, such as "c/<slug:cohort>/"."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern.pattern, RoutePattern) and not route.startswith(ELSEWHERE):
            yield route


def addresses(route: str, values: dict[str, list[Any]]) -> Iterator[str]:
    """The route with every combination of the values for its converters."""
    names = CONVERTER.findall(route)
    for chosen in product(*(values[name] for name in names)):
        address = "/" + route
        for value in chosen:
            address = CONVERTER.sub(str(value), address, count=1)
        yield address


def play(viewing: Viewing, to_ms: int, now: datetime) -> None:
    active = ((now - timedelta(milliseconds=to_ms), now),)
    beat = Heartbeat(client=uuid4(), sequence=0, played=((0, to_ms),), active=active)
    record_heartbeat(viewing=viewing, beat=beat, now=now)


def pass_of(membership: Membership, video: Video, number: int, now: datetime) -> Viewing:
    """A pass opened long enough ago to have been played through by `now`."""
    viewing = open_viewing(
        membership=membership,
        video=video,
        number=number,
        now=now - timedelta(milliseconds=video.duration_ms),
        override=True,
    )
    play(viewing, video.duration_ms, now)
    return viewing


@pytest.fixture
def places(
    membership: Membership,
    cohort: Cohort,
    instructor: User,
    observer: User,
    video: Video,
    coding_video: Video,
    now: datetime,
) -> dict[str, list[Any]]:
    """A cohort in use, and the values for every converter in a route.

    The first video has both passes with notes, the second a first pass whose rewatch is due and a
    second pass begun; the coding video stands in the middle of its first pass.
    """
    begun = now - timedelta(days=6)
    twice = pass_of(membership, video, 1, begun)
    finish_pass(viewing=twice, now=begun)
    write_scaffold(
        viewing=twice, concepts=["weights", "bias"], links="sums", rating="good", now=begun
    )
    again = pass_of(membership, video, 2, now)
    write_recall(viewing=again, text="Weights are learnt.", now=now)
    write_note(viewing=again, at_ms=61_000, kind="concept", body="A *sum*", now=now)
    code = "import torch\ntorch.ones(3)"
    write_note(viewing=again, at_ms=90_000, kind="code", code=code, typed_share=1.0, now=now)
    write_note(
        viewing=again,
        at_ms=95_000,
        kind="experiment",
        changed="the seed",
        expected="no change",
        happened="another loss",
        now=now,
    )
    asked = write_note(
        viewing=again, at_ms=99_000, kind="question", body="Why?", visibility="cohort", now=now
    )
    write_answer(user=instructor, note_id=asked.pk, body="*So*.", now=now)
    finish_pass(viewing=again, now=now)
    built = Built.objects.create(
        viewing=again, link="https://example.org/mine", created_at=now, updated_at=now
    )
    due = Video.objects.get(slug="second")
    finish_pass(viewing=pass_of(membership, due, 1, begun), now=begun)
    open_viewing(membership=membership, video=due, number=2, now=begun + timedelta(days=1))
    half = open_viewing(membership=membership, video=coding_video, number=1, now=begun)
    play(half, 600_000, begun + timedelta(minutes=20))
    rewatch = Rewatch.objects.get(video=due)
    invitation = create_invitation(cohort=cohort, user=instructor, now=now)
    change_cohort(cohort=cohort, now=now, by=instructor, takes_requests=True)
    asked_to_join = ask_to_join(user=make_user("Anna Asks"), cohort_slug=cohort.slug, now=now)
    record = CompletionRecord.objects.create(
        membership=membership,
        name="Nadia Kowalska",
        cohort_name="Autumn",
        curriculum_title={"en": "Networks", "ru": "Сети"},
        revision_number=1,
        videos=3,
        self_reported=1,
        light=1,
        notes=9,
        active_seconds=9000,
        started_on=date(2026, 10, 1),
        finished_on=date(2026, 11, 1),
        issued_at=now,
    )
    machine = make_machine(
        cohort=cohort,
        name="Grade book",
        role="observer",
        scopes=["progress:read"],
        by=instructor,
        now=now,
    ).membership
    webhook = make_webhook(
        cohort=cohort, url="https://example.org/", kinds=["member.left"], by=instructor, now=now
    )
    send_test(webhook=webhook, now=now)
    told = webhook.messages.get()
    Attempt.objects.create(message=told, at=now, milliseconds=120, status=500, answer="No <b>")
    mailing = invite_by_mail(cohort=cohort, user=instructor, text="a@example.org\nnobody", now=now)
    learner = membership.user_id
    view = SavedView.objects.create(
        membership=cohort.memberships.get(user=instructor),
        name="Away",
        query="order=last_active",
        made_at=now,
    )
    links = [
        Link(Action.SNOOZE, learner, date(2026, 11, 3), (rewatch.pk,)),
        Link(Action.PAUSE, learner, date(2026, 11, 30)),
        Link(Action.UNSUBSCRIBE, learner),
    ]
    return {
        "cohort": [cohort.slug],
        "video": [video.slug, due.slug, coding_video.slug, "guest"],
        "curriculum": ["networks"],
        "phase": ["p1"],
        "outcome": ["none"],
        "code": [invitation.code, "no-such-link"],
        "invitation": [invitation.pk],
        "asked": [asked_to_join.pk],
        "record": [record.code],
        "mailing": [mailing.pk],
        "machine": [machine.pk],
        "webhook": [webhook.public_id],
        "message": [told.pk],
        "rewatch": [rewatch.pk],
        "note": [asked.pk],
        "membership": [membership.pk],
        "person": [membership.pk],
        "key": ["recall"],
        "built": [built.pk],
        "language": ["en"],
        "view": [view.pk],
        "name": ["a.eml"],
        "token": [token_for(link) for link in links] + ["broken"],
    }


def test_a_value_is_known_for_every_converter(places: dict[str, list[Any]]) -> None:
    asked = {name for route in routes() for name in CONVERTER.findall(route)}

    assert asked - set(places) == set()


@pytest.mark.parametrize("who", ["nobody", "learner", "instructor", "observer", "stranger"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_page_keeps_the_rules_of_the_house(
    request: pytest.FixtureRequest,
    settings: Settings,
    client: Client,
    places: dict[str, list[Any]],
    now: datetime,
    who: str,
    language: str,
) -> None:
    settings.STYLEGUIDE_IS_OPEN = True
    if who != "nobody":
        user = request.getfixturevalue(who)
        user.language = language
        user.save()
        client.force_login(user)
    found, seen = [], 0

    with time_machine.travel(now, tick=False):
        for address in [each for route in routes() for each in addresses(route, places)]:
            response = client.get(address, headers={"accept-language": language})
            if not response.get("Content-Type", "").startswith("text/html"):
                continue
            if response.status_code == 302:
                continue
            seen += 1
            if response.status_code >= 500:
                found.append(f"{address}: {response.status_code}")
                continue
            policy = response["Content-Security-Policy"]
            if "'unsafe" in policy or "default-src 'self'" not in policy:
                found.append(f"{address}: its policy is {policy}")
            markup = response.content.decode()
            # A link in a mail speaks the language of whom it was sent to.
            if f'<html lang="{language}">' not in markup and not address.startswith("/r/"):
                found.append(f"{address}: not in {language}")
            found += [f"{address}: {fault}" for fault in faults(markup)]

    assert not found, "\n".join(found)
    assert seen >= 20
