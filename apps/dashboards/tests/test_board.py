"""The cohort's rows and figures, against a plain count, and their cost."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import median
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.cohorts.services import end_membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.curriculum.selectors import forget_outlines
from apps.dashboards.attention import Code, Status
from apps.dashboards.board import ORDERS
from apps.dashboards.kept import forget_boards
from apps.dashboards.selectors import cohort_board
from apps.dashboards.words import cohort_verdict, reason_words, rule_words
from apps.notes.services import write_note
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import record_heartbeat
from apps.progress.models import Summary, Viewing
from apps.progress.services import open_viewing
from apps.reminders.models import Rewatch
from apps.reminders.selectors import rewatch_state
from apps.reminders.services import finish_pass

# Wednesday of the cohort's third week; Nadia was here last on 28 October.
NOW = datetime(2026, 11, 11, 12, tzinfo=UTC)
BEGUN = datetime(2026, 10, 28, 12, tzinfo=UTC)


def watch(
    membership: Membership, slug: str, number: int, at: datetime, *, share: float = 1
) -> None:
    """The pass played up to `share` of the video, ending at `at`; finished when that is all of it."""
    video = Video.objects.get(slug=slug)
    played = round(video.duration_ms * share)
    began = at - timedelta(milliseconds=played)
    viewing = open_viewing(
        membership=membership, video=video, number=number, now=began, override=True
    )
    beat = Heartbeat(client=uuid4(), sequence=0, played=((0, played),), active=((began, at),))
    record_heartbeat(viewing=viewing, beat=beat, now=at)
    if share == 1:
        if number == 2:
            write_note(viewing=viewing, at_ms=1, kind="concept", body="A sum", now=at)
        finish_pass(viewing=viewing, now=at)


@pytest.fixture
def several(membership: Membership, cohort: Cohort, join: Join) -> dict[str, Membership]:
    """Nadia stopped half-way, Adam rewatches, Mia has begun nothing, Zoe joined yesterday, Gus left."""
    people = {"Nadia": membership}
    for name in ("Adam", "Mia", "Zoe", "Gus"):
        joined = join(make_user(name), cohort)
        people[name] = Membership.objects.select_related(
            "cohort__revision__curriculum", "user"
        ).get(pk=joined.pk)
    Membership.objects.filter(user__name="Zoe").update(joined_at=NOW - timedelta(days=1))
    watch(people["Nadia"], "first", 1, BEGUN)
    watch(people["Nadia"], "coding", 1, BEGUN + timedelta(hours=2), share=0.5)
    for day in range(12):
        at = NOW - timedelta(days=12 - day, hours=1)
        if day == 0:
            watch(people["Adam"], "first", 1, at)
        elif day == 2:
            watch(people["Adam"], "guest", 1, at)
        elif day == 10:
            watch(people["Adam"], "first", 2, at)
        elif day == 11:
            watch(people["Adam"], "second", 1, at)
    watch(people["Gus"], "first", 1, BEGUN)
    end_membership(membership=people["Gus"], now=NOW - timedelta(days=1))
    return people


def test_figures_agree_with_a_plain_count(several: dict[str, Membership], cohort: Cohort) -> None:
    board = cohort_board(cohort=cohort, now=NOW)

    members = [several[name] for name in ("Adam", "Mia", "Nadia", "Zoe")]
    assert [row.name for row in board.rows] == ["Adam", "Mia", "Nadia Kowalska", "Zoe"]
    bonus = Video.objects.get(slug="guest").pk
    done, due, overdue = [], 0, 0
    for member, row in zip(members, board.rows, strict=True):
        viewings = Viewing.objects.filter(membership=member)
        assert row.active_seconds == sum(each.active_seconds for each in viewings)
        own = sum(each.active_seconds for each in viewings if each.video_id != bonus)
        assert row.done_seconds == own
        done.append(own)
        states = [
            rewatch_state(each, date(2026, 11, 11))
            for each in Rewatch.objects.filter(membership=member, is_owed=True)
        ]
        assert row.debt.count == sum(state in ("due", "overdue") for state in states)
        due += row.debt.count
        overdue += states.count("overdue")
    figures = board.figures
    assert figures.learners == 4
    assert figures.here == 1
    assert figures.median_done_seconds == median(done)
    assert (figures.debt_count, figures.debt_overdue) == (due, overdue) == (1, 1)
    # Twenty minutes at two and a half times.
    assert figures.debt_seconds == 3000
    assert (figures.effort_ratio, figures.light_share, figures.light_percent) == (1.0, 1.0, 100)


def test_the_funnel_counts_every_pass(several: dict[str, Membership], cohort: Cohort) -> None:
    board = cohort_board(cohort=cohort, now=NOW)

    counted = {
        steps.video.slug: (
            steps.first_opened,
            steps.first_done,
            steps.second_opened,
            steps.second_done,
        )
        for steps in board.funnel
    }
    assert counted == {
        "first": (2, 2, 1, 1),
        "second": (1, 1, 0, 0),
        "guest": (1, 1, 0, 0),
        "coding": (1, 0, 0, 0),
    }


def test_everyone_has_the_status_the_rules_give(
    several: dict[str, Membership], cohort: Cohort
) -> None:
    board = cohort_board(cohort=cohort, now=NOW)

    said = {
        row.name: (row.status, [reason.code for reason in row.attention.reasons])
        for row in board.rows
    }
    assert said == {
        # One of one second pass is light, and hours are few at both week ends.
        "Adam": (Status.NEEDS_HELP, [Code.BEHIND, Code.LIGHT]),
        "Mia": (Status.NEEDS_HELP, [Code.NOT_STARTED]),
        "Nadia Kowalska": (Status.NEEDS_HELP, [Code.STOPPED, Code.BEHIND, Code.DEBT]),
        "Zoe": (Status.NOT_STARTED, []),
    }
    stopped = board.rows[2].attention.reasons[0]
    assert reason_words(stopped, board.plan.outline) == (
        "Not here for 14 days. Left off at 50 % of the first pass of “Coding”."
    )


def test_time_on_bonus_videos_is_not_taken_off_twice(
    membership: Membership, cohort: Cohort
) -> None:
    """The bonus video was watched after the week's end; what was done before it still counts."""
    watch(membership, "first", 1, BEGUN)
    watch(membership, "guest", 1, NOW - timedelta(hours=1))

    (row,) = cohort_board(cohort=cohort, now=NOW).rows

    behind = next(reason for reason in row.attention.reasons if reason.code == Code.BEHIND)
    # By 9 November, 00:00 in Warsaw: two weeks less ten hours at five hours a week, budget 18,900 s.
    assert behind.share == pytest.approx(1200 / 18900)


