"""What operators hold: the switches, the guard against copies, the figures, and what the audit finds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from apps.cohorts.models import Membership
from apps.core.readiness import readiness
from apps.reminders import figures, services
from apps.reminders.checks import check_transport
from apps.reminders.models import Delivery, Engine, OutboxMessage, Rewatch, Wake
from apps.reminders.tests.conftest import FRIDAY, MailServer, wake_of


def another_table() -> None:
    """As if the database had been dumped and restored: its tables are new ones."""
    row = Engine.objects.get()
    row.instance["table"] = "1"
    row.save()


def test_planning_can_be_switched_off_and_goes_on_where_it_was(
    rewatch: Rewatch, evening: datetime
) -> None:
    services.switch_reminders(planning=False)
    off = services.plan_rewatches(now=evening)
    services.switch_reminders(planning=True)
    on = services.plan_rewatches(now=evening)

    assert (off.closed, off.messages) == ("planning is switched off", [])
    assert (on.closed, len(on.messages)) == ("", 1)


def test_sending_can_be_switched_off_while_planning_goes_on(
    rewatch: Rewatch, mail_server: MailServer, evening: datetime
) -> None:
    services.switch_reminders(delivery=False)
    services.plan_rewatches(now=evening)
    off = services.deliver_messages(now=evening)
    services.switch_reminders(delivery=True)
    on = services.deliver_messages(now=evening)

    assert (off.closed, off.outcomes) == ("sending is switched off", {})
    assert on.outcomes == {"sent": 1}


def test_a_switch_that_is_off_shows_in_readyz_and_on_the_command_line(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("reminders_switch", "delivery", "off")

    state = readiness(now=timezone.now(), only=["reminders"])

    assert capsys.readouterr().out == "planning: on\ndelivery: sending is switched off\n"
    assert state.parts == {"reminders": "sending is switched off"}
    with pytest.raises(CommandError, match="nothing is sent: sending is switched off"):
        call_command("reminders_deliver")


@pytest.mark.parametrize("sign", ["cluster", "timeline", "database", "table", "installation"])
def test_a_copy_of_the_database_neither_plans_nor_sends(
    rewatch: Rewatch, evening: datetime, sign: str
) -> None:
    services.plan_rewatches(now=evening - timedelta(hours=1))
    row = Engine.objects.get()
    row.instance[sign] = "elsewhere"
    row.save()

    planned = services.plan_rewatches(now=evening)
    sent = services.deliver_messages(now=evening)

    assert planned.closed.startswith("a copy (")
    assert planned.closed.endswith("waits for `manage.py reminders_confirm`")
    assert sent.closed == planned.closed
    assert not OutboxMessage.objects.exists()


def test_a_confirmed_copy_says_tomorrow_what_the_original_may_have_said_today(
    rewatch: Rewatch, mail_server: MailServer, membership: Membership, evening: datetime
) -> None:
    services.plan_rewatches(now=evening - timedelta(hours=1))
    another_table()

    done = services.confirm_instance(now=evening)
    services.plan_rewatches(now=evening)
    wake = wake_of(membership)

    assert (done.learners, done.messages, done.assumed) == (1, 0, 0)
    assert not OutboxMessage.objects.exists()
    assert wake.slot_on == FRIDAY + timedelta(days=1)
    assert wake.next_at is not None
    services.plan_rewatches(now=wake.next_at)
    assert services.deliver_messages(now=wake.next_at).outcomes == {"sent": 1}


def test_a_confirmed_copy_takes_back_what_waited_and_assumes_what_was_leaving(
    rewatch: Rewatch, mail_server: MailServer, membership: Membership, evening: datetime
) -> None:
    services.plan_rewatches(now=evening)
    another_table()
    services.confirm_instance(now=evening)
    log = Delivery.objects.get(channel="email")
    wake = wake_of(membership)
    rewatch.refresh_from_db()

    assert (log.outcome, log.settled_by, rewatch.rung) == ("expired", "operator", 0)
    assert wake.slot_on == FRIDAY + timedelta(days=1)

    assert wake.next_at is not None
    services.plan_rewatches(now=wake.next_at)
    OutboxMessage.objects.update(state="unknown", fenced_at=wake.next_at, rendered=b"x")
    another_table()
    done = services.confirm_instance(now=wake.next_at)
    assert (done.assumed, mail_server.received) == (1, [])


def test_the_command_confirms_a_copy_and_nothing_else(
    rewatch: Rewatch, capsys: pytest.CaptureFixture[str]
) -> None:
    services.plan_rewatches(now=datetime(2026, 11, 3, tzinfo=UTC))
    call_command("reminders_confirm")
    another_table()
    call_command("reminders_confirm")
    call_command("reminders_switch")

    nothing, confirmed, planning, delivery = capsys.readouterr().out.splitlines()
    assert nothing.endswith("nothing to confirm")
    assert confirmed.startswith("confirmed: ")
    assert (planning, delivery) == ("planning: on", "delivery: on")


def test_the_audit_is_content_with_a_well_kept_database(
    rewatch: Rewatch, evening: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    services.plan_rewatches(now=evening)

    call_command("reminders_audit")

    assert capsys.readouterr().out.endswith("all well\n")


def test_the_audit_finds_learners_whom_nobody_would_wake(
    rewatch: Rewatch, evening: datetime
) -> None:
    Wake.objects.update(next_at=None, slot_on=None)

    broken = {name for name, count in figures.audit(now=evening).items() if count}

    assert broken == {"forgotten_learners"}
    with pytest.raises(CommandError, match="an invariant is broken"):
        call_command("reminders_audit")


def test_the_audit_finds_a_slot_on_another_day_and_a_message_twice(
    rewatch: Rewatch, evening: datetime
) -> None:
    services.plan_rewatches(now=evening)
    message = OutboxMessage.objects.get()
    Delivery.objects.create(
        user=message.user,
        channel=message.channel,
        slot_on=message.slot_on,
        outcome="sent",
        planned_at=evening,
        settled_at=evening,
    )
    Wake.objects.update(slot_on=date(2026, 1, 1))

    broken = {name for name, count in figures.audit(now=evening).items() if count}

    assert broken == {"settled_and_waiting", "slots_on_another_day"}


def test_metrics_say_how_late_the_engine_is(
    rewatch: Rewatch, client: Client, evening: datetime
) -> None:
    services.plan_rewatches(now=evening)

    text = client.get("/metrics").content.decode()

    assert 'secondpass_reminders_outbox{state="ready"} 1.0' in text
    assert 'secondpass_reminders_closed{what="delivery"} 0.0' in text
    assert 'secondpass_reminders_audit_broken{invariant="forgotten_learners"} 0.0' in text


def test_metrics_are_there_for_this_machine_and_for_the_token_only(
    db: None, client: Client, settings: Settings
) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 404
    settings.METRICS_TOKEN = "long-and-random"
    assert client.get("/metrics").status_code == 404
    with_token = {"Authorization": "Bearer long-and-random"}
    assert client.get("/metrics", headers=with_token, REMOTE_ADDR="10.1.2.3").status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pigeon",
        "no.such.class",
        "builtins.dict",
        "key:X-Key",
        "key:X-Key:0",
        "key::24",
        "postfix:",
        "blind:x",
    ],
)
def test_a_transport_that_does_not_exist_stops_the_start(text: str, settings: Settings) -> None:
    settings.REMINDER_TRANSPORT = text

    assert [error.id for error in check_transport(None)] == ["reminders.E002"]
