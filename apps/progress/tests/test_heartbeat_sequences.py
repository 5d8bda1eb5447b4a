"""Any history of heartbeats, shuffled, repeated, lost and sent again, gives exactly the union of what arrived."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import record_heartbeat
from apps.progress.models import HeartbeatClient, Summary, Viewing

CELL_MS = 500
VIDEO_CELLS = 80
MINUTES = 60
TABS = tuple(UUID(int=number + 1) for number in range(3))

spans = st.lists(
    st.tuples(st.integers(0, VIDEO_CELLS), st.integers(0, 12)).map(lambda s: (s[0], s[0] + s[1])),
    max_size=5,
)
hours = st.lists(
    st.tuples(st.integers(0, MINUTES - 1), st.integers(0, 9)).map(
        lambda s: (s[0], min(MINUTES, s[0] + s[1]))
    ),
    max_size=4,
)


@dataclass(frozen=True)
class Report:
    """What one tab says once: cells of the video that were played, minutes in which somebody was there."""

    tab: int
    played: tuple[tuple[int, int], ...]
    active: tuple[tuple[int, int], ...]
    pauses: int


reports = st.lists(
    st.builds(
        Report,
        tab=st.integers(0, len(TABS) - 1),
        played=spans.map(tuple),
        active=hours.map(tuple),
        pauses=st.integers(0, 3),
    ),
    max_size=8,
)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=reports, data=st.data())
def test_what_counts_is_the_union_of_what_arrived(
    membership: Membership, video: Video, said: list[Report], data: st.DataObject
) -> None:
    Summary.objects.all().delete()
    Viewing.objects.all().delete()
    opened = membership.joined_at
    now = opened + timedelta(minutes=MINUTES)
    viewing = Viewing.objects.create(
        membership=membership, video=video, number=2, opened_at=opened, coverage=(), active=()
    )
    viewing.membership, viewing.video = membership, video
    # The second half of what a tab said may arrive before the first, twice, or not at all.
    times = [data.draw(st.integers(0, 2), label="arrivals") for _ in said]
    arrivals = data.draw(
        st.permutations([place for place, count in enumerate(times) for _ in range(count)])
    )

    for place in arrivals:
        report = said[place]
        beat = Heartbeat.parse(
            {
                "client": str(TABS[report.tab]),
                "sequence": place,
                "played": [[lower * CELL_MS, upper * CELL_MS] for lower, upper in report.played],
                "active": [
                    [(opened + timedelta(minutes=each)).isoformat() for each in ends]
                    for ends in report.active
                ],
                "pauses": report.pauses,
                "rate": 1.0,
            }
        )
        record_heartbeat(viewing=viewing, beat=beat, now=now)

    heard = [said[place] for place in set(arrivals)]
    cells = {cell for report in heard for ends in report.played for cell in range(*ends)}
    minutes = {minute for report in heard for ends in report.active for minute in range(*ends)}
    viewing.refresh_from_db()
    assert {
        cell
        for lower, upper in viewing.coverage
        for cell in range(lower // CELL_MS, upper // CELL_MS)
    } == cells
    assert viewing.covered_ms == len(cells) * CELL_MS
    assert viewing.active_seconds == len(minutes) * 60
    assert viewing.pauses == sum(report.pauses for report in heard)
    assert viewing.refused_ms == 0
    seen = HeartbeatClient.objects.filter(viewing=viewing)
    assert {each.client for each in seen} == {TABS[report.tab] for report in heard}
    summary = Summary.objects.filter(membership=membership).first()
    assert (summary.active_seconds if summary else 0) == len(minutes) * 60
