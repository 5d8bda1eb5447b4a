"""An instructor writes: it lies in the inbox, goes out by mail, answers come back, and it is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail

from apps.accounts.models import User
from apps.cohorts import services
from apps.cohorts.models import Cohort, Event, Letter, Message
from apps.dashboards.tests.test_cohort_pages import signed_in, text_of

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
WORDS = "Dear Nadia,\r\n\r\nshall we talk about <b>weights</b>?"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def ids(cohort: Cohort, *users: User) -> list[int]:
    return [cohort.memberships.get(user=user).pk for user in users]


def post_letters() -> None:
    services.post_letters(now=MONDAY, rate=9, most=9, refused=lambda addresses: ())


def test_a_message_reaches_inbox_and_mailbox_and_answers_go_to_its_author(
    instructor: User, learner: User, cohort: Cohort
) -> None:
    (to,) = ids(cohort, learner)
    client = signed_in(instructor)
    assert "Write to Nadia Kowalska" in text_of(client.get(f"/teach/autumn/write/?to={to}"))

    page = client.post("/teach/autumn/write/", {"to": [to], "body": WORDS}, follow=True)
    post_letters()

    assert "Sent to 1 learner." in text_of(page)
    (message,) = mail.outbox
    assert message.subject == "Emma Visser writes to you (Autumn)"
    assert (message.to, message.reply_to) == ([learner.email], [instructor.email])
    assert message.body.startswith("Dear Nadia,\n\nshall we talk about <b>weights</b>?")
    assert "Auto-Submitted" not in message.extra_headers
    reader = signed_in(learner)
    assert 'class="badge">1<' in text_of(reader.get("/c/autumn/"))
    inbox = text_of(reader.get("/inbox/"))
    assert "&lt;b&gt;weights&lt;/b&gt;" in inbox
    assert 'class="badge"' not in text_of(reader.get("/c/autumn/"))


def test_several_get_a_copy_each_and_no_other_name(
    instructor: User, learner: User, cohort_mate: User, cohort: Cohort
) -> None:
    to = ids(cohort, learner, cohort_mate)
    client = signed_in(instructor)
    page = text_of(client.get(f"/teach/autumn/write/?to={to[0]}&to={to[1]}"))
    assert "Write to 2 learners" in page

    client.post("/teach/autumn/write/", {"to": to, "body": "Hello"})
    post_letters()

    assert sorted(message.to for message in mail.outbox) == [
        [learner.email],
        [cohort_mate.email],
    ]
    assert "Tomas" not in text_of(signed_in(learner).get("/inbox/"))
    event = Event.objects.get(kind="wrote")
    assert (event.actor, event.details) == (instructor, {"count": 2})


def test_only_what_was_shown_counts_as_read(
    instructor: User, learner: User, cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.reminders.views.inbox.LETTERS_SHOWN", 1)
    (to,) = ids(cohort, learner)
    for words in ("The first words", "The second words"):
        signed_in(instructor).post("/teach/autumn/write/", {"to": [to], "body": words})
    reader = signed_in(learner)

    newest = text_of(reader.get("/inbox/"))
    left = text_of(reader.get("/c/autumn/"))
    older = text_of(reader.get("/inbox/?letters=2"))

    assert ("The second words" in newest, "The first words" in newest) == (True, False)
    assert 'href="?letters=2"' in newest
    assert 'class="badge">1<' in left
    assert "The first words" in older
    assert 'class="badge"' not in text_of(reader.get("/c/autumn/"))


def test_what_was_written_is_kept_with_the_learner_for_instructors(
    instructor: User, observer: User, learner: User, cohort: Cohort
) -> None:
    (to,) = ids(cohort, learner)
    client = signed_in(instructor)
    client.post("/teach/autumn/write/", {"to": [to], "body": "Hello there"})
    address = f"/teach/autumn/learners/{to}/"

    assert "not yet seen in the inbox" in text_of(client.get(address))
    signed_in(learner).get("/inbox/")

    assert "Hello there" in text_of(client.get(address))
    assert "not yet seen" not in text_of(client.get(address))
    assert "Hello there" not in text_of(signed_in(observer).get(address))
    assert "Hello there" in text_of(signed_in(learner).get("/c/autumn/seen/"))


@pytest.mark.parametrize("body", ["", "  ", "x" * 5001])
def test_nothing_or_too_much_is_refused(
    instructor: User, learner: User, cohort: Cohort, body: str
) -> None:
    page = signed_in(instructor).post(
        "/teach/autumn/write/", {"to": ids(cohort, learner), "body": body}
    )

    assert 'href="#id_body"' in text_of(page)
    assert not Message.objects.exists()


def test_nobody_is_written_to_from_another_cohort_or_by_an_observer(
    observer: User, other_instructor: User, instructor: User, learner: User, cohort: Cohort
) -> None:
    to = ids(cohort, learner)
    body = {"to": to, "body": "Hello"}

    assert signed_in(observer).post("/teach/autumn/write/", body).status_code == 403
    assert signed_in(other_instructor).post("/teach/autumn/write/", body).status_code == 404
    page = signed_in(other_instructor).post("/teach/winter/write/", body)
    assert "Choose 1 to 200 learners." in text_of(page)
    assert "Nadia" not in text_of(page)
    # Nor is an instructor, an observer or one who has left among the readers.
    page = signed_in(instructor).post(
        "/teach/autumn/write/", body | {"to": ids(cohort, instructor, observer)}
    )
    assert "Choose 1 to 200 learners." in text_of(page)
    assert not Letter.objects.exists()
