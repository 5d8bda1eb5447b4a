"""Outage over the slot, a cloned database, a poisoned crowd."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection

from apps.accounts.models import User
from apps.cohorts.models import Cohort
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.reminders import figures, guard, services
from apps.reminders.models import Delivery, OutboxMessage, Rewatch
from apps.reminders.tests.conftest import Finish, MailServer
from tests.faults.conftest import arrived, mails_logged

ZONES = ("Europe/Warsaw", "America/Sao_Paulo", "Asia/Tokyo", "Pacific/Apia", "Asia/Kathmandu")


@pytest.mark.parametrize("hour", [7, 12, 19, 21])
def test_six_hours_down_over_the_slot_cost_no_message_and_wake_nobody(
    cohort: Cohort,
    join: Join,
    finish: Finish,
    video: Video,
    mail_server: MailServer,
    now: datetime,
    hour: int,
) -> None:
    people = [make_user(f"From {zone}", time_zone=zone) for zone in ZONES]
    for person in people:
        finish(join(person, cohort), video)
        services.change_reminder_settings(user=person, now=now, hour=hour)
    # Everybody's sixth of November, and each one's six hours around their slot.
    for person in people:
        slot = datetime(2026, 11, 6, hour, tzinfo=ZoneInfo(person.time_zone)).astimezone(UTC)
        tick = slot + timedelta(hours=5)
        sent_before = len(mail_server.received)
        services.plan_rewatches(now=tick)
        services.deliver_messages(now=tick)
        got = [str(mail["To"]) for mail in mail_server.received[sent_before:]]
        assert person.email not in got
    tick = datetime(2026, 11, 6, 6, tzinfo=UTC)
    while tick < datetime(2026, 11, 9, tzinfo=UTC):
        services.plan_rewatches(now=tick)
        services.deliver_messages(now=tick)
        tick += timedelta(minutes=30)

    assert arrived(mail_server) == {person.email: 1 for person in people}
    for delivery in Delivery.objects.filter(channel="email").select_related("user"):
        local = delivery.settled_at.astimezone(delivery.user.zone)
        assert 7 <= local.hour < 22
    assert set(figures.audit(now=tick).values()) == {0}


@pytest.fixture
def clone(crowd: list[Rewatch]) -> Iterator[str]:
    """The name of a database that will be a copy of this one."""
    name = f"{connection.settings_dict['NAME']}_clone"
    original = connection.settings_dict["NAME"]
    yield name
    connection.close()
    connection.settings_dict["NAME"] = original
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.mark.django_db(transaction=True)
def test_a_clone_keeps_silent_and_once_confirmed_repeats_nothing(
    crowd: list[Rewatch], clone: str, ledger: MailServer, evening: datetime
) -> None:
    services.plan_rewatches(now=evening - timedelta(hours=2))
    original = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{clone}" TEMPLATE "{original}"')
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)
    assert set(arrived(ledger).values()) == {1}

    connection.close()
    connection.settings_dict["NAME"] = clone
    planned = services.plan_rewatches(now=evening)
    sent = services.deliver_messages(now=evening)
    assert planned.closed == sent.closed
    assert "another database" in sent.closed
    assert services.confirm_instance(now=evening).learners == len(crowd)
    for minutes in range(0, 180, 20):
        services.plan_rewatches(now=evening + timedelta(minutes=minutes))
        services.deliver_messages(now=evening + timedelta(minutes=minutes))
    assert set(arrived(ledger).values()) == {1}

    # The next day they hear of it once more at most: the copy knows nothing of today.
    tomorrow = evening + timedelta(days=1)
    services.plan_rewatches(now=tomorrow)
    services.deliver_messages(now=tomorrow)
    assert set(arrived(ledger).values()) == {2}
    assert set(Counter(str(mail["Message-ID"]) for mail in ledger.received).values()) == {1}
    assert guard.standing().is_copy is False


def test_what_poisons_one_learner_costs_the_others_nothing(
    cohort: Cohort,
    join: Join,
    finish: Finish,
    video: Video,
    mail_server: MailServer,
    evening: datetime,
) -> None:
    people = [make_user(f"Learner {number}") for number in range(50)]
    for person in people:
        finish(join(person, cohort), video)
    # A zone that does not exist, and an address that no mail can be made for.
    User.objects.filter(pk=people[7].pk).update(time_zone="Mars/Olympus")
    User.objects.filter(pk=people[30].pk).update(email="a@" + "ü" * 80)

    planned = services.plan_rewatches(now=evening)
    sent = services.deliver_messages(now=evening)

    assert (planned.failed, len(planned.messages)) == (1, 49)
    assert (sent.outcomes, sent.later) == ({"sent": 48}, 1)
    assert OutboxMessage.objects.get().user_id == people[30].pk
    assert mails_logged() == {"sent": 48}
    call_command("reminders_audit")
