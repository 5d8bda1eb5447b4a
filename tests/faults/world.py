"""Learners who each owe one rewatch that is due now. Run as `python -m tests.faults.world LEARNERS SECONDS`.

Their moments are spread over so many seconds, in a zone where it is about noon.
"""

import sys
from datetime import UTC, datetime, timedelta

import django

AT_A_TIME = 2000
LADDER = [4, 8, 16, 30]


def noon_zone(now: datetime) -> str:
    """A zone where it is about noon now: far from the night and from midnight."""
    behind = now.hour - 12  # Etc/GMT+5 is five hours behind
    return f"Etc/GMT{behind:+d}" if behind else "Etc/GMT"


def make(learners: int, *, over: float) -> None:
    """Forget the world before, and make this one."""
    from django.db import connection

    from apps.accounts.models import User
    from apps.cohorts.models import Cohort, Membership
    from apps.curriculum.models import Curriculum, Phase, Placement, Revision, Video
    from apps.reminders.models import Rewatch, Wake

    now = datetime.now(UTC)
    today = now.date()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_user, reminders_engine CASCADE")
    curriculum, _ = Curriculum.objects.get_or_create(slug="faults", defaults={"created_at": now})
    revision, is_new = Revision.objects.get_or_create(
        curriculum=curriculum,
        number=1,
        defaults={"title": {"en": "Faults"}, "digest": "0" * 64, "created_at": now},
    )
    video, _ = Video.objects.get_or_create(
        curriculum=curriculum,
        slug="first",
        defaults={
            "provider": Video.Provider.YOUTUBE,
            "address": "first",
            "title": {"en": "First"},
            "author": "Ada Lovelace",
            "duration_seconds": 1200,
        },
    )
    if is_new:
        phase = Phase.objects.create(revision=revision, position=1, title={"en": "One"})
        Placement.objects.create(revision=revision, phase=phase, video=video, position=1)
    zone = noon_zone(now)
    cohort, _ = Cohort.objects.get_or_create(
        slug="faults",
        defaults={
            "revision": revision,
            "name": "Faults",
            "starts_on": today - timedelta(days=30),
            "time_zone": zone,
            "created_at": now,
        },
    )
    for first in range(0, learners, AT_A_TIME):
        numbers = range(first, min(first + AT_A_TIME, learners))
        users = User.objects.bulk_create(
            User(email=f"l{number}@example.org", name=f"Learner {number}", time_zone=zone)
            for number in numbers
        )
        memberships = Membership.objects.bulk_create(
            Membership(user=user, cohort=cohort, role="learner", joined_at=now) for user in users
        )
        Rewatch.objects.bulk_create(
            Rewatch(
                membership=membership,
                video=video,
                anchor_at=now - timedelta(days=4),
                anchor_on=today - timedelta(days=4),
                due_on=today,
                first_due_on=today,
                remind_on=today,
                ladder=LADDER,
            )
            for membership in memberships
        )
        Wake.objects.bulk_create(
            Wake(
                user=user,
                hour=12,
                next_at=now + timedelta(seconds=over * number / learners),
                slot_on=today,
            )
            for user, number in zip(users, numbers, strict=True)
        )


if __name__ == "__main__":
    django.setup()
    make(int(sys.argv[1]), over=float(sys.argv[2]))
