"""A learner is moved while a pass of theirs is being finished: the one comes after the other, and neither fails."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Video
from apps.overview import services
from apps.progress.models import Viewing
from apps.progress.services import open_viewing
from apps.reminders.models import Rewatch
from apps.reminders.services import finish_pass

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.mark.django_db(transaction=True)
def test_a_move_waits_for_a_pass_that_is_being_finished(
    membership: Membership,
    other_cohort: Cohort,
    instructor: User,
    video: Video,
    now: datetime,
) -> None:
    viewing = open_viewing(membership=membership, video=video, number=1, now=now)

    def move() -> Membership:
        try:
            return services.move_member(
                membership=membership, to=other_cohort, by=instructor, now=now
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Viewing.objects.select_for_update(of=("self",), no_key=True).get(pk=viewing.pk)
            moving = pool.submit(move)
            until_somebody_waits()
            finish_pass(viewing=viewing, now=now, self_reported=True)
        moved = moving.result(timeout=10)

    assert moved.cohort == other_cohort
    assert Rewatch.objects.get().membership == moved


def until_somebody_waits() -> None:
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")
