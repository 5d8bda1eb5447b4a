"""Why a learner did or did not get a message: every sentence, out of records that the engine itself made."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join
from apps.curriculum.models import Video
from apps.reminders import services, signing
from apps.reminders.findings import Code, Finding, Why
from apps.reminders.models import Delivery, Engine, OutboxMessage, Rewatch, Suppression, Wake
from apps.reminders.services.endings import rest_after
from apps.reminders.steps import Step
from apps.reminders.tests.conftest import (
    FRIDAY,
    Finish,
    MailServer,
    forget_senders,
    kill_at,
    second_pass,
    wake_of,
)
from apps.reminders.why import why
from apps.reminders.why_words import SENTENCES, sentence

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ABOUT = "about 19:00, Europe/Warsaw"
Says = Callable[..., list[str]]


@pytest.fixture
def says(learner: User) -> Says:
    """What is said about the learner at a moment: `says(moment, "stands")`, or "log", or "next"."""

    def said(
        now: datetime, part: str = "stands", membership: Membership | None = None
    ) -> list[str]:
        answer = why(user=User.objects.get(pk=learner.pk), now=now, membership=membership)
        found = getattr(answer, part)
        findings = (found,) if isinstance(found, Finding) else found
        with timezone.override("Europe/Warsaw"):
            return [sentence(finding, answer) for finding in findings]

    return said


def test_nobody_who_owes_nothing_is_written_to(learner: User, says: Says) -> None:
    assert says(MONDAY) == ["No rewatch is open: nothing waits for its second pass."]
    assert says(MONDAY, "next") == ["No message is planned."]
    assert says(MONDAY, "log") == []


def test_before_its_day_nothing_is_due(rewatch: Rewatch, says: Says) -> None:
    assert says(MONDAY) == ["Nothing is due yet; the next rewatch is due 6 November."]
    assert says(MONDAY, "next") == [
        "The next message comes 6 November at about 19:00 (Europe/Warsaw), about 1 rewatch."
    ]


def test_on_its_day_the_hour_is_what_stands_in_the_way(rewatch: Rewatch, says: Says) -> None:
    at_noon = datetime(2026, 11, 6, 11, tzinfo=UTC)

    assert says(at_noon) == [f"The learner's hour has not come yet: {ABOUT}."]
    assert says(at_noon + 7.3 * HOUR) == [
        "Nothing stands in the way: the message is written within a minute."
    ]
    assert says(at_noon + 10.5 * HOUR) == [f"The learner's hour is over for today: {ABOUT}."]


def test_a_bonus_video_is_only_offered(
    membership: Membership, bonus_video: Video, finish: Finish, says: Says
) -> None:
    finish(membership, bonus_video)

    assert says(MONDAY + 20 * DAY) == [
        "Only bonus videos wait for their second pass: offered, not owed, and never reminded of."
    ]


def test_what_was_sent_is_said_with_its_moment_and_channels(
    rewatch: Rewatch, mail_server: MailServer, evening: datetime, says: Says
) -> None:
    services.plan_rewatches(now=evening)
    assert says(evening)[:2] == [
        "A mail about 1 rewatch is on its way to the mail server.",
        "1 due rewatch was reminded of already; the ladder speaks of it again from 10 November.",
    ]
    services.deliver_messages(now=evening)

    assert says(evening + HOUR, "log") == [
        "Sent today at 19:15, e-mail and in the app: about 1 rewatch."
    ]
    assert says(evening + DAY, "log")[0].startswith("Sent yesterday at 19:15")
    assert says(evening + HOUR) == [
        "1 due rewatch was reminded of already; the ladder speaks of it again from 10 November.",
        "Today's one message has been written already.",
    ]


def test_after_the_ladder_nothing_more_is_said(
    rewatch: Rewatch, evening: datetime, says: Says
) -> None:
    for days in (0, 4, 12, 26):
        services.plan_rewatches(now=evening + days * DAY)

    assert says(evening + 40 * DAY)[-1] == "1 due rewatch has had all reminders of its ladder."
    assert says(evening + 40 * DAY, "next") == ["No message is planned."]


@pytest.mark.parametrize(
    ("until", "sentence_"),
    [
        (None, "The learner has paused their reminders until they resume them."),
        (date(2026, 12, 1), "The learner has paused their reminders; they begin again 1 December."),
    ],
)
def test_a_pause_is_said(
    rewatch: Rewatch,
    learner: User,
    evening: datetime,
    says: Says,
    until: date | None,
    sentence_: str,
) -> None:
    services.pause_reminders(user=learner, until=until, now=MONDAY)

    assert says(evening) == [sentence_]


def test_quiet_days_and_the_cap_of_the_week_are_said(
    rewatch: Rewatch, learner: User, evening: datetime, says: Says
) -> None:
    services.change_reminder_settings(user=learner, now=MONDAY, quiet_days=[4])
    assert says(evening) == ["Today is a quiet day of the learner's choice."]

    services.change_reminder_settings(user=learner, now=MONDAY, quiet_days=[])
    Wake.objects.update(week_on=date(2026, 11, 2), week_used=4)
    assert says(evening) == ["The cap is reached: this week's 4 messages are used."]


def test_channels_that_are_off_are_said(
    rewatch: Rewatch, learner: User, evening: datetime, says: Says
) -> None:
    services.unsubscribe(user=learner, now=MONDAY)
    assert says(evening)[0] == "The learner unsubscribed from mails (2 November)."

    services.change_reminder_settings(user=learner, now=MONDAY, channels=[])
    assert says(evening)[:3] == [
        "E-mail is switched off in the learner's settings.",
        "Messages in the app are switched off in the learner's settings.",
        "No channel is left, so no message can come.",
    ]


def test_an_address_that_bounced_is_said_and_so_is_the_mail(
    rewatch: Rewatch, mail_server: MailServer, evening: datetime, says: Says
) -> None:
    mail_server.rcpt_answers = ["550 5.1.1 no such user"]
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)

    assert says(evening)[0] == (
        "Mails to the learner's address came back (today at 19:15): none is sent there until it is changed or believed"
        " again."
    )
    assert says(evening, "log") == [
        "Sent today at 19:15, in the app: about 1 rewatch.",
        "The mail of today came back: there is no such address.",
    ]


def test_the_operators_switches_and_a_copy_are_said(
    rewatch: Rewatch, evening: datetime, says: Says
) -> None:
    services.switch_reminders(planning=False, delivery=False)
    assert says(evening) == [
        "The operator has switched off the planning of messages, for everybody.",
        "The operator has switched off the sending of mails, for everybody.",
    ]
    row = Engine.objects.get()
    row.instance["table"] = "1"
    row.save()
    assert says(evening) == [
        "This installation may be a copy of another: it writes to nobody until the operator confirms it."
    ]


def test_a_closed_account_and_a_broken_row_are_said(
    rewatch: Rewatch, learner: User, evening: datetime, says: Says
) -> None:
    Wake.objects.update(plan_errors=2)
    User.objects.filter(pk=learner.pk).update(is_active=False)

    assert says(evening) == [
        "The account is closed.",
        "The planner failed on this learner 2 times; it tries again every hour.",
    ]
    assert says(evening, "next") == ["No message is planned."]


def test_a_mail_that_is_put_off_is_said(
    rewatch: Rewatch, mail_server: MailServer, evening: datetime, says: Says
) -> None:
    mail_server.rcpt_answers = ["451 4.7.1 come back later"]
    services.plan_rewatches(now=evening)
    services.deliver_messages(now=evening)

    assert says(evening)[0] == (
        "The mail server did not take the mail at 1 try; the next one: today at 19:15."
    )
    message = OutboxMessage.objects.get()
    assert message.not_before == evening + rest_after(1, spread=message.key.int)


def test_a_mail_whose_answer_got_lost_is_said(
    rewatch: Rewatch, mail_server: MailServer, evening: datetime, says: Says
) -> None:
    services.plan_rewatches(now=evening)
    kill_at(Step.ANSWERED, evening)
    OutboxMessage.objects.update(fenced_at=evening)

    assert says(evening)[0] == (
        "A mail was handed over (today at 19:15), but no answer came; whether it arrived is being found out."
    )


def test_a_mail_whose_slot_ran_out_is_said(
    rewatch: Rewatch, mail_server: MailServer, evening: datetime, says: Says
) -> None:
    services.plan_rewatches(now=evening)
    forget_senders()
    services.deliver_messages(now=evening + 4 * HOUR)

    assert says(evening + 4 * HOUR, "log")[0] == (
        "The mail of today could not go out in its three hours; what it was about comes in a later one."
    )
    assert says(evening + 4 * HOUR, "next")[0].startswith(
        "The next message comes tomorrow at about"
    )


@pytest.mark.parametrize(
    ("act", "why_not"),
    [
        ("done", "its rewatches were done or moved before"),
        ("paused", "the learner paused before"),
        ("unsubscribed", "the learner unsubscribed before"),
        ("closed", "the account was closed before"),
    ],
)
def test_a_mail_that_was_not_wanted_any_more_is_said(
    rewatch: Rewatch, learner: User, evening: datetime, says: Says, act: str, why_not: str
) -> None:
    services.plan_rewatches(now=evening)
    if act == "done":
        viewing = second_pass(rewatch.membership, rewatch.video, evening)
        services.finish_pass(viewing=viewing, now=evening, self_reported=True)
    elif act == "paused":
        services.pause_reminders(user=learner, until=None, now=evening)
    elif act == "unsubscribed":
        services.unsubscribe(user=learner, now=evening)
    else:
        User.objects.filter(pk=learner.pk).update(is_active=False)
    services.deliver_messages(now=evening)

    assert f"The mail of today was not sent: {why_not}." in says(evening, "log")


@pytest.mark.parametrize(
    ("outcome", "settled_by", "said"),
    [
        ("failed", "answer", "was not sent: it was refused, and not because of the address."),
        ("sent", "assumed", "was handed to the mail server; whether it arrived, nobody can say."),
    ],
)
def test_a_refusal_and_a_doubt_are_said(
    rewatch: Rewatch,
    learner: User,
    evening: datetime,
    says: Says,
    outcome: str,
    settled_by: str,
    said: str,
) -> None:
    Delivery.objects.create(
        user=learner, channel="email", slot_on=FRIDAY, rewatches=[rewatch.pk], outcome=outcome,
        planned_at=evening, settled_at=evening, settled_by=settled_by,
    )  # fmt: skip

    assert says(evening, "log") == [f"The mail of today {said}"]


def test_who_asks_about_one_cohort_learns_nothing_of_another(
    rewatch: Rewatch,
    learner: User,
    membership: Membership,
    other_cohort: Cohort,
    join: Join,
    coding_video: Video,
    finish: Finish,
    evening: datetime,
    says: Says,
) -> None:
    other = join(learner, other_cohort)
    finish(other, coding_video, at=MONDAY - 3 * DAY)
    services.plan_rewatches(now=evening - 3 * DAY)

    assert len(says(evening, "log")) == 1
    assert says(evening, "log", membership) == []
    assert says(evening - 2 * DAY, "next", membership)[0].endswith("about 1 rewatch.")
    assert says(evening - 2 * DAY, "stands", membership) == [
        "Nothing is due yet; the next rewatch is due 6 November."
    ]


def test_every_code_has_a_sentence_in_both_languages() -> None:
    assert set(SENTENCES) == set(Code)
    answer = Why(now=MONDAY, today=MONDAY.date(), next=Finding(Code.NO_NEXT), stands=(), log=())
    for code in Code:
        finding = Finding(
            code, on=FRIDAY, at=MONDAY, count=2, hour=19, zone="Europe/Warsaw", channels=("email",)
        )
        with translation.override("en"):
            english = sentence(finding, answer)
        with translation.override("ru"):
            russian = sentence(finding, answer)
        assert english.endswith(".")
        assert russian.endswith(".")
        assert russian != english


def test_an_operator_reads_the_servers_words_too(
    rewatch: Rewatch,
    learner: User,
    evening: datetime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Suppression.objects.create(
        address_hash=signing.address_hash(learner.email), reason="550 no such user", since=MONDAY
    )

    call_command("reminders_why", learner.email, now=evening)

    said = capsys.readouterr().out
    assert "[550 no such user]" in said
    assert "The next message comes today at about 19:00" in said
    assert wake_of(rewatch.membership).user == learner


def test_the_admin_says_it_beside_the_learners_wishes(
    rewatch: Rewatch, admin_client: Client, learner: User
) -> None:
    services.unsubscribe(user=learner, now=MONDAY)
    page = admin_client.get(f"/admin/reminders/wake/{wake_of(rewatch.membership).pk}/change/")

    assert "The learner unsubscribed from mails" in page.content.decode()
