"""The days of a summary: what was done by the end of a week, bonus videos left out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.progress.coverage import merge
from apps.progress.models import Summary, Viewing
from apps.progress.services import rebuild_summary
from apps.progress.summary import done_seconds, rebuilt

BEGIN = datetime(2026, 10, 20, tzinfo=UTC)
OWED, BONUS = 1, 2
ZONES = ("Europe/Warsaw", "America/St_Johns", "Pacific/Kiritimati", "UTC")

stretches = st.lists(
    st.tuples(
        st.sampled_from([OWED, BONUS]),
        # The first pass, the second, and an extra one.
        st.integers(1, 3),
        st.integers(0, 20 * 24 * 3600),
        st.integers(1, 30 * 3600),
    ),
    max_size=12,
)


def viewings_of(made: Sequence[tuple[int, int, int, int]]) -> list[tuple[Viewing, int]]:
    found: dict[tuple[int, int], list[tuple[datetime, datetime]]] = {}
    for video_id, number, begin, seconds in made:
        lower = BEGIN + timedelta(seconds=begin)
        found.setdefault((video_id, number), []).append((lower, lower + timedelta(seconds=seconds)))
    return [
        (Viewing(video_id=video_id, number=number, opened_at=BEGIN, active=merge(active)), 600)
        for (video_id, number), active in found.items()
    ]


@given(made=stretches, zone=st.sampled_from(ZONES), days=st.integers(0, 25))
def test_done_by_a_day_is_the_owed_time_before_its_midnight(
    made: list[tuple[int, int, int, int]], zone: str, days: int
) -> None:
    """Whatever was watched of bonus videos, before that midnight or after it."""
    viewings = viewings_of(made)
    day = date(2026, 10, 20) + timedelta(days=days)
    midnight = datetime.combine(day, time(), ZoneInfo(zone))

    summary = rebuilt(Summary(), viewings, bonus={BONUS}, zone=ZoneInfo(zone))

    plain = sum(
        (
            max(timedelta(), min(upper, midnight) - min(lower, midnight))
            for viewing, _length in viewings
            if viewing.video_id == OWED
            for lower, upper in viewing.active
        ),
        timedelta(),
    )
    assert done_seconds(summary.days, before=day.isoformat()) == plain.total_seconds()


def test_summaries_from_before_lose_their_bonus_time_at_an_upgrade(
    membership: Membership, video: Video, bonus_video: Video, now: datetime
) -> None:
    # Over two midnights and the end of summer time in Warsaw.
    lower, upper = datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 26, 1, tzinfo=UTC)
    for watched in (video, bonus_video):
        Viewing.objects.create(
            membership=membership,
            video=watched,
            number=2,
            opened_at=lower,
            active=((lower, upper),),
            elsewhere=((upper, upper + timedelta(minutes=5)),),
        )
    counted = rebuild_summary(membership=membership, now=now).days
    Summary.objects.update(days={day: 2 * part for day, part in counted.items()})

    with connection.cursor() as cursor:
        cursor.execute(import_module("apps.progress.migrations.0005_days_without_bonus").RECOUNT)

    assert counted == {"2026-10-24": 7_200_000, "2026-10-25": 90_000_000, "2026-10-26": 7_500_000}
    assert Summary.objects.get().days == counted
