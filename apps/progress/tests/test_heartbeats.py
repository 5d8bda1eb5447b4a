"""Heartbeats on real PostgreSQL: folded once, never believed beyond what can be true."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.core.errors import InvalidValue, NotFound
from apps.curriculum.models import Video
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import record_heartbeat, report_heartbeat
from apps.progress.models import Summary, Viewing
from apps.progress.services import open_viewing

CLIENT = UUID("7d6f1f0e-6f0b-4a57-9a43-111111111111")


@pytest.fixture
def viewing(membership: Membership, video: Video, now: datetime) -> Viewing:
    """A first pass opened an hour before `now`."""
    return open_viewing(membership=membership, video=video, number=1, now=now - timedelta(hours=1))


def beat(sequence: int, *played: tuple[int, int], **fields: Any) -> Heartbeat:
    values: dict[str, Any] = {"client": CLIENT, "sequence": sequence, "played": played}
    return Heartbeat(**(values | fields))


def test_ranges_of_two_beats_become_one(viewing: Viewing, now: datetime) -> None:
    record_heartbeat(viewing=viewing, beat=beat(0, (0, 10_000)), now=now)

    answer = record_heartbeat(viewing=viewing, beat=beat(1, (8_000, 20_000)), now=now)

    assert answer.coverage == ((0, 20_000),)
    assert answer.covered == pytest.approx(20 / 1200)
    assert Viewing.objects.get().covered_ms == 20_000


def test_a_repeated_sequence_changes_nothing(viewing: Viewing, now: datetime) -> None:
    record_heartbeat(viewing=viewing, beat=beat(0, (0, 10_000), pauses=1), now=now)

    answer = record_heartbeat(viewing=viewing, beat=beat(0, (50_000, 60_000), pauses=1), now=now)

    assert answer.was_repeated
    assert answer.coverage == ((0, 10_000),)
    assert Viewing.objects.get().pauses == 1


def test_skipped_and_shuffled_sequences_all_count(viewing: Viewing, now: datetime) -> None:
    for sequence in (7, 2, 5):
        start = sequence * 10_000
        record_heartbeat(viewing=viewing, beat=beat(sequence, (start, start + 10_000)), now=now)

    assert Viewing.objects.get().coverage == (
        (20_000, 30_000), (50_000, 60_000), (70_000, 80_000),
    )  # fmt: skip


def test_the_same_sequence_of_another_page_counts(viewing: Viewing, now: datetime) -> None:
    record_heartbeat(viewing=viewing, beat=beat(0, (0, 10_000)), now=now)

    record_heartbeat(viewing=viewing, beat=beat(0, (10_000, 20_000), client=uuid4()), now=now)

    assert Viewing.objects.get().covered_ms == 20_000


def test_one_post_cannot_claim_the_whole_video(
    membership: Membership, video: Video, now: datetime
) -> None:
    opened = now - timedelta(seconds=30)
    viewing = open_viewing(membership=membership, video=video, number=1, now=opened)

    answer = record_heartbeat(viewing=viewing, beat=beat(0, (0, video.duration_ms)), now=now)

    assert answer.coverage == ((0, 60_000),)  # twice the 30 seconds that passed
    assert answer.refused == [
        {"field": "played", "reason": "faster_than_possible", "milliseconds": 1_140_000}
    ]
    assert Viewing.objects.get().refused_ms == 1_140_000


def test_playing_the_same_stretch_again_costs_no_budget(
    membership: Membership, video: Video, now: datetime
) -> None:
    viewing = open_viewing(
        membership=membership, video=video, number=1, now=now - timedelta(seconds=5)
    )
    record_heartbeat(viewing=viewing, beat=beat(0, (0, 10_000)), now=now)

    answer = record_heartbeat(viewing=viewing, beat=beat(1, (0, 10_000)), now=now)

    assert answer.refused == []


def test_what_lies_past_the_end_is_cut_off_and_said(viewing: Viewing, now: datetime) -> None:
    answer = record_heartbeat(viewing=viewing, beat=beat(0, (1_190_000, 1_300_000)), now=now)

    assert answer.coverage == ((1_190_000, 1_200_000),)
    assert answer.refused == [{"field": "played", "reason": "past_the_end"}]


def test_active_time_is_a_union_inside_the_viewing(viewing: Viewing, now: datetime) -> None:
    quarter = timedelta(minutes=15)
    active = ((now - 3 * quarter, now - 2 * quarter),)
    record_heartbeat(viewing=viewing, beat=beat(0, active=active), now=now)
    too_early_and_too_late = ((now - 6 * quarter, now - 2 * quarter), (now, now + quarter))

    answer = record_heartbeat(viewing=viewing, beat=beat(1, active=too_early_and_too_late), now=now)

    assert answer.active_seconds == 30 * 60
    assert answer.refused == [{"field": "active", "reason": "outside_viewing"}]


def test_the_summary_moves_with_the_facts(viewing: Viewing, now: datetime) -> None:
    active = ((now - timedelta(minutes=10), now - timedelta(minutes=5)),)

    record_heartbeat(viewing=viewing, beat=beat(0, (0, 300_000), active=active), now=now)

    summary = Summary.objects.get()
    assert summary.active_seconds == 300
    assert summary.days == {"2026-11-02": 300_000}
    assert summary.last_active_at == now - timedelta(minutes=5)
    assert summary.videos == {
        str(viewing.video_id): {"1": {"o": 1, "c": 250, "a": 300, "s": 1}, "2": {}}
    }


def test_a_heartbeat_costs_a_fixed_number_of_queries(
    viewing: Viewing, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    record_heartbeat(viewing=viewing, beat=beat(0, (0, 1)), now=now)

    # all that has to be known, and all that is to be written
    with django_assert_num_queries(2):
        record_heartbeat(viewing=viewing, beat=beat(1, (0, 10_000)), now=now)


def test_who_was_taken_out_while_watching_loses_nothing_of_what_they_had_watched(
    viewing: Viewing, membership: Membership, learner: User, now: datetime
) -> None:
    left_at = now - timedelta(minutes=10)
    Membership.objects.filter(pk=membership.pk).update(ended_at=left_at)
    across = (left_at - timedelta(seconds=30), left_at + timedelta(seconds=30))

    report_heartbeat(
        user=learner,
        viewing_id=viewing.pk,
        beat=beat(0, (0, 30_000), active=(across,)),
        now=now,
    )

    kept = Viewing.objects.get()
    assert (kept.coverage, kept.active) == (((0, 30_000),), ((across[0], left_at),))
    assert Summary.objects.get().last_active_at == left_at


def test_what_is_watched_after_leaving_counts_nowhere(
    viewing: Viewing, membership: Membership, learner: User, now: datetime
) -> None:
    Membership.objects.filter(pk=membership.pk).update(ended_at=now - timedelta(minutes=10))
    after = (now - timedelta(minutes=10), now)

    for sequence, fields in enumerate([{"active": (after,)}, {}]):
        with pytest.raises(NotFound):
            report_heartbeat(
                user=learner,
                viewing_id=viewing.pk,
                beat=beat(sequence, (0, 30_000), **fields),
                now=now,
            )

    assert Viewing.objects.get().coverage == ()


@pytest.mark.django_db(transaction=True)
@pytest.mark.django_db(transaction=True)
def test_two_at_once_count_both_and_the_same_one_once(
    membership: Membership, video: Video, now: datetime
) -> None:
    viewing = open_viewing(
        membership=membership, video=video, number=1, now=now - timedelta(hours=1)
    )
    barrier = threading.Barrier(4)

    def send(sequence: int) -> None:
        barrier.wait(timeout=10)
        start = sequence * 10_000
        record_heartbeat(
            viewing=viewing, beat=beat(sequence, (start, start + 10_000), pauses=1), now=now
        )
        connection.close()

    threads = [threading.Thread(target=send, args=(sequence,)) for sequence in (0, 0, 1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    stored = Viewing.objects.get()
    assert stored.covered_ms == 30_000
    assert stored.pauses == 3


GOOD = {"client": str(CLIENT), "sequence": 0}


def test_a_whole_heartbeat_is_read() -> None:
    parsed = Heartbeat.parse(
        GOOD
        | {
            "played": [[0, 1500.7], [1000, 2000]],
            "active": [["2026-11-02T13:00:00.123456+01:00", "2026-11-02T12:00:05Z"]],
            "pauses": 2,
            "rate": 1.5,
        }
    )

    assert parsed == Heartbeat(
        client=CLIENT,
        sequence=0,
        played=((0, 2000),),
        active=(
            (
                datetime(2026, 11, 2, 12, 0, 0, 123_000, tzinfo=UTC),
                datetime(2026, 11, 2, 12, 0, 5, tzinfo=UTC),
            ),
        ),
        pauses=2,
        rate=1.5,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client": "me"}, "client"),
        ({"client": 7}, "client"),
        ({"sequence": -1}, "sequence"),
        ({"sequence": 1.5}, "sequence"),
        ({"sequence": True}, "sequence"),
        ({"sequence": 2**31}, "sequence"),
        ({"played": [[-5, 10]]}, "played"),
        ({"played": [[10, 5]]}, "played"),
        ({"played": [[0, float("nan")]]}, "played"),
        ({"played": [[0, float("inf")]]}, "played"),
        ({"played": [[0, 1e300]]}, "played"),
        ({"played": [[0, "10"]]}, "played"),
        ({"played": [[0]]}, "played"),
        ({"played": "0-10"}, "played"),
        ({"played": [[0, 1]] * 1_000_000}, "played"),
        ({"active": [["2026-11-02T12:00:00", "2026-11-02T12:00:05Z"]]}, "active"),
        ({"active": [["2026-11-02T12:00:05Z", "2026-11-02T12:00:00Z"]]}, "active"),
        ({"active": [["2026-13-02T12:00:05Z", "2026-11-02T12:00:00Z"]]}, "active"),
        ({"active": [["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:01+14:00"]]}, "active"),
        ({"active": [[None, 5]]}, "active"),
        ({"pauses": -1}, "pauses"),
        ({"rate": 0}, "rate"),
        ({"rate": float("nan")}, "rate"),
        ({"rate": 99}, "rate"),
        ({"rate": "fast"}, "rate"),
        ({"playhead": 5}, "playhead"),
    ],
)
def test_what_no_player_sends_is_refused_by_name(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Heartbeat.parse(GOOD | changes)

    assert refusal.value.field == field


@pytest.mark.parametrize("data", [None, [], "beat", 5])
def test_what_is_no_object_is_refused(data: object) -> None:
    with pytest.raises(InvalidValue):
        Heartbeat.parse(data)
