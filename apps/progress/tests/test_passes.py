"""Opening and finishing passes, the scaffold and the recall, on real PostgreSQL."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from apps.cohorts.models import Cohort, Membership
from apps.core.errors import InvalidValue
from apps.curriculum.models import Video
from apps.progress import services
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import record_heartbeat
from apps.progress.models import Summary, Viewing
from apps.progress.services import (
    CohortClosed,
    CoverageMissing,
    EarlierVideoFirst,
    FirstPassFirst,
    NightFirst,
    NoteCounts,
    NoteMissing,
    RewatchesFirst,
    finish_viewing,
    open_viewing,
    recount_notes,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def play(viewing: Viewing, to_ms: int, *, now: datetime, active: timedelta = timedelta()) -> None:
    beat = Heartbeat(
        client=uuid4(),
        sequence=0,
        played=((0, to_ms),),
        active=((now - active, now),) if active else (),
    )
    record_heartbeat(viewing=viewing, beat=beat, now=now)


def first_pass_done(membership: Membership, video: Video, now: datetime) -> Viewing:
    """A first pass, played through and finished at `now`."""
    viewing = open_viewing(membership=membership, video=video, number=1, now=now - HOUR)
    play(viewing, video.duration_ms, now=now, active=timedelta(seconds=video.duration_seconds))
    return finish_viewing(viewing=viewing, now=now)


def with_one_note(viewing: Viewing, now: datetime, *, code: int = 0, experiments: int = 0) -> None:
    counts = NoteCounts(
        notes=1, code=code, experiments=experiments, questions=0, typed_share=1.0 if code else None
    )
    recount_notes(viewing=viewing, counts=counts, now=now)


def test_opening_twice_is_the_same_viewing(
    membership: Membership, video: Video, now: datetime
) -> None:
    opened = open_viewing(membership=membership, video=video, number=1, now=now)

    again = open_viewing(membership=membership, video=video, number=1, now=now + HOUR)

    assert again.pk == opened.pk
    assert Viewing.objects.get().opened_at == now


def test_a_later_video_asks_first_and_records_that_it_was_opened_anyway(
    membership: Membership, coding_video: Video, now: datetime
) -> None:
    with pytest.raises(EarlierVideoFirst) as refusal:
        open_viewing(membership=membership, video=coding_video, number=1, now=now)
    viewing = open_viewing(
        membership=membership, video=coding_video, number=1, now=now, override=True
    )

    assert refusal.value.extra == {"video": "first", "may_override": True}
    assert viewing.order_overridden_at == now


@pytest.mark.parametrize(("limit", "is_refused"), [(3, True), (4, True), (5, False), (None, False)])
def test_a_first_pass_asks_first_where_too_many_run_ahead(
    membership: Membership, video: Video, now: datetime, limit: int | None, is_refused: bool
) -> None:
    membership.cohort.soft_limit = limit
    Summary.objects.create(
        membership=membership, owed_first_passes=5, owed_second_passes=1, updated_at=now
    )

    if is_refused:
        with pytest.raises(RewatchesFirst):
            open_viewing(membership=membership, video=video, number=1, now=now)
    viewing = open_viewing(membership=membership, video=video, number=1, now=now, override=True)

    assert viewing.limit_overridden_at == (now if is_refused else None)


def test_a_strict_cohort_opens_nothing_out_of_order(
    membership: Membership, coding_video: Video, now: datetime
) -> None:
    membership.cohort.order_rule = Cohort.OrderRule.STRICT

    with pytest.raises(EarlierVideoFirst) as refusal:
        open_viewing(membership=membership, video=coding_video, number=1, now=now, override=True)

    assert refusal.value.extra["may_override"] is False


def test_a_free_cohort_opens_any_video(
    membership: Membership, coding_video: Video, now: datetime
) -> None:
    membership.cohort.order_rule = Cohort.OrderRule.FREE

    viewing = open_viewing(membership=membership, video=coding_video, number=1, now=now)

    assert viewing.order_overridden_at is None


def test_nothing_begins_in_an_archived_cohort(
    membership: Membership, video: Video, now: datetime
) -> None:
    membership.cohort.archived_at = now

    with pytest.raises(CohortClosed):
        open_viewing(membership=membership, video=video, number=1, now=now)


def test_a_second_pass_needs_a_completed_first_one(
    membership: Membership, video: Video, now: datetime
) -> None:
    open_viewing(membership=membership, video=video, number=1, now=now)

    with pytest.raises(FirstPassFirst):
        open_viewing(membership=membership, video=video, number=2, now=now)


def test_a_night_lies_between_the_passes_unless_overridden(
    membership: Membership, video: Video, now: datetime
) -> None:
    first_pass_done(membership, video, now)

    with pytest.raises(NightFirst):
        open_viewing(membership=membership, video=video, number=2, now=now + HOUR)
    same_day = open_viewing(
        membership=membership, video=video, number=2, now=now + HOUR, override=True
    )

    assert same_day.night_overridden_at == now + HOUR


def test_after_a_night_nothing_is_recorded(
    membership: Membership, video: Video, now: datetime
) -> None:
    first_pass_done(membership, video, now)

    viewing = open_viewing(membership=membership, video=video, number=2, now=now + DAY)

    assert viewing.night_overridden_at is None


def test_a_first_pass_short_of_95_per_cent_says_what_is_missing(
    membership: Membership, video: Video, now: datetime
) -> None:
    viewing = open_viewing(membership=membership, video=video, number=1, now=now - HOUR)
    play(viewing, 1_139_999, now=now)

    with pytest.raises(CoverageMissing) as refusal:
        finish_viewing(viewing=viewing, now=now)

    assert refusal.value.extra == {"missing": ["coverage"], "covered": 0.9499, "needed": 0.95}
    assert Viewing.objects.get().completed_at is None


def test_watched_elsewhere_is_marked_as_self_reported(
    membership: Membership, video: Video, now: datetime
) -> None:
    viewing = open_viewing(membership=membership, video=video, number=1, now=now)

    finished = finish_viewing(viewing=viewing, now=now, self_reported=True)

    assert (finished.completed_at, finished.evidence) == (now, "self_reported")
    assert Summary.objects.get().first_passes == 1


def test_a_self_reported_pass_that_is_played_later_becomes_tracked_and_keeps_its_date(
    membership: Membership, video: Video, now: datetime
) -> None:
    viewing = open_viewing(membership=membership, video=video, number=1, now=now)
    finish_viewing(viewing=viewing, now=now, self_reported=True)

    play(viewing, video.duration_ms, now=now + HOUR)

    stored = Viewing.objects.get()
    assert (stored.evidence, stored.completed_at) == ("tracked", now)


def test_finishing_twice_keeps_the_first_moment(
    membership: Membership, video: Video, now: datetime
) -> None:
    finished = first_pass_done(membership, video, now)

    again = finish_viewing(viewing=finished, now=now + DAY)

    assert again.completed_at == now


def test_a_second_pass_needs_a_note(membership: Membership, video: Video, now: datetime) -> None:
    first_pass_done(membership, video, now)
    second = open_viewing(membership=membership, video=video, number=2, now=now + DAY)
    play(second, video.duration_ms, now=now + DAY + HOUR)

    with pytest.raises(NoteMissing):
        finish_viewing(viewing=second, now=now + DAY + HOUR)
    with pytest.raises(NoteMissing):
        finish_viewing(viewing=second, now=now + DAY + HOUR, self_reported=True)


def test_a_second_pass_is_light_until_time_and_code_came_in(
    membership: Membership, coding_video: Video, now: datetime
) -> None:
    membership.cohort.order_rule = Cohort.OrderRule.FREE
    first_pass_done(membership, coding_video, now)
    opened = now + DAY
    second = open_viewing(membership=membership, video=coding_video, number=2, now=opened)
    play(second, coding_video.duration_ms, now=opened + HOUR, active=HOUR)
    with_one_note(second, opened + HOUR)

    finished = finish_viewing(viewing=second, now=opened + HOUR)
    at_first = list(finished.flags)
    play(second, 1, now=opened + 2 * HOUR, active=2 * HOUR)
    with_one_note(second, opened + 2 * HOUR, code=1, experiments=1)

    stored = Viewing.objects.get(number=2)
    assert at_first == ["light", "low_effort", "no_code", "no_experiment"]
    assert stored.flags == []
    assert stored.completed_at == opened + HOUR
    summary = Summary.objects.get()
    assert (summary.second_passes, summary.light_passes, summary.effort_ratio) == (1, 0, 2.0)


def test_a_second_pass_leaves_the_first_as_it_was(
    membership: Membership, video: Video, now: datetime
) -> None:
    first = first_pass_done(membership, video, now)
    before = Viewing.objects.filter(pk=first.pk).values().get()

    second = open_viewing(membership=membership, video=video, number=2, now=now + DAY)
    play(second, video.duration_ms, now=now + DAY + HOUR, active=HOUR)
    with_one_note(second, now + DAY + HOUR)
    finish_viewing(viewing=second, now=now + DAY + HOUR)

    assert Viewing.objects.filter(pk=first.pk).values().get() == before


def test_extra_passes_come_one_after_the_other_and_count_no_pass(
    membership: Membership, video: Video, now: datetime
) -> None:
    first_pass_done(membership, video, now)

    third = services.open_extra_pass(membership=membership, video=video, now=now + HOUR)
    same = services.open_extra_pass(membership=membership, video=video, now=now + HOUR)
    play(third, video.duration_ms, now=now + 2 * HOUR, active=HOUR)
    finish_viewing(viewing=third, now=now + 2 * HOUR)
    fourth = services.open_extra_pass(membership=membership, video=video, now=now + 3 * HOUR)

    assert (third.number, same.pk, fourth.number) == (3, third.pk, 4)
    summary = Summary.objects.get()
    assert (summary.first_passes, summary.second_passes) == (1, 0)
    assert summary.active_seconds == 20 * 60 + 3600


def test_bonus_videos_are_counted_apart(
    membership: Membership, video: Video, bonus_video: Video, now: datetime
) -> None:
    membership.cohort.order_rule = Cohort.OrderRule.FREE
    first_pass_done(membership, video, now)
    first_pass_done(membership, bonus_video, now)

    summary = Summary.objects.get()
    assert (summary.first_passes, summary.owed_first_passes) == (2, 1)


def test_the_scaffold_is_kept_with_its_rating(
    membership: Membership, video: Video, now: datetime
) -> None:
    first = first_pass_done(membership, video, now)

    services.write_scaffold(
        viewing=first,
        concepts=[" a layer ", "", "a weight"],
        links="weights join layers",
        rating="hard",
        now=now,
    )

    stored = Viewing.objects.get()
    assert stored.scaffold == {"concepts": ["a layer", "a weight"], "links": "weights join layers"}
    assert (stored.rating, stored.scaffold_at) == ("hard", now)


@pytest.mark.parametrize(
    ("concepts", "rating", "field"),
    [
        ([], "good", "concepts"),
        (["  "], "good", "concepts"),
        (["x"] * 8, "good", "concepts"),
        (["x" * 501], "good", "concepts"),
        (["a\x00b"], "good", "concepts"),
        (["a"], "fine", "rating"),
    ],
)
def test_a_scaffold_that_is_none_is_refused_by_field(
    membership: Membership,
    video: Video,
    now: datetime,
    concepts: list[str],
    rating: str,
    field: str,
) -> None:
    first = first_pass_done(membership, video, now)

    with pytest.raises(InvalidValue) as refusal:
        services.write_scaffold(viewing=first, concepts=concepts, links="", rating=rating, now=now)

    assert refusal.value.field == field


def test_there_is_no_scaffold_before_the_first_pass_is_done(
    membership: Membership, video: Video, now: datetime
) -> None:
    viewing = open_viewing(membership=membership, video=video, number=1, now=now)

    with pytest.raises(FirstPassFirst):
        services.write_scaffold(viewing=viewing, concepts=["a"], links="", rating="good", now=now)


def test_a_summary_rebuilt_from_facts_is_the_one_that_was_kept(
    membership: Membership, video: Video, coding_video: Video, now: datetime
) -> None:
    membership.cohort.order_rule = Cohort.OrderRule.FREE
    first_pass_done(membership, video, now)
    first_pass_done(membership, coding_video, now)
    second = open_viewing(membership=membership, video=video, number=2, now=now + DAY)
    play(second, 700_000, now=now + DAY + 13 * HOUR, active=3 * HOUR)
    with_one_note(second, now + DAY + 13 * HOUR)
    extra = services.open_extra_pass(membership=membership, video=coding_video, now=now + HOUR)
    play(extra, 5_000, now=now + 2 * HOUR, active=timedelta(seconds=5))
    kept = Summary.objects.values().get()

    services.rebuild_summary(membership=membership, now=kept["updated_at"])

    assert Summary.objects.values().get() == kept
