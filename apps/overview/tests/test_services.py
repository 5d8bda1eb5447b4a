"""What spans apps: a profile whose zone moves reminders, and rewatches that leave and come back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.cohorts.services import create_invitation
from apps.conftest import Join, make_user
from apps.core.errors import InvalidValue
from apps.curriculum.models import Video
from apps.overview import services
from apps.progress.models import Viewing
from apps.progress.services import open_viewing
from apps.reminders.models import Rewatch, Wake
from apps.reminders.services import finish_pass, plan_rewatches


@pytest.fixture
def rewatch(membership: Membership, video: Video, now: datetime) -> Rewatch:
    viewing = open_viewing(membership=membership, video=video, number=1, now=now)
    viewing.membership, viewing.video = membership, video
    made = finish_pass(viewing=viewing, now=now, self_reported=True).rewatch
    assert made is not None
    return made


def test_a_changed_name_sorts_anew(learner: User, now: datetime) -> None:
    changed = services.change_profile(user=learner, name="  Ёлка   Zorn ", now=now)

    assert (changed.name, changed.sort_name) == ("Ёлка Zorn", "елка zorn")
    learner.refresh_from_db()
    assert learner.name == "Ёлка Zorn"
    assert learner.time_zone == "Europe/Warsaw"


def test_another_zone_moves_the_next_reminder(
    rewatch: Rewatch, learner: User, now: datetime
) -> None:
    before = Wake.objects.get(user=learner).next_at
    assert before is not None

    services.change_profile(user=learner, time_zone="America/Los_Angeles", now=now)

    after = Wake.objects.get(user=learner).next_at
    assert after is not None
    # The same local hour of the same day comes nine hours later over there.
    assert after - before == timedelta(hours=9)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "   "}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"language": "xx"}, "language"),
        ({"time_zone": "Nowhere/City"}, "time_zone"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(
    learner: User, now: datetime, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        services.change_profile(user=learner, now=now, **change)

    assert refused.value.field == field


def test_who_leaves_is_reminded_no_more_and_who_returns_finds_all_again(
    rewatch: Rewatch, membership: Membership, learner: User, instructor: User, now: datetime
) -> None:
    services.leave_cohort(membership=membership, now=now)
    rewatch.refresh_from_db()
    stopped = (rewatch.stop_reason, rewatch.remind_on)
    next_at = Wake.objects.get(user=learner).next_at
    invitation = create_invitation(cohort=membership.cohort, user=instructor, now=now)

    back = services.join_by_invitation(
        user=learner, code=invitation.code, now=now + timedelta(days=1)
    )

    rewatch.refresh_from_db()
    assert stopped == ("left", None)
    assert next_at is None
    assert back.pk == membership.pk
    assert (rewatch.stopped_at, rewatch.stop_reason) == (None, "")
    assert rewatch.remind_on == rewatch.due_on


def test_who_teaches_from_now_on_is_not_reminded_to_learn_until_they_learn_again(
    rewatch: Rewatch, membership: Membership, learner: User, now: datetime
) -> None:
    services.change_role(membership=membership, role="observer", now=now)
    rewatch.refresh_from_db()
    stopped = (rewatch.stop_reason, rewatch.remind_on)
    next_at = Wake.objects.get(user=learner).next_at

    services.change_role(membership=membership, role="learner", now=now)

    rewatch.refresh_from_db()
    assert stopped == ("left", None)
    assert next_at is None
    assert (rewatch.stopped_at, rewatch.stop_reason) == (None, "")
    assert rewatch.remind_on == rewatch.due_on


def test_archiving_stops_every_rewatch(
    rewatch: Rewatch, cohort: Cohort, instructor: User, now: datetime
) -> None:
    archived = services.archive_cohort(cohort=cohort, now=now)

    rewatch.refresh_from_db()
    assert archived.archived_at == now
    assert (rewatch.stop_reason, rewatch.remind_on) == ("archived", None)


def test_archiving_costs_the_same_statements_however_many_learn(
    rewatch: Rewatch, cohort: Cohort, join: Join, now: datetime
) -> None:
    other = Cohort.objects.create(
        slug="small",
        name="Small",
        revision=cohort.revision,
        starts_on=cohort.starts_on,
        hours_per_week=cohort.hours_per_week,
        created_at=now,
    )
    for number in range(5):
        member = join(make_user(f"Learner {number}"), cohort)
        viewing = Viewing.objects.create(
            membership=member, video=rewatch.video, number=1, opened_at=now
        )
        finish_pass(viewing=viewing, now=now, self_reported=True)

    with CaptureQueriesContext(connection) as for_nobody:
        services.archive_cohort(cohort=other, now=now)
    with CaptureQueriesContext(connection) as for_six:
        services.archive_cohort(cohort=cohort, now=now)

    assert len(for_six) == len(for_nobody)
    assert set(Rewatch.objects.values_list("stop_reason", "remind_on")) == {("archived", None)}
    assert Rewatch.objects.count() == 6


def test_who_was_waiting_in_an_archived_cohort_gets_no_message_and_sleeps_on(
    rewatch: Rewatch, cohort: Cohort, learner: User, now: datetime
) -> None:
    services.archive_cohort(cohort=cohort, now=now)

    later = now + timedelta(days=30)
    report = plan_rewatches(now=later)

    assert report.messages == []
    assert Wake.objects.get(user=learner).next_at is None


def test_one_joins_open_cohorts_and_starts_alone(
    stranger: User, cohort: Cohort, now: datetime
) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(is_open=True)

    joined = services.join_open(user=stranger, cohort_slug=cohort.slug, now=now)
    alone = services.start_alone(user=stranger, curriculum_slug="networks", now=now)

    assert (joined.cohort_id, joined.role) == (cohort.pk, "learner")
    assert alone.cohort.is_solo
