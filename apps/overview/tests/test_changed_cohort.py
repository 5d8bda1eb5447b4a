"""What follows when an instructor changes a cohort's zone, or what it owes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.cohorts.models import Cohort, JoinRequest, Membership
from apps.conftest import Join, make_user
from apps.curriculum.models import Video
from apps.overview import services
from apps.progress.models import Summary, Viewing
from apps.progress.services import open_viewing, rebuild_summary
from apps.reminders.models import Rewatch, Wake
from apps.reminders.services import bonus, finish_pass, follow_bonus_rule


def seen(membership: Membership, video: Video, now: datetime) -> Rewatch:
    viewing = open_viewing(membership=membership, video=video, number=1, now=now, override=True)
    viewing.membership, viewing.video = membership, video
    made = finish_pass(viewing=viewing, now=now, self_reported=True).rewatch
    assert made is not None
    return made


def test_another_zone_counts_the_days_of_its_learners_anew(
    membership: Membership, cohort: Cohort, video: Video, now: datetime
) -> None:
    late = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
    Viewing.objects.create(
        membership=membership,
        video=video,
        number=1,
        opened_at=late - timedelta(days=1),
        active=((late - timedelta(minutes=10), late),),
        active_seconds=600,
    )
    rebuild_summary(membership=membership, now=late)

    services.change_cohort(cohort=cohort, now=now, time_zone="America/New_York")

    assert Summary.objects.get().days == {"2026-11-01": 600_000}
    assert not services.is_settling(cohort=cohort)


def test_who_comes_in_is_settled_before_any_rewatch_is_locked(
    membership: Membership, cohort: Cohort, video: Video, join: Join, now: datetime
) -> None:
    seen(membership, video, now)
    back = join(make_user("Back"), cohort)
    services.leave_cohort(membership=back, now=now)
    cohort.capacity = 1
    cohort.save()
    JoinRequest.objects.create(cohort=cohort, user=back.user, state="waiting", asked_at=now)

    with CaptureQueriesContext(connection) as caught:
        services.change_cohort(cohort=cohort, now=now, ladder=[2, 4], capacity=2)

    locked = [
        "rewatch" if "reminders_rewatch" in query["sql"] else "wake"
        for query in caught.captured_queries
        if query["sql"].startswith("SELECT")
        and " UPDATE" in query["sql"]
        and "reminders_" in query["sql"]
    ]
    assert Membership.objects.active().learners().count() == 2
    # The Wake and rewatches of who comes in, then the rewatches of the ladder.
    assert locked == ["wake", "rewatch", "rewatch"]


def test_rewatches_of_bonus_videos_become_owed_and_are_offered_again(
    membership: Membership, cohort: Cohort, bonus_video: Video, learner: User, now: datetime
) -> None:
    offered = seen(membership, bonus_video, now)
    assert (offered.is_owed, Wake.objects.get(user=learner).next_at) == (False, None)

    owing = services.change_cohort(cohort=cohort, now=now, bonus_is_owed=True)

    offered.refresh_from_db()
    assert (offered.is_owed, offered.remind_on, offered.due_on) == (
        True,
        date(2026, 11, 6),
        date(2026, 11, 6),
    )
    assert Wake.objects.get(user=learner).slot_on == date(2026, 11, 6)

    services.change_cohort(cohort=owing, now=now, bonus_is_owed=False)

    offered.refresh_from_db()
    assert (offered.is_owed, offered.remind_on) == (False, None)
    assert Wake.objects.get(user=learner).next_at is None


def test_what_is_overdue_when_it_becomes_owed_is_reminded_of_tomorrow(
    membership: Membership, cohort: Cohort, bonus_video: Video, now: datetime
) -> None:
    offered = seen(membership, bonus_video, now)

    services.change_cohort(cohort=cohort, now=now + timedelta(days=20), bonus_is_owed=True)

    offered.refresh_from_db()
    assert (offered.due_on, offered.remind_on) == (date(2026, 11, 6), date(2026, 11, 23))


def test_kept_rewatches_and_those_of_other_videos_stay(
    membership: Membership, cohort: Cohort, video: Video, bonus_video: Video, now: datetime
) -> None:
    owed, kept = seen(membership, video, now), seen(membership, bonus_video, now)
    Rewatch.objects.filter(pk=kept.pk).update(kept_at=now)

    services.change_cohort(cohort=cohort, now=now, bonus_is_owed=True)

    kept.refresh_from_db()
    assert (kept.is_owed, kept.remind_on) == (False, None)
    services.change_cohort(cohort=Cohort.objects.get(pk=cohort.pk), now=now, bonus_is_owed=False)
    owed.refresh_from_db()
    assert owed.is_owed


def test_a_large_cohort_is_told_that_it_takes_a_while(
    cohort: Cohort,
    join: Join,
    bonus_video: Video,
    instructor: User,
    client: Client,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(3):
        member = join(make_user(f"Racer {number}"), cohort)
        seen(
            Membership.objects.select_related("cohort", "user").get(pk=member.pk), bonus_video, now
        )
    monkeypatch.setattr(services, "CLICK_SECONDS", 0.0)
    client.force_login(instructor)
    plan = {
        "name": "Autumn", "starts_on": "2026-10-26", "hours_per_week": "5",
        "time_zone": "Europe/Warsaw", "language": "en", "order_rule": "guided",
        "night_rule": "on", "bonus_is_owed": "on",
    }  # fmt: skip

    saved = client.post("/teach/autumn/settings/", plan, follow=True)

    assert "follow it within the next minutes" in saved.content.decode()
    assert bonus.is_following(cohort=cohort)
    assert follow_bonus_rule(now=now, seconds=60)
    assert set(Rewatch.objects.values_list("is_owed", flat=True)) == {True}
