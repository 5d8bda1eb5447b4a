"""The delayed question of a message, from the mail and in the app: what an answer moves, and when it says nothing."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.progress.models import Viewing
from apps.reminders import links, services
from apps.reminders.errors import AskedAgain
from apps.reminders.links import Action, Link
from apps.reminders.models import Rewatch
from apps.reminders.tests.conftest import FRIDAY, MailServer, second_pass, text_of, wake_of

# The evening of Friday the 6th, a little after the mail.
READING = datetime(2026, 11, 6, 20, 30, tzinfo=UTC)
SATURDAY = date(2026, 11, 7)
IN_TWO_WEEKS = date(2026, 11, 20)


@pytest.fixture
def asked(rewatch: Rewatch, mail_server: MailServer, evening: datetime) -> Rewatch:
    """The learner's rewatch, after its first mail on Friday."""
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)
    rewatch.refresh_from_db()
    return rewatch


def address(rewatch: Rewatch, answer: str, asked_on: date = FRIDAY) -> str:
    return links.path_of(
        Link(Action.RECALL, rewatch.membership.user_id, asked_on, (rewatch.pk,), answer)
    )


def promise(rewatch: Rewatch) -> tuple[date, date | None, str]:
    rewatch.refresh_from_db()
    return rewatch.due_on, rewatch.remind_on, rewatch.recall_answer


def test_the_mail_asks_with_three_links(asked: Rewatch, mail_server: MailServer) -> None:
    (mail,) = mail_server.received
    text, html = text_of(mail), text_of(mail, "html")

    for answer in ("nothing", "some", "most"):
        link = f"http://testserver{address(asked, answer)}"
        assert f"{answer}: {link}\n" in text
        assert f'href="{link}"' in html
    assert text.index("How much do you remember?") < text.index("Not today?")


def test_who_has_begun_the_second_pass_is_not_asked(
    rewatch: Rewatch,
    membership: Membership,
    video: Video,
    mail_server: MailServer,
    now: datetime,
    evening: datetime,
) -> None:
    begun = second_pass(membership, video, now)
    Viewing.objects.filter(pk=begun.pk).update(covered_ms=60_000)
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)

    assert "How much do you remember?" not in text_of(mail_server.received[0])


@pytest.mark.parametrize(
    ("answer", "due_on", "remind_on", "words"),
    [
        ("nothing", SATURDAY, SATURDAY, "The second pass is due"),
        ("some", FRIDAY, date(2026, 11, 10), "Its day stays: it is due."),
        ("most", IN_TWO_WEEKS, IN_TWO_WEEKS, "The second pass is due"),
    ],
)
@time_machine.travel(READING, tick=False)
def test_one_link_and_one_button_answer_and_twice_is_once(
    asked: Rewatch, client: Client, answer: str, due_on: date, remind_on: date, words: str
) -> None:
    link = address(asked, answer)
    before = promise(asked)

    question = client.get(link)
    looked_at = promise(asked)
    answered = client.post(link)
    noted = client.get(link).content.decode()
    once = promise(asked)
    with time_machine.travel(READING + timedelta(days=1), tick=False):
        client.post(link)

    assert before == looked_at == (FRIDAY, date(2026, 11, 10), "")
    assert f'value="{answer}" checked' in question.content.decode()
    assert (answered.status_code, answered.headers["Location"]) == (302, link)
    assert once == promise(asked) == (due_on, remind_on, answer)
    assert f"Noted: {answer}" in noted
    assert words in noted
    assert wake_of(asked.membership).slot_on == remind_on


@time_machine.travel(READING, tick=False)
def test_another_answer_starts_from_the_promise_before_the_first(
    asked: Rewatch, client: Client
) -> None:
    client.post(address(asked, "most"))
    client.post(address(asked, "most"), {"answer": "some"})
    some = promise(asked)
    client.post(address(asked, "nothing"))

    assert some == (FRIDAY, date(2026, 11, 10), "some")
    assert promise(asked) == (SATURDAY, SATURDAY, "nothing")


@time_machine.travel(READING, tick=False)
def test_a_day_chosen_after_the_answer_is_not_taken_back_by_another_answer(
    asked: Rewatch, client: Client
) -> None:
    client.post(address(asked, "nothing"))
    services.snooze_rewatch(rewatch=asked, now=READING, until=date(2026, 11, 12))
    client.post(address(asked, "some"))

    assert promise(asked) == (date(2026, 11, 12), date(2026, 11, 12), "some")


def test_a_link_of_an_older_mail_changes_nothing_and_says_why(
    asked: Rewatch, client: Client
) -> None:
    next_evening = datetime(2026, 11, 10, 18, 15, tzinfo=UTC)
    services.plan_rewatches(now=next_evening)
    before = promise(asked)

    with time_machine.travel(next_evening, tick=False):
        answer = client.post(address(asked, "most"))
        page = client.get(address(asked, "most")).content.decode()

    assert answer.status_code == 302
    assert promise(asked) == before
    assert "A later reminder has asked again" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    with pytest.raises(AskedAgain):
        services.answer_recall(rewatch=asked, answer="most", now=next_evening, asked_on=FRIDAY)


