"""The mail itself: words of both languages, headers, links, and the same bytes every time."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.progress.models import Summary, Viewing
from apps.reminders import emails, links, services
from apps.reminders.links import Action, Link, link_of
from apps.reminders.models import OutboxMessage, Rewatch
from apps.reminders.tests.conftest import Finish, MailServer, second_pass, text_of, wake_of


@pytest.fixture
def sent(rewatch: Rewatch, mail_server: MailServer, evening: datetime) -> MailServer:
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)
    return mail_server


def test_the_mail_says_what_how_long_and_where(
    finish: Finish,
    membership: Membership,
    video: Video,
    coding_video: Video,
    mail_server: MailServer,
    now: datetime,
    evening: datetime,
) -> None:
    finish(membership, video)
    finish(membership, coding_video)
    viewing = Viewing.objects.select_related("membership__cohort", "membership__user", "video").get(
        video=video
    )
    services.write_scaffold(
        viewing=viewing,
        concepts=["weights bend the line", "bias"],
        links="",
        rating="good",
        now=now,
    )
    begun = second_pass(membership, coding_video, now)
    Viewing.objects.filter(pk=begun.pk).update(covered_ms=24 * 60_000, position_ms=552_000)
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)

    (mail,) = mail_server.received
    text = text_of(mail)
    assert mail["Subject"] == "Two rewatches today, about 2 h 20 min"
    assert "Friday, 6 November" in text
    assert "* First (50 min)\n  First pass on 2 November. You rated it “good”." in text
    assert "Your scaffold begins with “weights bend the line”." in text
    assert "* Coding (1 h 30 min left)\n  Second pass at 40 %. You stopped at 9:12." in text
    assert "http://testserver/c/autumn/videos/first/recall/" in text
    assert "You asked for one message a day at about 19:00, Europe/Warsaw." in text
    html = text_of(mail, "html")
    for words in ("Two rewatches today", "Start with what you remember", "9 November"):
        assert words in html
    assert "<script" not in html


def test_the_minutes_follow_the_learner_s_own_ratio(
    rewatch: Rewatch, mail_server: MailServer, evening: datetime
) -> None:
    Summary.objects.update(second_passes=3, effort_ratio=2.0)
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)

    assert mail_server.received[0]["Subject"] == "One rewatch today, about 40 minutes"


def test_a_russian_learner_reads_russian(
    rewatch: Rewatch, mail_server: MailServer, evening: datetime
) -> None:
    User.objects.update(language="ru")
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)

    (mail,) = mail_server.received
    text = text_of(mail)
    assert mail["Content-Language"] == "ru"
    assert mail["Subject"].startswith("Сегодня один повтор")
    assert "Видео first" in text
    assert "6 ноября" in text
    assert '<html lang="ru">' in text_of(mail, "html")


def test_the_headers_a_mail_provider_looks_for(
    sent: MailServer, learner: User, evening: datetime
) -> None:
    (mail,) = sent.received
    (raw,) = sent.raw
    header_lines = raw.split(b"\r\n\r\n")[0].split(b"\r\n")
    one_line = [line for line in header_lines if line.startswith(b"List-Unsubscribe: <http")]

    assert mail["To"] == learner.email
    assert mail["From"] == "Second Pass <hello@secondpass.test>"
    assert mail["Date"].datetime == evening
    assert mail["List-Id"] == "<reminders.secondpass.test>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<rm\.[a-z2-7]{26}@secondpass\.test>", mail["Message-ID"])
    assert len(one_line) == 1
    assert one_line[0].endswith(b"/>")


def test_rendering_twice_gives_the_same_bytes(
    rewatch: Rewatch, membership: Membership, evening: datetime
) -> None:
    services.plan_rewatches(now=evening)
    message = OutboxMessage.objects.get()
    wake = wake_of(membership)

    one, two = (
        emails.rewatch_reminder(message=message, wake=wake, rewatch_ids=[rewatch.pk]).content
        for _ in range(2)
    )

    assert one == two


def test_the_one_click_of_a_mail_provider_unsubscribes_without_cookie_and_csrf(
    sent: MailServer, membership: Membership
) -> None:
    address = sent.received[0]["List-Unsubscribe"].strip("<>")
    provider = Client(enforce_csrf_checks=True)

    answer = provider.post(address, {"List-Unsubscribe": "One-Click"})
    again = provider.post(address, {"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, answer.content, again.status_code) == (200, b"", 200)
    assert wake_of(membership).unsubscribed_at is not None
    assert not answer.cookies


def links_of(mail_server: MailServer) -> list[str]:
    return re.findall(r"http://testserver(/r/\S+/)", text_of(mail_server.received[0]))


def test_following_a_link_changes_nothing_and_its_button_does(
    sent: MailServer, rewatch: Rewatch, membership: Membership, client: Client
) -> None:
    *answers, tomorrow, _later, another_day, pause, stop = links_of(sent)
    before = (Rewatch.objects.values().get(), wake_of(membership).version)

    pages = [client.get(address) for address in links_of(sent)]

    assert [page.status_code for page in pages] == [200] * 8
    assert len(answers) == 3
    assert (Rewatch.objects.values().get(), wake_of(membership).version) == before
    assert client.post(another_day).status_code == 422  # it asks for the day
    for address in (tomorrow, pause, stop):
        answer = client.post(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, address)
    wake = wake_of(membership)
    assert wake.unsubscribed_at is not None


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_page_of_a_link_says_question_and_answer(
    rewatch: Rewatch, learner: User, client: Client, language: str
) -> None:
    User.objects.update(language=language)
    far = rewatch.due_on + timedelta(days=3650)
    past = rewatch.due_on - timedelta(days=365)
    made = [
        Link(Action.SNOOZE, learner.pk, past, (rewatch.pk,)),
        Link(Action.PAUSE, learner.pk, far),
        Link(Action.PAUSE, learner.pk, past),
        Link(Action.UNSUBSCRIBE, learner.pk),
    ]
    for link in made:
        address = f"/r/{links.token_for(link)}/"
        question = client.get(address)
        client.post(address)
        answer = client.get(address)

        assert question.status_code == answer.status_code == 200
        assert f'<html lang="{language}">' in question.content.decode()
        is_over = link.action is Action.PAUSE and link.on == past
        assert (b'<form method="post"' in question.content) is not is_over
        assert b'<form method="post"' not in answer.content
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_link_of_last_year_still_works_and_moves_to_tomorrow(
    rewatch: Rewatch, learner: User, client: Client
) -> None:
    old = Link(Action.SNOOZE, learner.pk, rewatch.due_on - timedelta(days=365), (rewatch.pk,))

    client.post(f"/r/{links.token_for(old)}/")

    rewatch.refresh_from_db()
    assert rewatch.snoozes == 1


def test_a_link_moves_nothing_of_another_learner(
    rewatch: Rewatch, cohort_mate: User, client: Client
) -> None:
    theirs = Link(Action.SNOOZE, cohort_mate.pk, rewatch.due_on, (rewatch.pk,))

    client.post(f"/r/{links.token_for(theirs)}/")

    rewatch.refresh_from_db()
    assert rewatch.snoozes == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        lambda token: "A" + token[1:],
        lambda token: token.split(".")[0],
        lambda token: "nonsense",
        lambda token: "ü.ü",
        lambda token: ".",
    ],
)
def test_a_forged_link_is_not_there(
    learner: User, client: Client, spoil: Callable[[str], str]
) -> None:
    token = spoil(links.token_for(Link(Action.UNSUBSCRIBE, learner.pk)))

    for answer in (client.get(f"/r/{token}/"), client.post(f"/r/{token}/")):
        assert answer.status_code == 404
        assert "This link does not lead anywhere" in answer.content.decode()


def test_a_link_signed_with_an_older_key_is_still_believed(
    learner: User, settings: Settings
) -> None:
    token = links.token_for(Link(Action.UNSUBSCRIBE, learner.pk))
    settings.REMINDER_KEYS = ["new", "tests-only"]
    assert link_of(token) == Link(Action.UNSUBSCRIBE, learner.pk)

    settings.REMINDER_KEYS = ["new"]
    assert link_of(token) is None
