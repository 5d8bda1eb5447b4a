"""The pages of reminders through the client: wishes, a break and the inbox; the commands."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.reminders import selectors, services
from apps.reminders.checks import check_keys
from apps.reminders.models import Delivery, OutboxMessage, Rewatch
from apps.reminders.tests.conftest import FRIDAY, Finish, MailServer, wake_of

NOON = datetime(2026, 11, 4, 11, tzinfo=UTC)
SETTINGS = "/settings/reminders/"
# The form as the page shows it to somebody who never changed anything.
WISHES: dict[str, object] = {
    "action": "save",
    "hour": "19",
    "time_zone": "Europe/Warsaw",
    "email": "on",
    "inbox": "on",
    "rewatches_a_message": "5",
    "messages_a_week": "4",
}


@pytest.fixture
def page(learner: User, client: Client) -> Client:
    client.force_login(learner)
    return client


def test_nobody_gets_in_without_signing_in(client: Client, db: None) -> None:
    for address in (SETTINGS, "/inbox/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            f"/accounts/login/?next={address}",
        )


@time_machine.travel(NOON, tick=False)
def test_the_settings_say_when_the_next_message_comes_and_about_what(
    page: Client, rewatch: Rewatch
) -> None:
    text = page.get(SETTINGS).content.decode()

    assert "6 November</time> at about 19:00, about one rewatch." in text
    assert 'href="/c/autumn/videos/first/recall/"' in text
    assert "Europe/Warsaw" in text


@time_machine.travel(NOON, tick=False)
def test_saved_wishes_are_followed(page: Client, rewatch: Rewatch, membership: Membership) -> None:
    wishes = WISHES | {
        "hour": "8",
        "quiet_days": ["4", "5"],
        "time_zone": "America/New_York",
        "rewatches_a_message": "2",
        "messages_a_week": "3",
    }
    del wishes["inbox"]

    answer = page.post(SETTINGS, wishes)

    wake = wake_of(membership)
    assert (answer.status_code, answer.headers["Location"]) == (302, SETTINGS)
    assert (wake.hour, wake.quiet_days, wake.channels) == (8, 0b110000, ["email"])
    assert (wake.rewatches_a_message, wake.messages_a_week) == (2, 3)
    assert wake.slot_on == date(2026, 11, 8)
    assert wake.next_at is not None
    assert wake.next_at.astimezone(ZoneInfo("America/New_York")).hour == 8
    assert wake.user.time_zone == "America/New_York"


@time_machine.travel(NOON, tick=False)
def test_two_weeks_are_foretold_message_by_message(page: Client, rewatch: Rewatch) -> None:
    text = page.get(SETTINGS).content.decode()

    days = re.findall(r'<li class="row row--plain">.*?datetime="([0-9-]+)"', text, re.DOTALL)
    assert days == ["2026-11-06", "2026-11-10"]
    assert "What would come until" in text


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"hour": "25"}, "Choose an hour between 7:00 and 21:00"),
        ({"hour": "late"}, "Choose an hour between 7:00 and 21:00"),
        ({"time_zone": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone we know."),
        ({"messages_a_week": "5"}, "5 is not one of the available choices"),
        ({"rewatches_a_message": "0"}, "0 is not one of the available choices"),
    ],
)
def test_what_cannot_be_followed_changes_nothing_and_loses_nothing(
    page: Client,
    rewatch: Rewatch,
    membership: Membership,
    wrong: dict[str, str],
    words: str,
) -> None:
    before = wake_of(membership).version

    answer = page.post(SETTINGS, WISHES | {"quiet_days": ["6"], "hour": "21"} | wrong)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert html.unescape(text).count(words) == 2  # in the summary and under the field
    assert wake_of(membership).version == before
    # What was chosen well is still chosen, and what was not shows what holds, not the first of the list.
    assert re.search(r'name="quiet_days" value="6"[^>]*checked', text)
    hour = "19" if "hour" in wrong else "21"
    for value in (hour, "Europe/Warsaw"):
        assert f'<option value="{value}" selected>' in text


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (
            WISHES | {"quiet_days": [str(day) for day in range(7)]},
            "Leave at least one day of the week",
        ),
        ({"action": "pause", "until": "2026-11-04"}, "Choose a day after today"),
        ({"action": "pause", "until": ""}, "This field is required"),
    ],
)
def test_a_wish_that_cannot_be_followed_is_said_at_its_field(
    page: Client, rewatch: Rewatch, sent: dict[str, object], words: str
) -> None:
    answer = page.post(SETTINGS, sent)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count(words) == 2  # in the summary and under the field


@time_machine.travel(NOON, tick=False)
def test_a_break_begins_and_ends(page: Client, rewatch: Rewatch, membership: Membership) -> None:
    page.post(SETTINGS, {"action": "pause", "until": "2026-12-01"})
    paused = wake_of(membership)
    in_break = page.get(SETTINGS).content.decode()
    page.post(SETTINGS, {"action": "resume"})

    assert (paused.paused_until, paused.slot_on) == (date(2026, 12, 1), date(2026, 12, 1))
    assert "Resume now" in in_break
    assert wake_of(membership).slot_on == FRIDAY


def test_an_empty_inbox_says_what_will_be_there(page: Client) -> None:
    assert "Nothing was sent yet" in page.get("/inbox/").content.decode()


def test_the_inbox_shows_one_entry_a_day_and_looking_takes_the_mark_away(
    page: Client, rewatch: Rewatch, learner: User, evening: datetime
) -> None:
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)
    before = selectors.unread_messages(user=learner)

    text = page.get("/inbox/").content.decode()

    assert (before, selectors.unread_messages(user=learner)) == (1, 0)
    assert text.count("First pass on 2 November.") == 1
    assert "e-mail, in the app" in text


def test_the_bar_counts_new_messages_exactly_and_by_one_query(
    page: Client,
    rewatch: Rewatch,
    evening: datetime,
    cohort_mate: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with CaptureQueriesContext(connection) as without:
        none = page.get(SETTINGS).content.decode()
    services.plan_rewatches(now=evening)
    one = Delivery.objects.get()
    for day in range(1, 12):
        one.pk, one.slot_on = None, FRIDAY + timedelta(days=day)
        one.save()
    one.pk, one.user = None, cohort_mate
    one.save()

    counting = [query for query in without.captured_queries if "COUNT" in (query["sql"] or "")]
    reader = User.objects.get(pk=page.session["_auth_user_id"])
    with django_assert_num_queries(1):
        assert selectors.unread_messages(user=reader) == 12
    text = page.get(SETTINGS).content.decode()
    on_the_inbox = page.get("/inbox/").content.decode()

    assert len(counting) == 1
    assert 'class="badge"' not in none
    assert '<span class="badge">12<span class="sr"> new</span></span>' in text
    assert 'class="badge"' not in on_the_inbox
    assert 'class="badge"' not in page.get(SETTINGS).content.decode()


def test_the_inbox_needs_the_same_queries_for_one_day_and_for_ten(
    page: Client,
    rewatch: Rewatch,
    finish: Finish,
    membership: Membership,
    coding_video: Video,
    evening: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    services.plan_rewatches(now=evening)
    first = Delivery.objects.get()
    for day in range(1, 10):
        first.pk, first.slot_on = None, FRIDAY + timedelta(days=day)
        first.save()

    with django_assert_max_num_queries(11):
        assert page.get("/inbox/").status_code == 200


def test_the_commands_are_the_same_code(
    rewatch: Rewatch, mail_server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("reminders_plan", "--now", "2026-11-06T19:30:00+01:00", "--dry-run")
    dry = capsys.readouterr().out
    assert not OutboxMessage.objects.exists()
    call_command("reminders_plan", "--now", "2026-11-06T19:30:00+01:00")
    call_command(
        "reminders_deliver",
        "--now",
        "2026-11-06T19:31:00+01:00",
        "--only-to",
        "nadia.kowalska@example.org",
    )

    out = capsys.readouterr().out
    assert "1 messages would be planned, 1 learners looked at, 0 failed" in dry
    assert "nadia.kowalska@example.org  2026-11-06  email+inbox  rewatches: 1" in out
    assert "sent to nadia.kowalska@example.org" in out
    assert len(mail_server.received) == 1


@pytest.mark.parametrize("moment", ["tomorrow", "2026-11-06T19:30:00"])
def test_a_moment_without_an_offset_is_refused(db: None, moment: str) -> None:
    with pytest.raises(CommandError):
        call_command("reminders_plan", "--now", moment)


def test_without_a_key_nothing_starts(settings: Settings) -> None:
    assert check_keys(None) == []
    settings.REMINDER_KEYS = []
    assert [error.id for error in check_keys(None)] == ["reminders.E001"]


def test_templates_of_pages_carry_no_inline_style() -> None:
    for template in (Path(__file__).parents[3] / "templates/reminders").glob("*.html"):
        assert "style=" not in template.read_text()


@pytest.mark.parametrize("address", [SETTINGS, "/inbox/"])
def test_somebody_whose_address_bounced_is_told_so(
    page: Client, rewatch: Rewatch, mail_server: MailServer, evening: datetime, address: str
) -> None:
    mail_server.rcpt_answers = ["550 5.1.1 no such user"]
    services.plan_rewatches(now=evening)
    before = page.get(address).content.decode()
    services.deliver_messages(now=evening)

    told = "A mail to this address came back"
    assert (told in before, told in page.get(address).content.decode()) == (False, True)
