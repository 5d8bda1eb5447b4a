"""The week's bars and the finishing date: arithmetic alone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.classroom.week import BAR_HEIGHT, week_of
from apps.overview.pace import Length, finishing, seconds_to_go, whole_seconds

WEDNESDAY = date(2026, 11, 25)
HOUR = 3600
BEGAN = datetime(2026, 11, 2, tzinfo=UTC)


def test_a_week_has_its_days_done_and_the_rest_spread_over_the_days_to_come() -> None:
    done = {date(2026, 11, 23): HOUR, WEDNESDAY: 2 * HOUR, date(2026, 11, 16): 9 * HOUR}

    week = week_of(done, today=WEDNESDAY, planned=5 * HOUR)

    assert [day.seconds for day in week.days] == [HOUR, 0, 2 * HOUR, 0, 0, 0, 0]
    assert [day.planned for day in week.days] == [0, 0, 0, 1800, 1800, 1800, 1800]
    assert (week.done, week.left, week.left_a_day) == (3 * HOUR, 2 * HOUR, 1800)
    assert [day.height for day in week.days] == [28, 2, BAR_HEIGHT, 14, 14, 14, 14]
    assert [day.is_today for day in week.days].index(True) == 2


def test_a_whole_week_plans_nothing_more() -> None:
    week = week_of({WEDNESDAY: 6 * HOUR}, today=WEDNESDAY, planned=5 * HOUR)

    assert (week.left, week.left_a_day) == (0, 0)


def test_on_sunday_nothing_is_left_to_plan_for() -> None:
    week = week_of({}, today=date(2026, 11, 29), planned=5 * HOUR)

    assert (week.left, week.left_a_day) == (5 * HOUR, 0)


def test_what_is_to_go_counts_both_passes_and_no_bonus() -> None:
    lengths = [
        Length(seconds=1000, is_bonus=False, first_share=1.0, second_share=1.0),
        Length(seconds=1000, is_bonus=False, first_share=1.0, second_share=0.5),
        Length(seconds=1000, is_bonus=False, first_share=0.25, second_share=0.0),
        Length(seconds=9000, is_bonus=True, first_share=0.0, second_share=0.0),
    ]

    assert seconds_to_go(lengths, own_ratio=None) == 1250 + 750 + 2500
    assert seconds_to_go(lengths, own_ratio=2.0) == 1000 + 750 + 2000
    assert whole_seconds(lengths, own_ratio=2.0) == 9000


def finish(*, left: int, done: int, days: int) -> tuple[date | None, float, bool, date]:
    now = BEGAN + timedelta(days=days)
    answer = finishing(
        left=left,
        done=done,
        begins_at=BEGAN,
        now=now,
        today=now.date(),
        planned_hours=5,
        plan_seconds=50 * HOUR,
        plan_from=BEGAN.date(),
        zone=ZoneInfo("UTC"),
    )
    return answer.on, answer.hours_per_week, answer.is_own, answer.plan_on


def test_the_finishing_date_follows_the_learners_own_pace() -> None:
    assert finish(left=20 * HOUR, done=12 * HOUR, days=21) == (
        date(2026, 12, 28),
        4.0,
        True,
        date(2027, 1, 11),
    )


def test_in_the_first_week_the_plans_pace_is_taken() -> None:
    assert finish(left=10 * HOUR, done=HOUR, days=3)[:3] == (date(2026, 11, 19), 5, False)


def test_a_pace_that_never_gets_there_has_no_date() -> None:
    assert finish(left=100 * HOUR, done=HOUR, days=70)[0] is None


def test_who_is_through_finishes_today() -> None:
    assert finish(left=0, done=50 * HOUR, days=70)[0] == date(2027, 1, 11)
