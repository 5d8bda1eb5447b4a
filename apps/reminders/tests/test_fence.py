"""The fence in the middle of the SMTP dialogue, and what follows a sender that was lost behind it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.reminders import services, steps
from apps.reminders.models import Delivery, OutboxMessage, Rewatch, Wake
from apps.reminders.statements import sending
from apps.reminders.steps import Step
from apps.reminders.tests.conftest import (
    Finish,
    MailServer,
    forget_senders,
    kill_at,
    mail_log,
    second_pass,
    text_of,
)
from apps.reminders.transports.evidence import stored_name

MINUTE = timedelta(minutes=1)


def at_step(step: Step, act: Callable[[], object]) -> None:
    """Do this once, when a sender is at this step."""

    def watcher(at: Step) -> None:
        if at is step:
            steps.watch(None)
            act()

    steps.watch(watcher)


@pytest.mark.parametrize("step", [Step.RENDERED, Step.ENVELOPE, Step.DATA, Step.FENCE_WRITTEN])
def test_a_sender_lost_before_the_fence_costs_its_lease_and_nothing_else(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime, step: Step
) -> None:
    kill_at(step, evening)
    forget_senders()
    report = services.deliver_messages(now=evening + MINUTE)

    assert report.outcomes == {"sent": 1}
    assert len(mail_server.received) == 1
    assert mail_log().settled_by == "answer"


@pytest.mark.parametrize(
    ("step", "arrived"), [(Step.FENCED, 0), (Step.BODY_OUT, 1), (Step.ANSWERED, 1)]
)
def test_behind_the_fence_the_folder_of_the_sink_decides(
    planned: OutboxMessage,
    mail_server: MailServer,
    evening: datetime,
    settings: Settings,
    tmp_path: Path,
    step: Step,
    arrived: int,
) -> None:
    settings.REMINDER_TRANSPORT = f"sink:{tmp_path}"
    kill_at(step, evening)
    while_fenced = services.deliver_messages(now=evening + MINUTE)
    assert (while_fenced.outcomes, OutboxMessage.objects.get().state) == ({}, "fenced")
    mail_server.wait_for(arrived)
    if arrived:
        (tmp_path / f"x-1-{stored_name(planned.message_id)}.eml").touch()
    forget_senders()
    services.deliver_messages(now=evening + 2 * MINUTE)

    assert len(mail_server.received) == 1
    assert mail_log().settled_by == ("ledger" if arrived else "answer")


def test_without_an_answer_of_the_evidence_nothing_is_sent_again(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime, settings: Settings
) -> None:
    settings.REMINDER_TRANSPORT = "postfix:/nowhere/mail.log"
    kill_at(Step.FENCED, evening)
    OutboxMessage.objects.update(
        lease_until=datetime(2000, 1, 1, tzinfo=UTC),
        fenced_at=datetime.now(UTC) - timedelta(hours=5),
    )
    services.deliver_messages(now=evening + MINUTE)

    assert OutboxMessage.objects.get().state == "unknown"
    assert mail_server.received == []


@pytest.mark.parametrize(("step", "copies"), [(Step.FENCED, 1), (Step.ANSWERED, 5)])
def test_a_blind_server_gets_the_same_bytes_until_somebody_hears_its_answer(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime, step: Step, copies: int
) -> None:
    for turn in range(4):
        kill_at(step, evening + turn * MINUTE)
        forget_senders()
    services.deliver_messages(now=evening + 5 * MINUTE)

    assert len(mail_server.received) == copies
    assert len(set(mail_server.raw)) == 1
    assert (mail_log().outcome, mail_log().settled_by) == ("sent", "answer")


def test_what_a_blind_server_never_answered_for_comes_the_next_day_within_the_weeks_cap(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime
) -> None:
    kill_at(Step.ANSWERED, evening)
    forget_senders()
    services.deliver_messages(now=evening + timedelta(hours=4))

    assert (mail_log().outcome, len(mail_server.received)) == ("expired", 1)
    assert "may have arrived" in mail_log().detail
    assert Rewatch.objects.get().remind_on == planned.slot_on + timedelta(days=1)
    assert Wake.objects.get().week_used == 1


def test_a_key_goes_along_and_makes_repeating_harmless(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime, settings: Settings
) -> None:
    settings.REMINDER_TRANSPORT = "key:X-Idempotency-Key:24"
    kill_at(Step.ANSWERED, evening)
    OutboxMessage.objects.update(
        lease_until=datetime(2000, 1, 1, tzinfo=UTC),
        fenced_at=datetime.now(UTC) - timedelta(hours=1),
    )
    services.deliver_messages(now=evening + 3 * MINUTE)

    assert [mail["X-Idempotency-Key"] for mail in mail_server.received] == [planned.key.hex] * 2
    assert mail_server.raw[0] == mail_server.raw[1]


def test_what_is_kept_while_the_server_waits_for_the_body_is_not_reminded_of(
    planned: OutboxMessage,
    mail_server: MailServer,
    membership: Membership,
    video: Video,
    evening: datetime,
) -> None:
    viewing = second_pass(membership, video, evening)
    at_step(
        Step.DATA,
        lambda: services.finish_pass(viewing=viewing, now=evening, self_reported=True),
    )

    services.deliver_messages(now=evening)

    assert mail_server.received == []
    assert (mail_log().outcome, mail_log().detail) == ("superseded", "all done")


def test_what_is_partly_kept_meanwhile_is_rendered_anew(
    rewatch: Rewatch,
    finish: Finish,
    membership: Membership,
    video: Video,
    coding_video: Video,
    mail_server: MailServer,
    evening: datetime,
) -> None:
    finish(membership, coding_video)
    services.plan_rewatches(now=evening)
    viewing = second_pass(membership, video, evening)
    at_step(
        Step.DATA,
        lambda: services.finish_pass(viewing=viewing, now=evening, self_reported=True),
    )

    services.deliver_messages(now=evening)
    services.deliver_messages(now=evening)

    assert len(mail_server.received) == 1
    assert "First (" not in text_of(mail_server.received[0])


def test_a_new_address_chosen_meanwhile_gets_the_mail(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime
) -> None:
    at_step(Step.DATA, lambda: User.objects.update(email="new@example.org"))

    services.deliver_messages(now=evening)
    services.deliver_messages(now=evening)

    assert [mail["To"] for mail in mail_server.received] == ["new@example.org"]


def test_a_sender_whose_lease_was_taken_over_lets_nothing_out(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime
) -> None:
    def taken_over() -> None:
        forget_senders()
        sending.claim_messages(now=evening, token=uuid4(), limit=20, only_to=None)

    at_step(Step.DATA, taken_over)

    report = services.deliver_messages(now=evening)

    assert (mail_server.received, report.outcomes) == ([], {})
    assert OutboxMessage.objects.get().state == "leased"


def test_a_fence_that_breaks_lets_nothing_out_and_leaves_no_doubt(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime
) -> None:
    def broken() -> None:
        raise RuntimeError

    at_step(Step.FENCE_WRITTEN, broken)
    with pytest.raises(RuntimeError):
        services.deliver_messages(now=evening)

    assert OutboxMessage.objects.get().state == "ready"
    assert services.deliver_messages(now=evening).outcomes == {"sent": 1}
    assert len(mail_server.received) == 1


def test_the_mark_travels_with_the_next_fence_and_the_last_one_by_itself(
    planned: OutboxMessage, mail_server: MailServer, evening: datetime, settings: Settings
) -> None:
    settings.REMINDER_TRANSPORT = "key:X-Key:24"
    services.deliver_messages(now=evening)

    log = Delivery.objects.get(channel="email")
    assert (log.outcome, log.settled_by, log.fenced_at is not None) == ("sent", "answer", True)
