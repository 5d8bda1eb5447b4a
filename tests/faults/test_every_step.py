"""A process is killed outright at each numbered step of planning and sending; then it must be as if nothing was."""

from datetime import datetime, timedelta

import pytest

from apps.reminders import figures, services
from apps.reminders.models import Delivery, OutboxMessage, Rewatch
from apps.reminders.steps import Step
from apps.reminders.tests.conftest import FRIDAY, MailServer
from tests.faults.conftest import (
    REPEATS,
    arrived,
    die_at,
    let_time_pass,
    mails_logged,
    wait_until_quiet,
)

pytestmark = pytest.mark.django_db(transaction=True)
# How often each comes in a run of six messages, of which four stand behind one fence: the others for each message.
TIMES = dict.fromkeys(Step, 6) | {
    **{step: 1 for step in Step if step.value[3:7] == "plan"},
    Step.CLAIMED: 1,
    Step.SETTLED: 1,
    Step.FENCE_LOCKED: 2,
    Step.FENCE_WRITTEN: 2,
    Step.FENCED: 2,
}


def run(now: datetime) -> None:
    services.plan_rewatches(now=now)
    services.deliver_messages(now=now)


@pytest.mark.parametrize("round_", range(REPEATS))
@pytest.mark.parametrize("step", Step)
def test_a_death_at_any_step_loses_nothing_and_says_nothing_twice(
    crowd: list[Rewatch], ledger: MailServer, evening: datetime, step: Step, round_: int
) -> None:
    if step is Step.SETTLED:
        assert die_at(Step.ANSWERED, lambda: run(evening))
        let_time_pass()
    died = die_at(step, lambda: run(evening), time_of=round_ % TIMES[step] + 1)
    assert died
    wait_until_quiet(ledger)

    for minutes in range(1, 4):
        let_time_pass()
        run(evening + timedelta(minutes=minutes))

    assert arrived(ledger) == {r.membership.user.email: 1 for r in crowd}
    assert mails_logged() == {"sent": 6}
    assert Delivery.objects.filter(channel="inbox", outcome="sent").count() == 6
    assert not OutboxMessage.objects.exists()
    assert set(figures.audit(now=evening).values()) == {0}
    for rewatch in Rewatch.objects.all():
        assert (rewatch.rung, rewatch.remind_on) == (1, FRIDAY + timedelta(days=4))
