"""Weeks by hand and breaks on the instructor's page, and what follows for learners, figures and reminders."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Event, Membership
from apps.core.dates import exact_day
from apps.curriculum.models import Video
from apps.curriculum.outline import Outline
from apps.curriculum.selectors import revision_outline
from apps.dashboards.rows import LearnerRow
from apps.dashboards.selectors import learner_row, plan_of
from apps.dashboards.tests.test_cohort_pages import signed_in, text_of
from apps.overview import services as overview
from apps.progress.services import open_viewing
from apps.reminders import services
from apps.reminders.models import Wake
from apps.reminders.services import finish_pass

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
PAGE = "/teach/autumn/settings/weeks/"
BREAK = {"action": "break", "first_on": "2026-11-05", "last_on": "2026-11-12", "name": "Harvest"}


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_an_instructor_sets_weeks_by_hand_and_learners_read_them(
    instructor: User, learner: User, cohort: Cohort, video: Video, coding_video: Video
) -> None:
    client = signed_in(instructor)

    page = client.post(
        PAGE,
        {"action": "weeks", f"week_{coding_video.pk}": "2", f"week_{video.pk}": "3"},
        follow=True,
    )

    cohort.refresh_from_db()
    assert cohort.set_weeks == {str(coding_video.pk): 2, str(video.pk): 3}
    assert "The weeks are saved." in text_of(page)
    assert Event.objects.get(kind=Event.Kind.CHANGED).details["fields"].keys() == {"set_weeks"}
    roadmap = text_of(signed_in(learner).get("/c/autumn/roadmap/"))
    assert "By the plan this is your week 2:</b> 4. Coding" in roadmap
    wrong = client.post(PAGE, {"action": "weeks", f"week_{video.pk}": "0"})
    assert wrong.status_code == 422


def test_a_break_stands_in_the_plan_and_goes_again(
    instructor: User, learner: User, cohort: Cohort
) -> None:
    client = signed_in(instructor)
    client.post(PAGE, BREAK | {"first_on": "2026-11-01"})

    assert "Harvest: a break until" in text_of(signed_in(learner).get("/c/autumn/roadmap/"))
    overlapping = client.post(PAGE, BREAK)
    backwards = client.post(PAGE, BREAK | {"first_on": "2026-12-02", "last_on": "2026-12-01"})
    assert "A day lies in one break only." in text_of(overlapping)
    assert "A break ends after it begins." in text_of(backwards)
    assert (overlapping.status_code, backwards.status_code) == (422, 422)
    history = text_of(client.get("/teach/autumn/history/"))
    assert f"{exact_day(date(2026, 11, 1))} – {exact_day(date(2026, 11, 12))}" in history
    client.post(PAGE, {"action": "remove", "first_on": "2026-11-01"})
    cohort.refresh_from_db()
    assert cohort.breaks == []


def test_of_two_who_put_in_a_break_at_once_both_have_theirs(
    instructor: User, cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other's is written after this request has read the cohort."""

    def meanwhile(*, revision_id: int) -> Outline:
        other = {"first_on": "2026-12-21", "last_on": "2027-01-03", "name": "Winter"}
        Cohort.objects.filter(pk=cohort.pk).update(breaks=[other | {"is_quiet": False}])
        return revision_outline(revision_id=revision_id)

    monkeypatch.setattr("apps.dashboards.views.weeks.revision_outline", meanwhile)
    signed_in(instructor).post(PAGE, BREAK)

    cohort.refresh_from_db()
    assert [each["name"] for each in cohort.breaks] == ["Harvest", "Winter"]


def test_observers_read_and_change_nothing(observer: User, learner: User, cohort: Cohort) -> None:
    client = signed_in(observer)

    assert "You observe" in text_of(client.get(PAGE))
    assert client.post(PAGE, BREAK).status_code == 403
    assert signed_in(learner).get(PAGE).status_code == 403


def test_nobody_falls_behind_or_is_missed_during_a_break(
    membership: Membership, cohort: Cohort
) -> None:
    later = NOW - timedelta(days=1)
    before = learner_row(membership=membership, now=later)

    membership.cohort = overview.change_cohort(
        cohort=cohort,
        now=NOW,
        breaks=[{"first_on": date(2026, 10, 27), "last_on": date(2026, 10, 31)}],
    )
    after = learner_row(membership=membership, now=later)

    def planned(cohort: Cohort, row: LearnerRow) -> int:
        return plan_of(cohort=cohort, now=later).planned_seconds(row.begins_at, later)

    # Of 147 hours of plan since the start, five days are taken out.
    assert planned(cohort, before) == round(5 * 3600 * 147 / 168)
    assert planned(membership.cohort, after) == round(5 * 3600 * 27 / 168)
    assert [reason.code for reason in before.attention.reasons] == ["not_started"]
    assert not after.attention.reasons


@pytest.mark.parametrize(
    ("is_quiet", "slot_on"), [(False, date(2026, 11, 6)), (True, date(2026, 11, 13))]
)
def test_a_quiet_break_holds_messages_back_and_only_where_it_is_said_to_be_quiet(
    membership: Membership,
    cohort: Cohort,
    video: Video,
    learner: User,
    is_quiet: bool,
    slot_on: date,
) -> None:
    viewing = open_viewing(membership=membership, video=video, number=1, now=NOW)
    viewing.membership, viewing.video = membership, video
    rewatch = finish_pass(viewing=viewing, now=NOW, self_reported=True).rewatch
    assert rewatch is not None
    assert Wake.objects.get(user=learner).slot_on == date(2026, 11, 6)

    quiet = overview.change_cohort(
        cohort=cohort,
        now=NOW,
        breaks=[
            {"first_on": date(2026, 11, 5), "last_on": date(2026, 11, 12), "is_quiet": is_quiet}
        ],
    )
    services.plan_rewatches(now=NOW + timedelta(minutes=1))
    planned = Wake.objects.get(user=learner).slot_on
    rewatch.refresh_from_db()
    assert (planned, rewatch.due_on) == (slot_on, date(2026, 11, 6))

    overview.change_cohort(cohort=quiet, now=NOW + timedelta(minutes=2), breaks=[])
    services.plan_rewatches(now=NOW + timedelta(minutes=3))
    assert Wake.objects.get(user=learner).slot_on == date(2026, 11, 6)


def test_a_change_of_breaks_costs_nobody_the_message_whose_hour_has_come(
    membership: Membership, cohort: Cohort, video: Video, learner: User
) -> None:
    viewing = open_viewing(membership=membership, video=video, number=1, now=NOW)
    viewing.membership, viewing.video = membership, video
    finish_pass(viewing=viewing, now=NOW, self_reported=True)
    hour = Wake.objects.get(user=learner).next_at
    assert hour is not None

    overview.change_cohort(
        cohort=cohort,
        now=hour + timedelta(seconds=5),
        breaks=[{"first_on": date(2026, 12, 5), "last_on": date(2026, 12, 12), "is_quiet": True}],
    )
    report = services.plan_rewatches(now=hour + timedelta(seconds=10))

    assert [message.slot_on for message in report.messages] == [date(2026, 11, 6)]
