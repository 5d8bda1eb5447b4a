"""The calendar feed: what stands in it, and that its address is a secret."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar, Component, Event
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.reminders import services
from apps.reminders.calendars import calendar_address
from apps.reminders.models import Rewatch
from apps.reminders.tests.conftest import Finish, second_pass, wake_of
from config.log_lines import without_secrets

WARSAW = ZoneInfo("Europe/Warsaw")
WEDNESDAY_NOON = datetime(2026, 11, 4, 11, tzinfo=UTC)
SETTINGS = "/settings/reminders/"


@pytest.fixture
def address(rewatch: Rewatch, learner: User) -> str:
    """The path of the learner's feed."""
    wake = services.renew_calendar(user=learner)
    return calendar_address(wake).removeprefix("http://testserver")


def events_of(client: Client, address: str, at: datetime = WEDNESDAY_NOON) -> list[Event]:
    with time_machine.travel(at, tick=False):
        answer = client.get(address)
    assert answer.status_code == 200
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert all(isinstance(event, Event) for event in events)
    return cast("list[Event]", events)


def text(event: Event, name: str) -> str:
    return str(event[name])


def value(part: Component, name: str) -> Any:
    """A property as icalendar's own object; which of its thirty classes it is depends on the name."""
    return part[name]


def test_a_rewatch_is_an_event_at_the_learner_s_hour_as_long_as_it_takes(
    client: Client, address: str, rewatch: Rewatch
) -> None:
    (event,) = events_of(client, address)

    assert event.start == datetime(2026, 11, 6, 19, tzinfo=WARSAW)
    assert value(event, "dtstart").params["TZID"] == "Europe/Warsaw"
    assert value(event, "duration").dt == timedelta(minutes=50)
    assert text(event, "summary") == "Second pass: First"
    assert text(event, "url") == "http://testserver/c/autumn/videos/first/recall/"
    assert text(event, "description") == (
        "It takes about 50 minutes and starts with what you remember.\n"
        "http://testserver/c/autumn/videos/first/recall/"
    )
    assert text(event, "uid").endswith("@secondpass.test")


def test_the_file_carries_the_rules_of_its_zone(client: Client, address: str) -> None:
    with time_machine.travel(WEDNESDAY_NOON, tick=False):
        answer = client.get(address)
    (zone,) = Calendar.from_ical(answer.content).walk("VTIMEZONE")

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert str(zone["tzid"]) == "Europe/Warsaw"
    offsets = {part.name: value(part, "tzoffsetto").to_ical() for part in zone.subcomponents}
    assert offsets == {"STANDARD": "+0100", "DAYLIGHT": "+0200"}
    lines = answer.content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert answer.content.endswith(b"END:VCALENDAR\r\n")


def test_what_is_overdue_stands_today_and_says_since_when(client: Client, address: str) -> None:
    (event,) = events_of(client, address, datetime(2026, 11, 10, 11, tzinfo=UTC))

    assert event.start == datetime(2026, 11, 10, 19, tzinfo=WARSAW)
    assert text(event, "description").startswith("Due since 6 November. It takes")


def test_those_of_one_day_follow_one_another_until_the_night(
    client: Client, address: str, finish: Finish, membership: Membership, coding_video: Video
) -> None:
    finish(membership, coding_video)  # an hour, so two and a half

    def at_hour(hour: int) -> list[Event]:
        services.change_reminder_settings(user=membership.user, now=WEDNESDAY_NOON, hour=hour)
        return events_of(client, address)

    two, late = at_hour(17), at_hour(19)

    assert [f"{event.start:%H:%M}" for event in two] == ["17:00", "17:50"]
    assert value(two[1], "duration").dt == timedelta(minutes=150)
    # From 19:50 on it would run into the night: what does not fit begins at the hour, too.
    assert [f"{event.start:%H:%M}" for event in late] == ["19:00", "19:00"]


def test_what_is_done_or_over_is_not_in_it(
    client: Client, address: str, membership: Membership, video: Video
) -> None:
    viewing = second_pass(membership, video, WEDNESDAY_NOON)
    services.finish_pass(viewing=viewing, now=WEDNESDAY_NOON, self_reported=True)

    assert events_of(client, address) == []


