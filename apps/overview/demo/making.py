"""Makes the demo: the accounts, the cohort `autumn-26` with its histories, the open cohort `try-it`."""

from datetime import datetime, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.cohorts.services import create_cohort, create_invitation
from apps.curriculum.models import Video
from apps.curriculum.selectors import current_revision, revision_outline
from apps.overview.demo.answering import answer_questions
from apps.overview.demo.forgetting import forget_cohort
from apps.overview.demo.life import Life
from apps.overview.demo.people import CAST, cast
from apps.overview.demo.rows import WEEKS, DemoReport, Rows
from apps.overview.demo.story import Course
from apps.reminders import slots

COHORT, TRY_IT = "autumn-26", "try-it"
CURRICULUM = "ml-engineer-50h"
PASSWORD = "two-passes"  # noqa: S105 - printed by `make run`; this exists under local settings only
ZONE = "Europe/Warsaw"
# Beyond so many learners the stories repeat, with other names and addresses.
STORIES = 420
SEED = 2026


def demo_size() -> int | None:
    """How many learners the demo cohort has; None where there is none."""
    cohort = Cohort.objects.filter(slug=COHORT).first()
    return cohort.memberships.learners().count() if cohort else None


def make_demo(*, learners: int, now: datetime) -> DemoReport:
    """Make everything that is missing of the demo, in one transaction; a demo cohort is made anew."""
    now = now.replace(microsecond=0)
    with transaction.atomic():
        forget_cohort(COHORT)
        hashed = make_password(PASSWORD)
        instructor = _account(
            "instructor", "Elena Marsh", hashed, may_create_cohorts=True, may_edit_curricula=True
        )
        observer = _account("observer", "Oskar Berg", hashed)
        _account("admin", "Admin", hashed, is_staff=True, is_superuser=True)
        learner = _account("learner", CAST[0][0], hashed)
        cohort = _autumn(instructor, now)
        _watch(observer, cohort, now)
        report = _fill(cohort, learner=learner, size=learners, now=now)
        answer_questions(cohort=cohort, now=now)
        _try_it(instructor, observer, now)
    _refresh_statistics()
    return report


def _account(name: str, full_name: str, hashed: str, **rights: bool) -> User:
    email = f"{name}@example.org"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, None, name=full_name, time_zone=ZONE, **rights)
        user.password = hashed
        user.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    return user


def _autumn(instructor: User, now: datetime) -> Cohort:
    """A cohort in its fifth week."""
    today = slots.local_date(now, instructor.zone)
    starts_on = slots.monday_of(today - timedelta(weeks=WEEKS))
    before = now - timedelta(weeks=WEEKS + 2)
    cohort = create_cohort(
        user=instructor,
        revision=current_revision(slug=CURRICULUM),
        name="Autumn 26",
        starts_on=starts_on,
        hours_per_week=Decimal("5.0"),
        time_zone=ZONE,
        language="en",
        now=before,
    )
    create_invitation(cohort=cohort, user=instructor, now=before)
    return cohort


def _try_it(instructor: User, observer: User, now: datetime) -> None:
    """The open cohort of two short videos: no night between the passes, a rewatch due tomorrow."""
    if Cohort.objects.filter(slug=TRY_IT).exists():
        return
    cohort = create_cohort(
        user=instructor,
        revision=current_revision(slug=TRY_IT),
        name="Try it",
        starts_on=slots.local_date(now, instructor.zone),
        hours_per_week=Decimal("0.5"),
        time_zone=ZONE,
        language="en",
        # Made before autumn-26, so that its instructor is at home there and not here.
        now=now - timedelta(weeks=WEEKS + 3),
        is_open=True,
        night_rule=False,
        ladder=[1, 2, 4, 8],
    )
    _watch(observer, cohort, now)


def _watch(observer: User, cohort: Cohort, now: datetime) -> None:
    Membership.objects.create(
        cohort=cohort, user=observer, role=Membership.Role.OBSERVER, joined_at=now
    )


def _fill(cohort: Cohort, *, learner: User, size: int, now: datetime) -> DemoReport:
    outline = revision_outline(revision_id=cohort.revision_id)
    course = Course(cohort, outline.videos, Video.objects.in_bulk(outline.videos_by_id))
    people = list(cast(size))
    stories = [
        Life(
            course, person.habits, zone=person.zone, language=person.language,
            seed=SEED + index, now=now,
        ).live()
        for index, person in enumerate(people[:STORIES])
    ]  # fmt: skip
    return Rows(cohort, stories, now).write(people, learner=learner)


def _refresh_statistics() -> None:
    """Let PostgreSQL know what came in, or its first plans are made for empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
