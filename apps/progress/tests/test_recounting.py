"""Stored figures follow a video's length and a cohort's zone, whoever changed them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.curriculum.services import DurationNotCorrectable
from apps.progress import services
from apps.progress.models import Basis, Evidence, Summary, Viewing
from apps.progress.services import recounting


@pytest.fixture
def about_20_minutes(video: Video) -> Video:
    Video.objects.filter(pk=video.pk).update(duration_is_approximate=True)
    video.refresh_from_db()
    return video


def second_pass(
    membership: Membership, video: Video, *, ends_at: datetime, active: timedelta
) -> Viewing:
    """A completed one with a note, played whole, and its summary."""
    viewing = Viewing.objects.create(
        membership=membership,
        video=video,
        number=2,
        opened_at=ends_at - timedelta(days=1),
        completed_at=ends_at,
        evidence=Evidence.TRACKED,
        coverage=((0, video.duration_ms),),
        covered_ms=video.duration_ms,
        active=((ends_at - active, ends_at),),
        active_seconds=active // timedelta(seconds=1),
        note_count=1,
    )
    services.rebuild_summary(membership=membership, now=ends_at)
    return viewing


def test_a_corrected_length_is_what_passes_are_judged_and_summed_up_by(
    membership: Membership, about_20_minutes: Video, now: datetime
) -> None:
    viewing = second_pass(membership, about_20_minutes, ends_at=now, active=timedelta(minutes=40))
    before = Summary.objects.get()
    assert (viewing.flags, before.effort_ratio, before.light_passes) == ([], 2.0, 0)

    services.correct_duration(video=about_20_minutes, seconds=1250, by=membership, now=now)

    viewing.refresh_from_db()
    after = Summary.objects.get()
    assert viewing.flags == ["light", "low_effort"]
    assert (after.effort_ratio, after.light_passes) == (1.92, 1)
    assert after.videos[str(about_20_minutes.pk)]["2"]["c"] == 960


def test_a_length_that_is_not_believed_changes_nothing(
    membership: Membership, about_20_minutes: Video, now: datetime
) -> None:
    second_pass(membership, about_20_minutes, ends_at=now, active=timedelta(minutes=40))

    with pytest.raises(DurationNotCorrectable):
        services.correct_duration(video=about_20_minutes, seconds=2000, by=membership, now=now)

    assert Summary.objects.get().effort_ratio == 2.0
    assert not recounting._changed().exists()


def test_a_length_that_somebody_else_changed_is_found(
    membership: Membership, video: Video, now: datetime
) -> None:
    second_pass(membership, video, ends_at=now, active=timedelta(minutes=40))
    services.recount_changed(now=now, seconds=0)
    Video.objects.filter(pk=video.pk).update(duration_seconds=2400)

    assert services.recount_changed(now=now, seconds=0)

    assert Summary.objects.get().effort_ratio == 1.0


def test_many_are_counted_a_few_at_a_time_and_nobody_is_left_out(
    cohort: Cohort,
    join: Join,
    about_20_minutes: Video,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recounting, "AT_ONCE", 2)
    members = [join(make_user(f"Racer {number}"), cohort) for number in range(5)]
    for member in members:
        second_pass(member, about_20_minutes, ends_at=now, active=timedelta(minutes=40))
    services.recount_changed(now=now, seconds=0)
    Video.objects.filter(pk=about_20_minutes.pk).update(duration_seconds=1250)

    # Two, two, and the last one.
    ended = [services.recount_changed(now=now, seconds=0) for _ in range(3)]

    assert ended == [False, False, True]
    assert set(Summary.objects.values_list("effort_ratio", flat=True)) == {1.92}
    assert Basis.objects.get(video=about_20_minutes).counted_by == "1250"


def test_a_change_in_the_middle_begins_anew(
    cohort: Cohort, join: Join, video: Video, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "AT_ONCE", 1)
    for number in range(2):
        member = join(make_user(f"Racer {number}"), cohort)
        second_pass(member, video, ends_at=now, active=timedelta(minutes=40))
    services.recount_changed(now=now, seconds=0)
    Video.objects.filter(pk=video.pk).update(duration_seconds=1250)
    assert not services.recount_changed(now=now, seconds=0)
    Video.objects.filter(pk=video.pk).update(duration_seconds=1600)

    while not services.recount_changed(now=now, seconds=0):
        pass

    assert set(Summary.objects.values_list("effort_ratio", flat=True)) == {1.5}


def test_days_follow_the_cohorts_zone(
    membership: Membership, cohort: Cohort, video: Video, now: datetime
) -> None:
    late = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
    second_pass(membership, video, ends_at=late, active=timedelta(minutes=10))
    assert Summary.objects.get().days == {"2026-11-02": 600_000}
    services.note_plan(was=cohort)
    Cohort.objects.filter(pk=cohort.pk).update(time_zone="America/New_York")
    assert services.is_recounting(cohort=cohort)

    assert services.recount_changed(now=now, seconds=0, cohort=cohort)

    assert Summary.objects.get().days == {"2026-11-01": 600_000}
    assert not services.is_recounting(cohort=cohort)


def broken_at(monkeypatch: pytest.MonkeyPatch, *keys: int) -> None:
    """As if these rows held what nobody can count."""
    really = recounting._recount_viewing

    def recount(pk: int, now: datetime) -> None:
        if pk in keys:
            raise ValueError("a broken row")
        really(pk, now)

    monkeypatch.setattr(recounting, "_recount_viewing", recount)


def test_a_row_that_cannot_be_counted_harms_nobody_else_and_is_tried_again(
    cohort: Cohort,
    join: Join,
    video: Video,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(recounting, "AT_ONCE", 2)
    members = [join(make_user(f"Racer {number}"), cohort) for number in range(5)]
    viewings = [
        second_pass(member, video, ends_at=now, active=timedelta(minutes=40)) for member in members
    ]
    services.recount_changed(now=now, seconds=0)
    Video.objects.filter(pk=video.pk).update(duration_seconds=1250)
    with monkeypatch.context() as patched:
        broken_at(patched, viewings[1].pk)

        assert not services.recount_changed(now=now, seconds=60)

        ratios = Summary.objects.order_by("membership_id").values_list("effort_ratio", flat=True)
        assert list(ratios) == [1.92, 2.0, 1.92, 1.92, 1.92]
        assert Basis.objects.get(video=video).left == [viewings[1].pk]
        assert f"viewing {viewings[1].pk} could not be counted anew" in caplog.text

    # Not each minute, but in an hour.
    assert not services.recount_changed(now=now + timedelta(minutes=59), seconds=60)
    assert services.recount_changed(now=now + timedelta(minutes=61), seconds=60)
    assert set(Summary.objects.values_list("effort_ratio", flat=True)) == {1.92}
    assert Basis.objects.get(video=video).left == []


def test_a_cohort_that_cannot_be_counted_at_all_lets_the_videos_have_their_turn(
    membership: Membership, cohort: Cohort, video: Video, now: datetime
) -> None:
    second_pass(membership, video, ends_at=now, active=timedelta(minutes=40))
    services.note_plan(was=cohort)
    services.recount_changed(now=now, seconds=0)
    Cohort.objects.filter(pk=cohort.pk).update(time_zone="Mars/Olympus")
    Video.objects.filter(pk=video.pk).update(duration_seconds=1250)

    assert not services.recount_changed(now=now, seconds=60)

    assert Basis.objects.get(video=video).counted_by == "1250"
    assert Basis.objects.get(cohort=cohort).left == [membership.pk]


def test_a_database_that_is_away_is_no_fault_of_a_row(
    membership: Membership, video: Video, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_pass(membership, video, ends_at=now, active=timedelta(minutes=40))
    services.recount_changed(now=now, seconds=0)
    Video.objects.filter(pk=video.pk).update(duration_seconds=1250)

    def away(pk: int, now: datetime) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(recounting, "_recount_viewing", away)
    with pytest.raises(OperationalError):
        services.recount_changed(now=now, seconds=60)

    assert Basis.objects.get(video=video).left == []
