from datetime import datetime, timedelta

import pytest

from apps.core.readiness import NotReady, readiness
from apps.reminders.parts import check_second_heartbeat
from apps.reminders.services.heartbeats import LOOP, record_heartbeat


@pytest.mark.django_db
def test_the_second_heartbeat_is_down_until_it_has_run(now: datetime) -> None:
    with pytest.raises(NotReady, match="it has not run yet"):
        check_second_heartbeat(now)


@pytest.mark.django_db
def test_the_second_heartbeat_may_be_a_minute_old_and_no_more(now: datetime) -> None:
    record_heartbeat(name=LOOP, now=now)

    check_second_heartbeat(now + timedelta(seconds=60))
    with pytest.raises(NotReady, match="silent for 61 s"):
        check_second_heartbeat(now + timedelta(seconds=61))


@pytest.mark.django_db
def test_readiness_asks_for_the_second_heartbeat(now: datetime) -> None:
    assert readiness(now=now).parts["second heartbeat"] == "it has not run yet"