def test_it_speaks_the_learner_s_language(client: Client, address: str, learner: User) -> None:
    User.objects.filter(pk=learner.pk).update(language="ru")

    (event,) = events_of(client, address)

    assert text(event, "summary") == "Второй проход: Видео first"
    assert client.get(address).headers["Content-Language"] == "ru"


def test_who_has_it_already_gets_304_until_something_moves(
    client: Client, address: str, rewatch: Rewatch
) -> None:
    with time_machine.travel(WEDNESDAY_NOON, tick=False) as clock:
        tag = client.get(address).headers["ETag"]
        clock.shift(timedelta(hours=1))
        same = client.get(address, headers={"If-None-Match": tag})
        services.snooze_rewatch(rewatch=rewatch, now=WEDNESDAY_NOON, until=date(2026, 11, 9))
        moved = client.get(address, headers={"If-None-Match": tag})

    assert (same.status_code, same.content) == (304, b"")
    assert moved.status_code == 200
    assert moved.headers["Cache-Control"] == "private, no-cache"
    assert b"20261109T190000" in moved.content


@pytest.mark.parametrize("accepts", ["text/calendar", "text/html", "application/json", "image/*"])
def test_calendar_programs_may_accept_what_they_like(
    client: Client, address: str, accepts: str
) -> None:
    assert client.get(address, headers={"Accept": accepts}).status_code == 200


def test_an_address_altered_by_one_character_is_not_there(client: Client, address: str) -> None:
    start = len("/api/v1/calendar/")
    for place in range(start, len(address) - len(".ics")):
        letter = "x" if address[place] != "x" else "y"
        altered = address[:place] + letter + address[place + 1 :]
        assert client.get(altered).status_code == 404, altered


def test_an_address_is_written_in_one_way(client: Client, address: str) -> None:
    stem, last = address.removesuffix(".ics")[:-1], address.removesuffix(".ics")[-1]
    # The last letter has bits that say nothing: its neighbours mean the same bytes.
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    answers = {letter: client.get(f"{stem}{letter}.ics").status_code for letter in letters}

    assert [letter for letter, status in answers.items() if status != 404] == [last]
    assert client.get(address.replace("/calendar/", "/calendar/0")).status_code == 404


def test_a_new_address_ends_the_old_one_and_switching_off_ends_both(
    client: Client, address: str, learner: User
) -> None:
    client.force_login(learner)
    page = client.get(SETTINGS).content.decode()
    client.post(SETTINGS, {"action": "new-calendar"})
    learner.wake.refresh_from_db()
    new = calendar_address(learner.wake).removeprefix("http://testserver")
    found = [client.get(each).status_code for each in (address, new)]
    client.post(SETTINGS, {"action": "end-calendar"})
    over = [client.get(each).status_code for each in (address, new)]

    assert f'value="http://testserver{address}"' in page
    assert f'href="webcal://testserver{address}"' in page
    assert new != address
    assert (found, over) == ([404, 200], [404, 404])
    assert "/api/v1/calendar/" not in client.get(SETTINGS).content.decode()


def test_nobody_has_an_address_before_they_ask_for_one(
    client: Client, rewatch: Rewatch, learner: User
) -> None:
    client.force_login(learner)

    assert calendar_address(wake_of(rewatch.membership)) == ""
    assert "/api/v1/calendar/" not in client.get(SETTINGS).content.decode()


def test_the_secret_stands_neither_in_the_database_nor_in_logs(
    address: str, membership: Membership
) -> None:
    secret = address.rpartition("/")[2].removesuffix(".ics")
    kept = " ".join(map(str, vars(wake_of(membership)).values()))

    assert secret.partition("-")[2] not in kept
    assert without_secrets(f"GET {address} 200") == "GET /api/v1/calendar/... 200"


def test_a_feed_costs_the_same_few_queries(
    client: Client,
    address: str,
    finish: Finish,
    membership: Membership,
    coding_video: Video,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    finish(membership, coding_video)

    with django_assert_num_queries(4), time_machine.travel(WEDNESDAY_NOON, tick=False):
        assert client.get(address).status_code == 200