def test_time_on_bonus_videos_makes_up_for_no_week(membership: Membership, cohort: Cohort) -> None:
    """A bonus video before the week's end, an owed one after it: by the end nothing was done."""
    watch(membership, "guest", 1, BEGUN)
    watch(membership, "first", 1, NOW - timedelta(hours=1))

    (row,) = cohort_board(cohort=cohort, now=NOW).rows

    behind = next(reason for reason in row.attention.reasons if reason.code == Code.BEHIND)
    assert behind.share == 0
    assert row.done_seconds == 1200


def test_who_is_through_with_all_that_is_owed_has_finished(
    membership: Membership, cohort: Cohort
) -> None:
    for number, slug in enumerate(("first", "second", "coding")):
        watch(membership, slug, 1, BEGUN + timedelta(hours=2 * number))
        watch(membership, slug, 2, BEGUN + timedelta(days=4, hours=2 * number))

    board = cohort_board(cohort=cohort, now=NOW)

    (row,) = board.rows
    assert (row.status, row.finish) == (Status.FINISHED, None)
    assert cohort_verdict(board) == ("Nobody needs you.", "1 has finished.")


def test_the_verdict_is_made_of_whole_sentences(
    several: dict[str, Membership], cohort: Cohort
) -> None:
    head, rest = cohort_verdict(cohort_board(cohort=cohort, now=NOW))

    assert head == "3 of 4 need you."
    assert rest == (
        "1 has not begun, 1 stopped a week ago or more and 1 is far behind the plan. "
        "1 has just joined."
    )


