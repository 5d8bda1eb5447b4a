"""Repairs: what a crash or a bulk change left between passes and promises is made good, once."""

from datetime import UTC, date, datetime

import pytest

from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Video
from apps.progress.models import Viewing
from apps.reminders import services
from apps.reminders.models import Rewatch, Wake
from apps.reminders.tests.conftest import FRIDAY, wake_of


def test_repairs_make_what_a_crash_left_out_and_find_nothing_afterwards(
    membership: Membership, video: Video, coding_video: Video, now: datetime
) -> None:
    """A first pass without its rewatch, and a second pass whose rewatch stayed open."""
    for one in (video, coding_video):
        Viewing.objects.create(
            membership=membership,
            video=one,
            number=1,
            opened_at=now,
            completed_at=now,
            evidence="tracked",
        )
    first = services.repair_rewatches(now=now)
    Viewing.objects.create(
        membership=membership,
        video=coding_video,
        number=2,
        opened_at=now,
        completed_at=now,
        evidence="tracked",
        note_count=1,
    )
    Wake.objects.update(next_at=None)
    second = services.repair_rewatches(now=now)
    third = services.repair_rewatches(now=now)

    assert (first.made, first.kept) == (2, 0)
    assert (second.made, second.kept) == (0, 1)
    assert (third.made, third.kept, third.stopped, third.woken) == (0, 0, 0, 0)
    assert Rewatch.objects.get(video=video).due_on == FRIDAY
    assert Rewatch.objects.get(video=coding_video).kept_at == now
    assert wake_of(membership).slot_on == FRIDAY


@pytest.mark.parametrize(("hour", "made"), [(2, 1), (5, 0)])
def test_a_repair_counts_the_cohort_s_last_day_in_its_own_zone(
    membership: Membership, video: Video, cohort: Cohort, hour: int, made: int
) -> None:
    # The last evening in Sao Paulo, three hours behind, is the next day in UTC.
    at = datetime(2026, 11, 11, hour, tzinfo=UTC)
    cohort.time_zone, cohort.ends_on = "America/Sao_Paulo", date(2026, 11, 10)
    cohort.save()
    Viewing.objects.create(
        membership=membership,
        video=video,
        number=1,
        opened_at=at,
        completed_at=at,
        evidence="self_reported",
    )

    assert services.repair_rewatches(now=at).made == made


def test_repairs_stop_what_a_left_or_archived_cohort_still_owes(
    rewatch: Rewatch, cohort: Cohort, now: datetime, evening: datetime
) -> None:
    Cohort.objects.update(archived_at=now)

    repaired = services.repair_rewatches(now=now)

    rewatch.refresh_from_db()
    assert repaired.stopped == 1
    assert rewatch.stop_reason == "archived"
    assert services.plan_rewatches(now=evening).messages == []