@time_machine.travel(READING, tick=False)
def test_after_the_second_pass_a_link_changes_nothing_and_says_why(
    asked: Rewatch, membership: Membership, video: Video, client: Client
) -> None:
    viewing = second_pass(membership, video, READING)
    services.finish_pass(viewing=viewing, now=READING, self_reported=True)
    before = promise(asked)

    client.post(address(asked, "nothing"))

    assert promise(asked) == before
    page = client.get(address(asked, "nothing")).content.decode()
    assert "The second pass is done already" in page


@time_machine.travel(READING, tick=False)
def test_a_link_answers_nothing_of_another_learner(
    asked: Rewatch, cohort_mate: User, client: Client
) -> None:
    theirs = links.path_of(Link(Action.RECALL, cohort_mate.pk, FRIDAY, (asked.pk,), "most"))
    before = promise(asked)

    client.post(theirs)

    assert promise(asked) == before
    assert asked.video.title["en"] not in client.get(theirs).content.decode()


@time_machine.travel(READING, tick=False)
def test_an_answer_that_there_is_not_changes_nothing(asked: Rewatch, client: Client) -> None:
    before = promise(asked)

    answer = client.post(address(asked, "most"), {"answer": "everything"})

    assert answer.status_code == 302
    assert promise(asked) == before


def test_a_link_altered_by_one_character_is_refused_with_clear_words(
    asked: Rewatch, client: Client
) -> None:
    before = promise(asked)
    token = address(asked, "most").removeprefix("/r/").removesuffix("/")

    for place in range(len(token)):
        altered = f"{token[:place]}{'x' if token[place] != 'x' else 'y'}{token[place + 1 :]}"
        answer = client.post(f"/r/{altered}/")
        assert answer.status_code == 404, altered
    assert promise(asked) == before
    assert "This link does not lead anywhere" in answer.content.decode()


@time_machine.travel(READING, tick=False)
def test_moving_to_a_day_of_one_s_choice(asked: Rewatch, client: Client) -> None:
    link = links.path_of(Link(Action.SNOOZE, asked.membership.user_id, None, (asked.pk,)))

    page = client.get(link).content.decode()
    refused = [
        client.post(link, {"until": until}) for until in ("2026-11-06", "2028-01-01", "soon", "")
    ]
    unmoved = promise(asked)
    moved = client.post(link, {"until": "2026-11-14"})

    assert 'min="2026-11-07"' in page
    assert [answer.status_code for answer in refused] == [422] * 4
    assert "Choose a day after today" in refused[0].content.decode()
    assert 'value="2028-01-01"' in refused[1].content.decode()  # what was written stays
    assert unmoved[0] == FRIDAY
    assert moved.status_code == 302
    assert promise(asked)[:2] == (date(2026, 11, 14), date(2026, 11, 14))
    assert "It is due" in client.get(moved.headers["Location"]).content.decode()


@time_machine.travel(READING, tick=False)
def test_the_inbox_asks_and_takes_the_same_answer(
    asked: Rewatch, learner: User, client: Client
) -> None:
    client.force_login(learner)
    before = client.get("/inbox/").content.decode()
    sent = {"rewatch": asked.pk, "asked_on": "2026-11-06", "answer": "most"}

    answer = client.post("/inbox/recall/", sent)
    after = client.get("/inbox/").content.decode()

    assert before.count('name="answer" value=') == 3
    assert (answer.status_code, answer.headers["Location"]) == (302, "/inbox/")
    assert promise(asked) == (IN_TWO_WEEKS, IN_TWO_WEEKS, "most")
    assert "Noted: most. Due 20 November." in after
    assert re.search(r"You remembered: most\. Due <time[^>]*>20 November</time>\.", after)
    assert 'name="answer"' not in after


@time_machine.travel(READING, tick=False)
@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"asked_on": "2026-11-06", "answer": "everything"}, "Answer nothing, some or most."),
        ({"asked_on": "yesterday", "answer": "most"}, "This is not a day."),
    ],
)
def test_what_the_inbox_cannot_take_is_said_and_changes_nothing(
    asked: Rewatch, learner: User, client: Client, sent: dict[str, str], words: str
) -> None:
    client.force_login(learner)
    before = promise(asked)

    client.post("/inbox/recall/", sent | {"rewatch": str(asked.pk)})

    assert promise(asked) == before
    assert words in client.get("/inbox/").content.decode()


def test_nobody_answers_for_somebody_else(
    asked: Rewatch, cohort_mate: User, client: Client
) -> None:
    client.force_login(cohort_mate)
    sent = {"rewatch": asked.pk, "asked_on": "2026-11-06", "answer": "most"}

    assert client.post("/inbox/recall/", sent).status_code == 404
    assert promise(asked)[2] == ""
