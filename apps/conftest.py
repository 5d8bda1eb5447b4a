"""The cast of every test: one learner, a cohort-mate, their instructor and observer, an instructor
of another cohort, a stranger; and a small curriculum with a coding and a bonus video.

Monday 2 November 2026, 12:00 UTC is `now`; the cohort started a week before in Warsaw.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Curriculum, Phase, Placement, Revision, Video

PASSWORD = "two-passes"
ZONE = "Europe/Warsaw"


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 2, 12, tzinfo=UTC)


def make_user(name: str, **fields: object) -> User:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    values: dict[str, object] = {"name": name, "time_zone": ZONE} | fields
    return User.objects.create_user(email, PASSWORD, **values)


def make_video(curriculum: Curriculum, slug: str, minutes: int, **fields: object) -> Video:
    values: dict[str, object] = {
        "provider": Video.Provider.YOUTUBE,
        "address": slug,
        "title": {"en": slug.title(), "ru": f"Видео {slug}"},
        "author": "Ada Lovelace",
        "duration_seconds": minutes * 60,
    }
    return Video.objects.create(curriculum=curriculum, slug=slug, **(values | fields))


@pytest.fixture
def revision(db: None, now: datetime) -> Revision:
    """Four videos in two phases: first (20 min), second (10), guest (30, bonus), coding (60)."""
    curriculum = Curriculum.objects.create(slug="networks", created_at=now)
    revision = Revision.objects.create(
        curriculum=curriculum,
        number=1,
        title={"en": "Networks", "ru": "Сети"},
        digest="0" * 64,
        created_at=now,
    )
    intuition, building = (
        Phase.objects.create(revision=revision, position=position, title={"en": en, "ru": ru})
        for position, en, ru in ((1, "Intuition", "Интуиция"), (2, "Building", "Сборка"))
    )
    videos = (
        (intuition, make_video(curriculum, "first", 20), False),
        (intuition, make_video(curriculum, "second", 10), False),
        (intuition, make_video(curriculum, "guest", 30, is_guest=True), True),
        (building, make_video(curriculum, "coding", 60, is_coding=True), False),
    )
    for position, (phase, video, is_bonus) in enumerate(videos, start=1):
        Placement.objects.create(
            revision=revision, phase=phase, video=video, position=position, is_bonus=is_bonus
        )
    return revision


@pytest.fixture
def video(revision: Revision) -> Video:
    """The first video, 20 minutes."""
    return Video.objects.get(slug="first")


@pytest.fixture
def coding_video(revision: Revision) -> Video:
    return Video.objects.get(slug="coding")


@pytest.fixture
def bonus_video(revision: Revision) -> Video:
    return Video.objects.get(slug="guest")


def make_cohort(revision: Revision, slug: str, now: datetime, **fields: object) -> Cohort:
    values: dict[str, object] = {
        "name": slug.title(),
        "starts_on": date(2026, 10, 26),
        "time_zone": ZONE,
        "created_at": now,
    }
    return Cohort.objects.create(slug=slug, revision=revision, **(values | fields))


@pytest.fixture
def cohort(revision: Revision, now: datetime) -> Cohort:
    return make_cohort(revision, "autumn", now)


@pytest.fixture
def other_cohort(revision: Revision, now: datetime) -> Cohort:
    return make_cohort(revision, "winter", now)


Join = Callable[..., Membership]


@pytest.fixture
def join() -> Join:
    """Make a member: `join(user, cohort, role="learner")`, joined when the cohort started."""

    def joined(user: User, cohort: Cohort, role: str = "learner") -> Membership:
        return Membership.objects.create(
            user=user, cohort=cohort, role=role, joined_at=datetime(2026, 10, 26, 9, tzinfo=UTC)
        )

    return joined


@pytest.fixture
def learner(cohort: Cohort, join: Join) -> User:
    user = make_user("Nadia Kowalska")
    join(user, cohort)
    return user


@pytest.fixture
def membership(learner: User, cohort: Cohort) -> Membership:
    """The learner's membership, with all that services reach through it."""
    return Membership.objects.select_related("cohort__revision__curriculum", "user").get(
        user=learner, cohort=cohort
    )


@pytest.fixture
def cohort_mate(cohort: Cohort, join: Join) -> User:
    user = make_user("Tomas Silva", time_zone="America/Sao_Paulo")
    join(user, cohort)
    return user


@pytest.fixture
def instructor(cohort: Cohort, join: Join) -> User:
    user = make_user("Emma Visser", may_create_cohorts=True)
    join(user, cohort, "instructor")
    return user


@pytest.fixture
def observer(cohort: Cohort, join: Join) -> User:
    user = make_user("Oscar Nystrom")
    join(user, cohort, "observer")
    return user


@pytest.fixture
def other_instructor(other_cohort: Cohort, join: Join) -> User:
    user = make_user("Ivan Petrov", may_create_cohorts=True)
    join(user, other_cohort, "instructor")
    return user


@pytest.fixture
def stranger(db: None) -> User:
    return make_user("Sam Stranger")
