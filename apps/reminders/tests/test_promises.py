"""The dated record of promises: what was debt on a day that is past."""

from datetime import UTC, date, datetime, timedelta
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Video
from apps.overview import services as overview
from apps.progress.models import Evidence, Rating, Summary, Viewing
from apps.reminders import services
from apps.reminders.models import PromiseChange, Rewatch
from apps.reminders.promises import Change, PromiseHistory, promises_by_membership

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


def owed_at_the_end_of(day: date, promise: PromiseHistory) -> bool:
    """The definition, read aloud."""
    if promise.ended_on is not None and promise.ended_on <= day:
        return False
    later = [change.owed_on for change in promise.changes if change.day > day]
    stood = later[0] if later else promise.owed_on
    return stood is not None and stood <= day


days = st.dates(FRIDAY, FRIDAY + 20 * DAY)


@given(
    owed_on=st.none() | days,
    ended_on=st.none() | days,
    changes=st.lists(st.tuples(days, st.none() | days), max_size=4),
)
def test_debt_of_a_day_is_how_the_promise_stood_at_its_end(
    owed_on: date | None, ended_on: date | None, changes: list[tuple[date, date | None]]
) -> None:
    promise = PromiseHistory(
        video_id=1,
        due_on=owed_on or FRIDAY,
        owed_on=owed_on,
        ended_on=ended_on,
        changes=tuple(Change(day, before) for day, before in sorted(changes, key=itemgetter(0))),
    )

    spans = list(promise.debts())

    for number in range(-2, 25):
        day = FRIDAY + number * DAY
        inside = [span for span in spans if span[0] <= day < span[1]]
        assert len(inside) == owed_at_the_end_of(day, promise)


def test_debt_of_past_days_is_read_from_the_record(rewatch: Rewatch, cohort: Cohort) -> None:
    sunday, wednesday = datetime(2026, 11, 8, 12, tzinfo=UTC), date(2026, 11, 11)
    services.snooze_rewatch(rewatch=rewatch, now=sunday, until=wednesday)

    ((promise,),) = promises_by_membership(cohort=cohort).values()

    assert list(promise.debts()) == [
        (FRIDAY, FRIDAY + 2 * DAY, FRIDAY),
        (wednesday, date.max, wednesday),
    ]
    assert promise.known_from is None


def test_what_nobody_wrote_down_is_said_to_be_unknown(rewatch: Rewatch, cohort: Cohort) -> None:
    at = datetime(2026, 11, 8, 12, tzinfo=UTC)
    PromiseChange.objects.create(rewatch=rewatch, at=at, owed_on=None, is_known=False)

    ((promise,),) = promises_by_membership(cohort=cohort).values()

    assert promise.known_from == date(2026, 11, 8)
    assert next(promise.debts())[0] == date(2026, 11, 8)
