"""The weekly mail behind the same fence: a sender killed at each step loses none and sends none twice."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.reminders import figures, services
from apps.reminders.models import Delivery, OutboxMessage
from apps.reminders.steps import Step
from apps.reminders.tests.conftest import MailServer
from tests.faults.conftest import arrived, die_at, let_time_pass, mails_logged, wait_until_quiet

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
STEPS = [step for step in Step if step.value[3:7] == "send"]


def run(now: datetime) -> None:
    services.plan_digests(now=now)
    services.deliver_messages(now=now)


@pytest.mark.parametrize("step", STEPS)
def test_a_death_at_any_step_of_sending_costs_no_instructor_their_week(
    instructor: User, membership: Membership, ledger: MailServer, step: Step
) -> None:
    assert die_at(step, lambda: run(MONDAY))
    wait_until_quiet(ledger)

    for minutes in range(1, 4):
        let_time_pass()
        run(MONDAY + timedelta(minutes=minutes))

    assert arrived(ledger) == {instructor.email: 1}
    assert mails_logged() == {"sent": 1}
    assert Delivery.objects.get().purpose == "digest"
    assert not OutboxMessage.objects.exists()
    assert set(figures.audit(now=MONDAY).values()) == {0}
