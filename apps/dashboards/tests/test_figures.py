"""Over random histories every figure equals a slow, obvious computation from facts, and what is kept equals both."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from uuid import UUID

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.dashboards import kept
from apps.dashboards.board import Board
from apps.dashboards.places import Place
from apps.dashboards.selectors import _rows, cohort_board
from apps.notes.models import Note
from apps.notes.services import write_note
from apps.overview.services import change_profile, leave_cohort
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import record_heartbeat
from apps.progress.models import Summary, Viewing
from apps.progress.services import open_viewing, rebuild_summary
from apps.reminders.errors import RewatchEnded
from apps.reminders.models import Rewatch
from apps.reminders.services import answer_recall, finish_pass, snooze_rewatch
from apps.reminders.slots import local_date

BEGAN = datetime(2026, 11, 2, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
ZONES = ("Europe/Warsaw", "Pacific/Auckland", "America/New_York")

acts = st.lists(
    st.tuples(
        st.sampled_from(
            ("watch", "watch", "finish", "finish", "snooze", "answer", "ask", "zone", "leave")
        ),
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(1, 60),
    ),
    min_size=1,
    max_size=25,
)


@pytest.fixture
def people(cohort: Cohort, join: Join) -> list[Membership]:
    joined = [join(make_user(f"Racer {n}", time_zone=zone), cohort) for n, zone in enumerate(ZONES)]
    found = Membership.objects.select_related("cohort", "user")
    return [found.get(pk=each.pk) for each in joined]


@pytest.fixture(autouse=True)
def small_ones_are_kept_too(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(kept, "KEPT_FROM_LEARNERS", 1)
    monkeypatch.setattr(kept, "KEPT_FOR", timedelta(0))
    yield
    kept.forget_boards()
    cache.clear()


@pytest.mark.django_db
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=acts)
def test_every_figure_equals_a_slow_computation_from_facts(
    people: list[Membership], cohort: Cohort, history: Sequence[tuple[str, int, int, int]]
) -> None:
    start_anew(people)
    videos = list(Video.objects.filter(placements__revision=cohort.revision_id).order_by("pk"))
    now = BEGAN
    for act, who, what, hours in history:
        now += timedelta(hours=hours)
        do(act, people[who], videos[what], now)
        board = cohort_board(cohort=cohort, now=now)

    whole = kept._counted(board.plan, _rows).board
    assert list(board.rows) == list(whole.rows)
    assert board.figures == whole.figures
    check_debts(board)
    check_funnel(board, videos, now)
    check_pace(board, now)
    check_sums(board)
    check_summaries(people, now)


def start_anew(people: Sequence[Membership]) -> None:
    for model in (Note, Rewatch, Viewing, Summary):
        model.objects.all().delete()
    Membership.objects.update(ended_at=None)
    for member, zone in zip(people, ZONES, strict=True):
        User.objects.filter(pk=member.user_id).update(time_zone=zone)
        member.refresh_from_db()
        member.user.refresh_from_db()
    kept.forget_boards()
    cache.clear()


def do(act: str, member: Membership, video: Video, now: datetime) -> None:
    """One thing a learner may do; what is not possible just now is left out."""
    member.refresh_from_db()
    if member.ended_at is not None:
        return
    passes = {v.number: v for v in Viewing.objects.filter(membership=member, video=video)}
    rewatch = Rewatch.objects.filter(membership=member, video=video).first()
    number = 2 if 1 in passes and passes[1].is_completed else 1
    if act in ("watch", "finish"):
        viewing = passes.get(number) or open_viewing(
            membership=member,
            video=video,
            number=number,
            now=now - timedelta(minutes=9),
            override=True,
        )
        viewing.membership, viewing.video = member, video
        if act == "watch":
            active = ((now - timedelta(minutes=9), now),)
            beat = Heartbeat(
                client=UUID(int=int(now.timestamp())),
                sequence=0,
                played=((0, 540_000),),
                active=active,
            )
            record_heartbeat(viewing=viewing, beat=beat, now=now)
            return
        if number == 2 and not viewing.note_count:
            write_note(viewing=viewing, at_ms=1, kind="concept", body="A sum", now=now)
        finish_pass(viewing=viewing, now=now, self_reported=True)
    elif act == "ask" and 2 in passes:
        passes[2].membership, passes[2].video = member, video
        write_note(
            viewing=passes[2], at_ms=1, kind="question", body="Why?", visibility="cohort", now=now
        )
    elif act == "zone":
        change_profile(user=member.user, time_zone=ZONES[video.pk % 3], now=now)
    elif act == "leave" and video.pk % 4 == 0:
        leave_cohort(membership=member, now=now)
    elif rewatch is not None and act in ("snooze", "answer"):
        try:
            if act == "snooze":
                snooze_rewatch(rewatch=rewatch, now=now, days=2)
            else:
                answer_recall(rewatch=rewatch, answer="most", now=now)
        except RewatchEnded:
            pass


def owed_now(now: datetime) -> int:
    rows = Rewatch.objects.filter(
        kept_at=None, stopped_at=None, is_owed=True, membership__ended_at=None
    )
    return sum(each.due_on <= local_date(now, each.membership.user.zone) for each in rows)


def check_debts(board: Board) -> None:
    now = board.as_of
    assert board.figures.debt_count == owed_now(now)
    assert board.debts.days[-1].due == owed_now(now)
    assert board.figures.debt_overdue == board.debts.days[-1].overdue


def check_funnel(board: Board, videos: Sequence[Video], now: datetime) -> None:
    by_id = {steps.video.id: steps for steps in board.funnel}
    learners = list(Membership.objects.active().learners())
    for video in videos:
        steps = by_id[video.pk]
        viewings = Viewing.objects.filter(video=video, membership__in=learners)
        first, second = viewings.filter(number=1), viewings.filter(number=2)
        done = second.filter(completed_at__isnull=False)
        assert steps.first_opened == first.count()
        assert steps.first_done == first.filter(completed_at__isnull=False).count()
        assert steps.second_opened == second.count()
        assert steps.second_done == steps.places[Place.DONE] == done.count()
        assert steps.light == sum("light" in each.flags for each in done)
        assert sum(steps.places.values()) == len(learners)
        due = 0
        for rewatch in Rewatch.objects.filter(video=video, membership__in=learners, kept_at=None):
            begun = second.filter(membership=rewatch.membership).exists()
            today = local_date(now, rewatch.membership.user.zone)
            due += not begun and rewatch.stopped_at is None and rewatch.due_on <= today
        assert steps.places[Place.DUE] + steps.places[Place.OVERDUE] == due
        ratios = [
            round((each.active_seconds + each.elsewhere_seconds) / video.duration_seconds, 3)
            for each in done
        ]
        assert steps.effort_ratio == (pytest.approx(median(ratios)) if ratios else None)


def check_pace(board: Board, now: datetime) -> None:
    """Each learner's seconds of videos that count, up to the end of each own week, cut at the cohort's midnights."""
    cohort = board.plan.cohort
    told: dict[int, list[float]] = {}
    for member in Membership.objects.active().learners():
        begins_on = max(cohort.starts_on, local_date(member.joined_at, cohort.zone))
        weeks = (local_date(now, cohort.zone) - begins_on).days // 7
        for week in range(1, weeks + 1):
            end = datetime.combine(begins_on + WEEK * week, datetime.min.time(), cohort.zone)
            seconds = sum(
                max(0.0, (min(upper, end) - lower).total_seconds())
                for viewing in Viewing.objects.filter(membership=member)
                if viewing.video_id in {v.id for v in board.plan.outline.videos if not v.is_bonus}
                for lower, upper in viewing.active
            )
            told.setdefault(week, []).append(round(seconds))
    assert [each.number for each in board.pace] == sorted(told)
    for found in board.pace:
        done = told[found.number]
        low, middle, high = quantiles(done, n=4, method="inclusive") if len(done) > 1 else done * 3
        assert (found.low, found.middle, found.high) == pytest.approx((low, middle, high))
        assert found.learners == len(done)


def check_sums(board: Board) -> None:
    for row in board.rows:
        viewings = list(Viewing.objects.filter(membership=row.membership_id))
        done = [each for each in viewings if each.completed_at]
        assert row.first_passes == sum(each.number == 1 for each in done)
        assert row.second_passes == sum(each.number == 2 for each in done)
        assert row.active_seconds == sum(each.active_seconds for each in viewings)
    counted = [row for row in board.rows if row.effort_ratio is not None]
    assert (board.figures.effort_ratio is None) == (not counted)
    asked = Note.objects.filter(kind="question", viewing__membership__ended_at=None)
    assert sum(board.questions.values()) == asked.count()


def check_summaries(people: Sequence[Membership], now: datetime) -> None:
    left_out = ("id", "membership_id", "updated_at")
    names = [f.attname for f in Summary._meta.concrete_fields if f.attname not in left_out]
    for member in people:
        kept_one = Summary.objects.filter(membership=member).values(*names).first()
        if kept_one is not None:
            rebuilt = rebuild_summary(membership=member, now=now)
            assert {name: getattr(rebuilt, name) for name in names} == kept_one
