"""A nudge by hand: it speaks through the engine, under every cap and wish, or says what forbids it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Event, Membership
from apps.conftest import Join
from apps.curriculum.models import Video
from apps.reminders import services
from apps.reminders.errors import NudgeRefused
from apps.reminders.models import OutboxMessage, Rewatch, Wake
from apps.reminders.tests.conftest import FRIDAY, Finish, MailServer, text_of, wake_of
from apps.reminders.why import why
from apps.reminders.why_words import sentence

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Nudge = Callable[[datetime], services.Nudged]


@pytest.fixture
def nudge(membership: Membership, instructor: User) -> Nudge:
    """The instructor nudges the learner at a moment."""

    def nudged(now: datetime) -> services.Nudged:
        return services.nudge(membership=membership, by=instructor, now=now)

    return nudged


@pytest.fixture
def reminded(rewatch: Rewatch, evening: datetime) -> Rewatch:
    """On Friday evening its first reminder was written; the next one is planned for Tuesday."""
    services.plan_rewatches(now=evening)
    rewatch.refresh_from_db()
    return rewatch


def refusal(nudge: Nudge, now: datetime) -> str:
    with pytest.raises(NudgeRefused) as refused:
        nudge(now)
    return str(refused.value.detail)


def test_a_nudge_comes_at_the_learners_own_hour_and_takes_the_next_rung(
    reminded: Rewatch, nudge: Nudge, mail_server: MailServer, evening: datetime
) -> None:
    services.deliver_messages(now=evening)
    done = nudge(evening + 14 * HOUR)  # Saturday morning

    assert done.rewatches == 1
    assert done.comes == (
        "The next message comes today at about 19:00 (Europe/Warsaw), about 1 rewatch."
    )
    assert services.plan_rewatches(now=evening + 20 * HOUR).messages == []
    services.plan_rewatches(now=evening + DAY)
    services.deliver_messages(now=evening + DAY)
    assert len(mail_server.received) == 2
    assert "First" in text_of(mail_server.received[1])
    reminded.refresh_from_db()
    # The ladder goes on from here by its own distances: 8 to 16 days.
    assert (reminded.rung, reminded.remind_on) == (2, date(2026, 11, 15))
    assert reminded.due_on == FRIDAY


def test_after_the_ladder_a_nudge_speaks_once_more_and_only_once(
    reminded: Rewatch, nudge: Nudge, evening: datetime
) -> None:
    for days in (4, 12, 26):
        services.plan_rewatches(now=evening + days * DAY)
    late = evening + 40 * DAY
    assert nudge(late - HOUR).rewatches == 1
    assert len(services.plan_rewatches(now=late).messages) == 1
    for days in range(41, 60):
        assert services.plan_rewatches(now=evening + days * DAY).messages == []


def test_after_the_hour_or_on_a_quiet_day_it_waits_for_the_next_allowed_one(
    reminded: Rewatch, nudge: Nudge, learner: User, evening: datetime
) -> None:
    services.change_reminder_settings(user=learner, now=evening, quiet_days=[5, 6])

    assert nudge(evening + DAY).comes.startswith("The next message comes 9 November at about 19:00")
    assert wake_of(reminded.membership).slot_on == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("forbid", "why_not"),
    [
        ("pause", "The learner has paused their reminders until they resume them."),
        ("pause_until", "The learner has paused their reminders; they begin again 1 December."),
        ("no_channel", "No channel is left, so no message can come."),
        ("week_full", "The cap is reached: this week's 4 messages are used."),
        ("closed", "The account is closed."),
        ("off", "The operator has switched off the planning of messages, for everybody."),
    ],
)
def test_what_forbids_a_message_forbids_a_nudge_and_is_said(
    reminded: Rewatch, nudge: Nudge, learner: User, evening: datetime, forbid: str, why_not: str
) -> None:
    if forbid == "pause":
        services.pause_reminders(user=learner, until=None, now=evening)
    elif forbid == "pause_until":
        services.pause_reminders(user=learner, until=date(2026, 12, 1), now=evening)
    elif forbid == "no_channel":
        services.change_reminder_settings(user=learner, now=evening, channels=["email"])
        services.unsubscribe(user=learner, now=evening)
    elif forbid == "week_full":
        Wake.objects.update(week_used=4)
    elif forbid == "closed":
        User.objects.filter(pk=learner.pk).update(is_active=False)
    else:
        services.switch_reminders(planning=False)
    nudged_user = Membership.objects.select_related("user", "cohort").get(pk=reminded.membership_id)
    before = (Wake.objects.get().next_at, Rewatch.objects.get().remind_on)

    with pytest.raises(NudgeRefused) as refused:
        services.nudge(membership=nudged_user, by=learner, now=evening + DAY - 2 * HOUR)

    assert str(refused.value.detail) == why_not
    assert (Wake.objects.get().next_at, Rewatch.objects.get().remind_on) == before
    assert not Event.objects.filter(kind="nudged").exists()


def test_todays_message_is_the_only_one_of_today(
    reminded: Rewatch, nudge: Nudge, evening: datetime
) -> None:
    assert refusal(nudge, evening + HOUR) == "Today's one message has been written already."


def test_what_comes_anyway_needs_no_nudge(
    rewatch: Rewatch, nudge: Nudge, evening: datetime
) -> None:
    assert refusal(nudge, evening - 8 * HOUR).startswith(
        "A message comes anyway. The next message comes today at about 19:00"
    )
    assert refusal(nudge, evening - DAY).startswith("Nothing is due yet")


def test_two_instructors_nudge_once_and_the_log_says_who(
    reminded: Rewatch, nudge: Nudge, learner: User, instructor: User, evening: datetime
) -> None:
    tomorrow = evening + 14 * HOUR
    nudge(tomorrow)
    assert refusal(nudge, tomorrow + HOUR).startswith("A message comes anyway.")

    event = Event.objects.get(kind="nudged")
    assert (event.actor, event.subject) == (instructor, learner)
    assert event.details == {"rewatches": 1, "slot_on": "2026-11-07"}
    answer = why(user=learner, now=tomorrow, membership=reminded.membership)
    assert sentence(answer.log[0], answer).startswith(
        "Emma Visser asked to remind of 1 rewatch (today at"
    )


def test_a_nudge_speaks_of_its_own_cohort_alone(
    reminded: Rewatch,
    nudge: Nudge,
    learner: User,
    other_cohort: Cohort,
    join: Join,
    coding_video: Video,
    finish: Finish,
    evening: datetime,
) -> None:
    other = finish(
        join(learner, other_cohort), coding_video, at=datetime(2026, 11, 3, 9, tzinfo=UTC)
    )
    Rewatch.objects.filter(pk=other.pk).update(remind_on=None)
    nudge(evening + 2 * DAY - HOUR)
    services.plan_rewatches(now=evening + 2 * DAY)

    assert OutboxMessage.objects.latest("slot_on").rewatches == [reminded.pk]
