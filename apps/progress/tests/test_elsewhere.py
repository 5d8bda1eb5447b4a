"""Time in one's own Jupyter: counted by the server's clock, at most 20 minutes unasked, never twice."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.progress.beats import Heartbeat
from apps.progress.elsewhere import SecondPassOnly, asked_at, come_back, work_elsewhere
from apps.progress.heartbeats import record_heartbeat
from apps.progress.models import Summary, Viewing
from apps.progress.services import finish_viewing, open_viewing, rebuild_summary

MINUTE = timedelta(minutes=1)


@pytest.fixture
def second(membership: Membership, video: Video, now: datetime) -> Viewing:
    before = now - timedelta(days=1)
    first = open_viewing(membership=membership, video=video, number=1, now=before)
    finish_viewing(viewing=first, now=before, self_reported=True)
    return open_viewing(membership=membership, video=video, number=2, now=now)


def beat(viewing: Viewing, *active: tuple[datetime, datetime], now: datetime) -> None:
    record_heartbeat(
        viewing=viewing,
        beat=Heartbeat(client=uuid4(), sequence=0, played=(), active=active),
        now=now,
    )


def test_time_away_is_counted_apart_and_into_the_effort(second: Viewing, now: datetime) -> None:
    work_elsewhere(viewing=second, now=now)
    back = come_back(viewing=second, now=now + 7 * MINUTE)

    assert (back.elsewhere_seconds, back.active_seconds) == (420, 0)
    assert back.elsewhere_since is None
    summary = Summary.objects.get()
    assert summary.active_seconds == 420
    assert sum(summary.days.values()) == 420_000


def test_without_an_answer_no_more_than_twenty_minutes_count(
    second: Viewing, now: datetime
) -> None:
    begun = work_elsewhere(viewing=second, now=now)
    assert asked_at(begun) == now + 20 * MINUTE

    back = come_back(viewing=second, now=now + timedelta(hours=9))

    assert back.elsewhere_seconds == 1200


def test_who_says_still_there_goes_on(second: Viewing, now: datetime) -> None:
    for minutes in (0, 20, 40):
        work_elsewhere(viewing=second, now=now + minutes * MINUTE)
    back = come_back(viewing=second, now=now + 50 * MINUTE)

    assert back.elsewhere_seconds == 3000


def test_said_twice_it_counts_once(second: Viewing, now: datetime) -> None:
    work_elsewhere(viewing=second, now=now)
    work_elsewhere(viewing=second, now=now)
    come_back(viewing=second, now=now + 5 * MINUTE)
    back = come_back(viewing=second, now=now + 6 * MINUTE)

    assert back.elsewhere_seconds == 300


@pytest.mark.parametrize("is_late", [True, False])
def test_active_time_within_it_counts_once_whenever_it_arrives(
    second: Viewing, now: datetime, is_late: bool
) -> None:
    end = now + 10 * MINUTE
    work_elsewhere(viewing=second, now=now)
    if not is_late:
        beat(second, (now + 2 * MINUTE, now + 5 * MINUTE), now=end)
    come_back(viewing=second, now=end)
    if is_late:
        beat(second, (now + 2 * MINUTE, now + 5 * MINUTE), now=end)

    second.refresh_from_db()
    assert (second.active_seconds, second.elsewhere_seconds) == (180, 420)
    kept = Summary.objects.get()
    assert kept.active_seconds == 600
    assert sum(kept.days.values()) == 600_000
    rebuilt = rebuild_summary(membership=second.membership, now=end)
    assert (rebuilt.active_seconds, rebuilt.days) == (kept.active_seconds, kept.days)


def test_a_first_pass_has_no_jupyter(second: Viewing, now: datetime) -> None:
    first = Viewing.objects.get(number=1)

    with pytest.raises(SecondPassOnly):
        work_elsewhere(viewing=first, now=now)
