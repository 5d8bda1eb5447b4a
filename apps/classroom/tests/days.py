"""What the tests of home and roadmap share: passes that were watched, and reading a page."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.notes.services import write_note
from apps.progress.beats import Heartbeat
from apps.progress.heartbeats import record_heartbeat
from apps.progress.models import Viewing
from apps.progress.services import open_viewing, skip_scaffold
from apps.reminders.models import Rewatch
from apps.reminders.services import finish_pass

HOME, ROADMAP = "/c/autumn/", "/c/autumn/roadmap/"
MINUTE = 60_000
# Monday the 2nd, 13:00 in Warsaw; a first pass then is due on Friday the 6th.
MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 6, 12, tzinfo=UTC)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def watch(
    membership: Membership, video: Video, number: int, until: datetime, minutes: int
) -> Viewing:
    """Watch the first `minutes` of a video, ending at `until`."""
    began = until - timedelta(minutes=minutes)
    viewing = open_viewing(
        membership=membership, video=video, number=number, now=began, override=True
    )
    beat = Heartbeat(
        client=uuid4(),
        sequence=0,
        played=((0, minutes * MINUTE),),
        active=((began, until),),
    )
    record_heartbeat(viewing=viewing, beat=beat, now=until)
    return Viewing.objects.select_related("membership__cohort", "membership__user", "video").get(
        pk=viewing.pk
    )


def first_pass(membership: Membership, video: Video, until: datetime) -> Rewatch:
    viewing = watch(membership, video, 1, until, video.duration_seconds // 60)
    rewatch = finish_pass(viewing=viewing, now=until).rewatch
    assert rewatch is not None
    skip_scaffold(viewing=viewing, now=until)
    return rewatch


def second_pass(membership: Membership, video: Video, until: datetime) -> Viewing:
    viewing = watch(membership, video, 2, until, video.duration_seconds // 60)
    write_note(viewing=viewing, at_ms=1000, kind="concept", body="mine", now=until)
    viewing.refresh_from_db()
    return finish_pass(viewing=viewing, now=until).viewing


def read(user: User, address: str = HOME) -> str:
    page = signed_in(user).get(address)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())
