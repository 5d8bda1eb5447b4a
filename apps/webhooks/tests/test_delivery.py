"""From what happens in a cohort to a real server: written in its transaction, signed, sent, tried again, given up."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import transaction
from jsonschema import Draft202012Validator
from pytest_django import DjangoAssertNumQueries, Settings
from standardwebhooks import Webhook as Verifier

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Event, Letter, Membership
from apps.cohorts.services import create_invitation, post_letters
from apps.curriculum.models import Video
from apps.overview.services import join_by_invitation, leave_cohort
from apps.progress.models import Viewing
from apps.progress.services import open_viewing
from apps.reminders.services import finish_pass
from apps.reminders.telling import tell_of_due
from apps.webhooks.api.payloads import payload_schema
from apps.webhooks.delivery import AT_ONCE, PAUSES, deliver_messages, forget_messages
from apps.webhooks.models import Attempt, Kind, Message, Webhook
from apps.webhooks.services import (
    WebhookIsOff,
    make_webhook,
    send_again,
    send_test,
    switch_webhook,
)
from apps.webhooks.tests.receiver import Receiver, receiving, say

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def this_machine_is_allowed(settings: Settings) -> None:
    settings.WEBHOOKS_ALLOW_HTTP = True
    settings.WEBHOOKS_ALLOWED_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def webhook(cohort: Cohort, instructor: User, receiver: Receiver, now: datetime) -> Webhook:
    return make_webhook(cohort=cohort, url=receiver.url, kinds=Kind.values, by=instructor, now=now)


def deliver(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        # The clock stands still: one round is all there is.
        return deliver_messages(seconds=30)


def told(receiver: Receiver) -> list[dict[str, Any]]:
    documents = [json.loads(body) for body in receiver.bodies]
    for document in documents:
        Draft202012Validator(
            payload_schema(document["type"]),
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        ).validate(document)
    return documents


def first_pass(membership: Membership, video: Video, at: datetime) -> Viewing:
    viewing = open_viewing(membership=membership, video=video, number=1, now=at)
    viewing.membership, viewing.video = membership, video
    return finish_pass(viewing=viewing, now=at, self_reported=True).viewing


def test_what_happens_arrives_signed(
    webhook: Webhook, receiver: Receiver, membership: Membership, video: Video, now: datetime
) -> None:
    viewing = first_pass(membership, video, now)

    assert deliver(now) == 1

    (document,) = told(receiver)
    assert document == {
        "type": "viewing.completed",
        "timestamp": "2026-11-02T12:00:00Z",
        "data": {
            "cohort": "autumn",
            "membership": str(membership.pk),
            "role": "learner",
            "person": {"id": str(membership.user_id), "name": "Nadia Kowalska"},
            "video": "first",
            "viewing": {
                "id": str(viewing.pk),
                "number": 1,
                "opened_at": "2026-11-02T12:00:00Z",
                "completed_at": "2026-11-02T12:00:00Z",
                "evidence": "self_reported",
                "active_seconds": 0,
            },
        },
    }
    with time_machine.travel(now, tick=False):
        Verifier(webhook.secret).verify(receiver.bodies[0], receiver.headers[0])
    assert deliver(now + DAY) == 0
    assert Message.objects.get().state == "sent"


def test_another_secret_or_another_body_does_not_verify(
    webhook: Webhook, receiver: Receiver, now: datetime
) -> None:
    send_test(webhook=webhook, now=now)
    deliver(now)
    (body,), (headers,) = receiver.bodies, receiver.headers

    with time_machine.travel(now, tick=False):
        for secret, changed in (("whsec_" + "A" * 32, body), (webhook.secret, body + b" ")):
            with pytest.raises(Exception, match="signature"):
                Verifier(secret).verify(changed, headers)


def test_coming_and_going_are_told_once(
    webhook: Webhook,
    receiver: Receiver,
    cohort: Cohort,
    instructor: User,
    stranger: User,
    now: datetime,
) -> None:
    invitation = create_invitation(cohort=cohort, user=instructor, now=now)

    joined = join_by_invitation(user=stranger, code=invitation.code, now=now)
    join_by_invitation(user=stranger, code=invitation.code, now=now + HOUR)
    leave_cohort(membership=joined, now=now + DAY)
    leave_cohort(membership=joined, now=now + 2 * DAY)
    deliver(now + 2 * DAY)

    assert sorted(each["type"] for each in told(receiver)) == ["member.joined", "member.left"]


def test_a_rewatch_that_is_due_is_told_once_when_its_day_begins(
    webhook: Webhook, receiver: Receiver, membership: Membership, video: Video, now: datetime
) -> None:
    first_pass(membership, video, now)
    rewatch = membership.rewatches.get()
    # Warsaw is an hour ahead of UTC.
    begins = datetime.fromisoformat(f"{rewatch.due_on}T00:00:00+01:00")

    looked = [tell_of_due(now=begins + delta) for delta in (-SECOND, 0 * SECOND, SECOND, DAY)]
    deliver(begins)

    assert looked == [0, 1, 0, 0]
    (due,) = [each for each in told(receiver) if each["type"] == "rewatch.due"]
    assert due["data"]["rewatch"]["due_on"] == rewatch.due_on.isoformat()


def test_a_kept_rewatch_is_told(
    webhook: Webhook, receiver: Receiver, membership: Membership, video: Video, now: datetime
) -> None:
    first_pass(membership, video, now)
    second = Viewing.objects.create(
        membership=membership,
        video=video,
        number=2,
        opened_at=now + DAY,
        coverage=[[0, video.duration_ms]],
        covered_ms=video.duration_ms,
        note_count=1,
    )
    second.membership, second.video = membership, video
    finish_pass(viewing=second, now=now + 2 * DAY)
    deliver(now + 2 * DAY)

    # They are sent side by side, so in any order.
    assert sorted(each["type"] for each in told(receiver)) == [
        "rewatch.kept",
        "viewing.completed",
        "viewing.completed",
    ]


def test_what_was_undone_is_not_told(
    webhook: Webhook, receiver: Receiver, membership: Membership, video: Video, now: datetime
) -> None:
    with transaction.atomic():
        first_pass(membership, video, now)
        assert Message.objects.exists()
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_only_what_was_asked_for_is_told_and_only_of_this_cohort(
    webhook: Webhook, membership: Membership, video: Video, other_cohort: Cohort, now: datetime
) -> None:
    Webhook.objects.update(kinds=["member.joined"])
    Webhook.objects.create(
        cohort=other_cohort, url="https://x.example/", kinds=["viewing.completed"], made_at=now
    )

    first_pass(membership, video, now)

    assert not Message.objects.exists()


def test_where_nobody_wants_to_know_it_costs_one_statement(
    cohort: Cohort, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        tell_of_due(now=now)


def test_what_does_not_arrive_is_tried_again_as_the_schedule_says(
    webhook: Webhook, receiver: Receiver, now: datetime
) -> None:
    receiver.answers[:] = [say(500, b"oh")]
    send_test(webhook=webhook, now=now)
    at, pauses = now, []
    for _ in range(len(PAUSES) + 1):
        deliver(at - SECOND)
        deliver(at)
        message = Message.objects.get()
        pauses.append(message.next_at - at)
        at = message.next_at

    assert len(receiver.bodies) == len(PAUSES) + 1
    for pause, expected in zip(pauses, PAUSES, strict=False):
        assert expected <= pause <= 1.1 * expected
    assert Message.objects.get().state == "failed"
    assert deliver(at + 30 * DAY) == 0
    # Every try under the same id, each with its own time.
    assert len({each["webhook-id"] for each in receiver.headers}) == 1
    assert len({each["webhook-timestamp"] for each in receiver.headers}) == len(PAUSES) + 1
    assert list(Attempt.objects.values_list("status", "answer").distinct()) == [(500, "oh")]


def test_a_server_that_asks_for_patience_gets_it(
    webhook: Webhook, receiver: Receiver, now: datetime
) -> None:
    receiver.answers[:] = [say(429, Retry_After="3600")]
    send_test(webhook=webhook, now=now)

    deliver(now)

    assert Message.objects.get().next_at == now + HOUR


def test_gone_for_good_is_switched_off_with_a_word_to_the_instructors(
    webhook: Webhook, receiver: Receiver, instructor: User, now: datetime
) -> None:
    receiver.answers[:] = [say(410)]
    send_test(webhook=webhook, now=now)

    deliver(now)

    webhook.refresh_from_db()
    assert (webhook.disabled_at, webhook.disabled_for) == (now, "gone")
    letter = Letter.objects.get()
    assert (letter.kind, letter.user) == ("webhook_off", instructor)
    assert Event.objects.filter(kind="webhook_changed", actor=None).count() == 1
    with pytest.raises(WebhookIsOff):
        send_test(webhook=webhook, now=now)


def test_after_five_days_of_failing_it_is_switched_off_and_goes_on_by_hand(
    webhook: Webhook, receiver: Receiver, instructor: User, now: datetime
) -> None:
    receiver.answers[:] = [say(503)]
    send_test(webhook=webhook, now=now)
    deliver(now)
    send_test(webhook=webhook, now=now + 5 * DAY)
    deliver(now + 5 * DAY - SECOND)
    webhook.refresh_from_db()
    assert webhook.disabled_at is None

    deliver(now + 5 * DAY)

    webhook.refresh_from_db()
    assert webhook.disabled_for == "failing"
    receiver.answers[:] = [say(204)]
    switch_webhook(webhook=webhook, is_on=True, by=instructor, now=now + 6 * DAY)
    assert deliver(now + 7 * DAY) == 2
    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_one_that_arrives_ends_the_failing(
    webhook: Webhook, receiver: Receiver, now: datetime
) -> None:
    receiver.answers[:] = [say(500), say(200)]
    send_test(webhook=webhook, now=now)

    deliver(now)
    webhook.refresh_from_db()
    assert webhook.failing_since == now
    deliver(now + HOUR)

    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_sent_again_by_hand_it_is_the_same_message(
    webhook: Webhook, receiver: Receiver, now: datetime
) -> None:
    send_test(webhook=webhook, now=now)
    deliver(now)

    send_again(message=Message.objects.get(), now=now + HOUR)
    deliver(now + HOUR)

    assert receiver.bodies[0] == receiver.bodies[1]
    assert receiver.headers[0]["webhook-id"] == receiver.headers[1]["webhook-id"]
    assert list(Attempt.objects.order_by("at").values_list("is_again", flat=True)) == [False, True]


def one_round(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """The time is up after the first."""
    moments = SimpleNamespace(monotonic=iter([0.0, 0.0, 1.0]).__next__)
    monkeypatch.setattr("apps.webhooks.delivery.time", moments)
    with time_machine.travel(at, tick=False):
        deliver_messages(seconds=1)


def test_a_webhook_that_fails_does_not_keep_another_waiting(
    webhook: Webhook,
    receiver: Receiver,
    cohort: Cohort,
    instructor: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(40):
        send_test(webhook=webhook, now=now - HOUR)
    Webhook.objects.update(failing_since=now - HOUR)
    receiver.answers[:] = [say(500)]
    with receiving() as healthy:
        other = make_webhook(
            cohort=cohort, url=healthy.url, kinds=["member.left"], by=instructor, now=now
        )
        send_test(webhook=other, now=now)
        one_round(monkeypatch, now)

    assert len(healthy.bodies) == 1


def test_many_that_fail_fill_no_round_while_another_waits(
    receiver: Receiver, cohort: Cohort, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers[:] = [say(500)]
    failing = Webhook.objects.bulk_create(
        Webhook(cohort=cohort, url=receiver.url, kinds=[], made_at=now, failing_since=now - HOUR)
        for _ in range(AT_ONCE)
    )
    for each in failing:
        send_test(webhook=each, now=now - HOUR)
    with receiving() as healthy:
        other = Webhook.objects.create(cohort=cohort, url=healthy.url, kinds=[], made_at=now)
        send_test(webhook=other, now=now)
        one_round(monkeypatch, now)

    assert len(healthy.bodies) == 1


def test_a_message_that_somebody_sends_is_not_sent_by_another(
    webhook: Webhook, receiver: Receiver, now: datetime
) -> None:
    send_test(webhook=webhook, now=now)
    # A lease goes by PostgreSQL's own clock.
    Message.objects.update(
        lease="00000000-0000-0000-0000-000000000001", lease_until="9999-01-01T00:00Z"
    )
    assert deliver(now) == 0
    Message.objects.update(lease_until="2000-01-01T00:00Z")

    assert deliver(now) == 1
    assert len(receiver.bodies) == 1


def test_neither_secret_nor_address_is_in_a_log(
    webhook: Webhook, receiver: Receiver, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers[:] = [say(500, b"said")]
    send_test(webhook=webhook, now=now)

    with caplog.at_level(logging.DEBUG):
        deliver(now)

    assert "did not arrive: 500" in caplog.text
    for private in (webhook.secret, webhook.secret[6:], receiver.url, "of=school", "said"):
        assert private not in caplog.text


def test_old_messages_are_forgotten_and_waiting_ones_are_not(
    webhook: Webhook, receiver: Receiver, now: datetime
) -> None:
    send_test(webhook=webhook, now=now)
    deliver(now)
    send_test(webhook=webhook, now=now)

    assert forget_messages(now=now + 30 * DAY) == 0
    assert forget_messages(now=now + 31 * DAY) == 1
    assert Message.objects.get().state == "waiting"


def test_the_letter_speaks_the_reader_s_language(
    webhook: Webhook,
    receiver: Receiver,
    instructor: User,
    now: datetime,
    mailoutbox: list[EmailMessage],
) -> None:
    instructor.language = "ru"
    instructor.save()
    receiver.answers[:] = [say(410)]
    send_test(webhook=webhook, now=now)
    deliver(now)

    post_letters(now=now, rate=10, most=10, refused=lambda _addresses: ())

    (mail,) = mailoutbox
    assert "Вебхук" in mail.subject
    assert "/teach/autumn/settings/webhooks/" in str(mail.body)
