"""The dated record of promises: what was debt on a day that is past."""

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.overview import services as overview
from apps.progress.models import Evidence, Rating, Summary, Viewing
from apps.reminders import services
from apps.reminders.models import PromiseChange, Rewatch
from apps.reminders.promises import Change, PromiseHistory, debt_on

DAY = timedelta(days=1)
FRIDAY = date(2026, 11, 6)


@pytest.fixture
def rewatch(membership: Membership, video: Video) -> Rewatch:
    """Promised on Monday 2 November at noon, due on the Friday."""
    viewing = Viewing.objects.create(
        membership=membership,
        video=video,
        number=1,
        opened_at=datetime(2026, 11, 2, 10, tzinfo=UTC),
    )
    finished = services.finish_pass(
        viewing=viewing, now=datetime(2026, 11, 2, 12, tzinfo=UTC), self_reported=True
    )
    assert finished.rewatch is not None
    assert finished.rewatch.due_on == FRIDAY
    return finished.rewatch


def changes() -> list[tuple[datetime, date | None]]:
    return list(PromiseChange.objects.order_by("at", "id").values_list("at", "owed_on"))


def test_a_snooze_leaves_behind_since_when_it_was_owed(rewatch: Rewatch) -> None:
    sunday = datetime(2026, 11, 8, 12, tzinfo=UTC)

    services.snooze_rewatch(rewatch=rewatch, now=sunday, days=3)
    services.snooze_rewatch(rewatch=rewatch, now=sunday, days=3)

    assert changes() == [(sunday, FRIDAY)]
    assert Summary.objects.get().updated_at == sunday


def test_an_answer_that_moves_the_promise_does_so_too(rewatch: Rewatch) -> None:
    sunday = datetime(2026, 11, 8, 12, tzinfo=UTC)

    services.answer_recall(rewatch=rewatch, answer="most", now=sunday)

    rewatch.refresh_from_db()
    assert rewatch.due_on > FRIDAY
    assert changes() == [(sunday, FRIDAY)]


def test_a_rating_that_moves_it_does_so_too(rewatch: Rewatch) -> None:
    tuesday = datetime(2026, 11, 3, 12, tzinfo=UTC)

    services.write_scaffold(
        viewing=Viewing.objects.get(), concepts=["Sums"], links="", rating=Rating.EASY, now=tuesday
    )

    assert changes() == [(tuesday, FRIDAY)]


def test_who_comes_back_owed_nothing_while_they_were_away(
    rewatch: Rewatch, membership: Membership
) -> None:
    left, back = datetime(2026, 11, 8, 12, tzinfo=UTC), datetime(2026, 11, 12, 12, tzinfo=UTC)
    overview.leave_cohort(membership=membership, now=left)
    membership.refresh_from_db()
    services.restart_rewatches(membership=membership, now=back)

    assert changes() == [(left, FRIDAY), (back, None)]


def test_a_kept_promise_needs_no_row(rewatch: Rewatch, membership: Membership) -> None:
    viewing = Viewing.objects.create(
        membership=membership,
        video=rewatch.video,
        number=2,
        opened_at=datetime(2026, 11, 7, 10, tzinfo=UTC),
        note_count=1,
    )

    services.finish_pass(
        viewing=viewing, now=datetime(2026, 11, 7, 12, tzinfo=UTC), self_reported=True
    )

    assert Viewing.objects.get(number=2).evidence == Evidence.SELF_REPORTED
    assert changes() == []


def test_debt_of_a_day_follows_how_the_promise_stood_at_its_end() -> None:
    moved_on_sunday = PromiseHistory(
        owed_on=FRIDAY + 5 * DAY,
        ended_on=FRIDAY + 7 * DAY,
        changes=(Change(FRIDAY + 2 * DAY, FRIDAY),),
    )

    days = [debt_on([moved_on_sunday], FRIDAY + number * DAY) for number in range(-1, 9)]

    # Owed on Friday and Saturday, moved on Sunday to Wednesday, kept on the Friday after.
    assert days == [0, 1, 1, 0, 0, 0, 1, 1, 0, 0]


def test_what_was_stopped_for_a_while_counts_before_and_after() -> None:
    away = PromiseHistory(
        owed_on=FRIDAY,
        ended_on=None,
        changes=(Change(FRIDAY + DAY, FRIDAY), Change(FRIDAY + 3 * DAY, None)),
    )

    assert [debt_on([away], FRIDAY + number * DAY) for number in range(5)] == [1, 0, 0, 1, 1]