def test_an_empty_cohort_says_so(cohort: Cohort) -> None:
    board = cohort_board(cohort=cohort, now=NOW)

    assert cohort_verdict(board) == ("Nobody learns here yet.", "")
    assert board.figures.finishing_on is None


def test_a_cohort_that_has_not_begun_blames_nobody(membership: Membership, cohort: Cohort) -> None:
    cohort.starts_on = date(2026, 11, 20)
    cohort.save()

    board = cohort_board(cohort=cohort, now=NOW)

    assert [row.status for row in board.rows] == [Status.NOT_STARTED]
    assert board.figures.median_planned_seconds == 0


def test_every_order_is_total(several: dict[str, Membership], cohort: Cohort) -> None:
    board = cohort_board(cohort=cohort, now=NOW)

    for name, key in ORDERS.items():
        listed = board.listed(order=name)
        assert len({key(row) for row in listed}) == 4, name
        assert sorted(listed, key=key) == listed
    assert board.listed(order="need")[0].name == "Mia"
    assert [row.name for row in board.listed(status="not_started")] == ["Zoe"]
    assert [row.name for row in board.listed(query=" nAd")] == ["Nadia Kowalska"]


def test_every_rule_is_told(db: None) -> None:
    assert len(rule_words()) == len(Code)


@pytest.fixture
def crowd(cohort: Cohort, membership: Membership, video: Video) -> Iterator[Callable[[int], None]]:
    """Make so many more learners with a pass and a rewatch each, without the services' cost."""

    def made(count: int) -> None:
        start = User.objects.count()
        users = User.objects.bulk_create(
            User(
                email=f"crowd{number}@example.org",
                name=f"Crowd {number}",
                sort_name=f"crowd {number:04}",
                time_zone="Europe/Warsaw",
            )
            for number in range(start, start + count)
        )
        members = Membership.objects.bulk_create(
            Membership(user=user, cohort=cohort, joined_at=BEGUN) for user in users
        )
        packed = {str(video.pk): {"1": {"o": 1, "c": 1000, "t": int(BEGUN.timestamp())}, "2": {}}}
        Summary.objects.bulk_create(
            Summary(
                membership=member,
                first_passes=1,
                owed_first_passes=1,
                active_seconds=1200,
                started_at=BEGUN,
                last_active_at=BEGUN,
                videos=packed,
                days={"2026-10-28": 1_200_000},
                updated_at=BEGUN,
            )
            for member in members
        )
        Rewatch.objects.bulk_create(
            Rewatch(
                membership=member,
                video=video,
                anchor_at=BEGUN,
                anchor_on=BEGUN.date(),
                due_on=date(2026, 11, 1),
                first_due_on=date(2026, 11, 1),
                ladder=[4, 8, 16, 30],
            )
            for member in members
        )

    forget_outlines()
    yield made
    forget_outlines()


def test_three_hundred_learners_cost_as_many_statements_as_three(
    crowd: Callable[[int], None], cohort: Cohort
) -> None:
    costs = []
    for more in (2, 298):
        crowd(more)
        forget_outlines()
        with CaptureQueriesContext(connection) as queries:
            board = cohort_board(cohort=cohort, now=NOW)
            figures = board.figures
        costs.append(len(queries))

    assert figures.learners == 301
    assert figures.debt_count == 300
    assert costs[0] == costs[1] <= 12


def test_the_page_costs_the_same_for_three_and_three_hundred(
    crowd: Callable[[int], None], instructor: User
) -> None:
    client = Client()
    client.force_login(instructor)
    costs = []
    with time_machine.travel(NOW, tick=False):
        for more in (2, 298):
            crowd(more)
            forget_outlines()
            client.get("/teach/autumn/?q=nobody")
            forget_boards()
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/teach/autumn/").status_code == 200
            costs.append(len(queries))

    # The outline is read once in five seconds, whoever asks; what is left is the page's own.
    assert costs[0] == costs[1] <= 12
