"""Makes the demo: the accounts, the cohort `autumn-26` with its histories, the open cohort `try-it`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from apps.accounts.models import User, sort_key
from apps.cohorts.models import Cohort, Membership
from apps.cohorts.services import create_cohort, create_invitation
from apps.curriculum.models import Video
from apps.curriculum.selectors import current_revision, revision_outline
from apps.notes.models import Note
from apps.overview.demo.answering import answer_questions
from apps.overview.demo.copying import Row, Table
from apps.overview.demo.life import Course, Life, Story
from apps.overview.demo.people import CAST, Person, cast
from apps.progress.models import Summary, Viewing
from apps.reminders import slots, waking
from apps.reminders.models import Channel, Delivery, Rewatch, Wake

COHORT, TRY_IT = "autumn-26", "try-it"
CURRICULUM = "ml-engineer-50h"
PASSWORD = "two-passes"  # noqa: S105 - printed by `make run`; this exists under local settings only
ZONE = "Europe/Warsaw"
WEEKS = 4
# Beyond so many learners the stories repeat, with other names and addresses.
STORIES = 420
SEED = 2026


@dataclass(frozen=True, slots=True)
class DemoReport:
    learners: int
    viewings: int
    notes: int


def demo_size() -> int | None:
    """How many learners the demo cohort has; None where there is none."""
    cohort = Cohort.objects.filter(slug=COHORT).first()
    return cohort.memberships.learners().count() if cohort else None


def make_demo(*, learners: int, now: datetime) -> DemoReport:
    """Make everything that is missing of the demo, in one transaction; a demo cohort is made anew."""
    now = now.replace(microsecond=0)
    with transaction.atomic():
        _forget_cohort()
        hashed = make_password(PASSWORD)
        instructor = _account("instructor", "Elena Marsh", hashed, may_create_cohorts=True)
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
    return _Rows(cohort, stories, now).write(people, learner=learner)


class _Rows:
    """The stories as rows, written once for each person with the person's own numbers."""

    def __init__(self, cohort: Cohort, stories: Sequence[Story], now: datetime) -> None:
        self.cohort, self.stories, self.now = cohort, stories, now
        self.users, self.emails = Table(User), Table(EmailAddress)
        self.memberships, self.summaries = Table(Membership), Table(Summary)
        self.viewings, self.notes = Table(Viewing), Table(Note)
        self.rewatches, self.wakes = Table(Rewatch), Table(Wake)
        self.deliveries = Table(Delivery)
        self.viewing_rows = [[self.viewings.row(v) for v in s.viewings] for s in stories]
        self.note_rows = [[self.notes.row(n) for n in s.notes] for s in stories]
        self.rewatch_rows = [[self.rewatches.row(r) for r in s.rewatches] for s in stories]
        self.summary_rows = [self.summaries.row(s.summary) if s.summary else None for s in stories]
        self.delivery_rows = [list(self._deliveries(story)) for story in stories]

    def write(self, people: Sequence[Person], *, learner: User) -> DemoReport:
        """Everybody's rows, table by table."""
        size = len(people)
        told = [index % len(self.stories) for index in range(size)]
        user_ids = [learner.pk, *self.users.reserve(size - 1)]
        self.users.write(self._users(people[1:], user_ids[1:]))
        self.emails.write(self._emails(people[1:], user_ids[1:]))
        member_ids = self.memberships.reserve(size)
        self.memberships.write(
            self.memberships.row(
                Membership(
                    pk=member_ids[index],
                    cohort=self.cohort,
                    user_id=user_ids[index],
                    joined_at=self.stories[story].joined_at,
                )
            )
            for index, story in enumerate(told)
        )
        begins = [0] * size
        for index in range(1, size):
            begins[index] = begins[index - 1] + len(self.viewing_rows[told[index - 1]])
        viewings = begins[-1] + len(self.viewing_rows[told[-1]])
        viewing_ids = self.viewings.reserve(viewings)
        self.viewings.write(
            self.viewings.changed(
                row, id=viewing_ids[begins[index] + place], membership_id=member_ids[index]
            )
            for index, story in enumerate(told)
            for place, row in enumerate(self.viewing_rows[story])
        )
        self.notes.write(self._notes(told, begins, viewing_ids))
        self._write_summaries(told, member_ids)
        self._write_reminders(people, told, user_ids, member_ids)
        return DemoReport(size, viewings, sum(len(self.note_rows[story]) for story in told))

    def _users(self, people: Sequence[Person], ids: Sequence[int]) -> Iterator[Row]:
        for person, pk in zip(people, ids, strict=True):
            yield self.users.row(
                User(
                    pk=pk,
                    email=person.email,
                    name=person.name,
                    sort_name=sort_key(person.name),
                    time_zone=person.zone,
                    language=person.language,
                    password=make_password(None),
                    date_joined=self.now - timedelta(weeks=WEEKS + 1),
                )
            )

    def _emails(self, people: Sequence[Person], ids: Sequence[int]) -> Iterator[Row]:
        numbers = self.emails.reserve(len(ids))
        for person, user_id, pk in zip(people, ids, numbers, strict=True):
            address = EmailAddress(
                pk=pk, user_id=user_id, email=person.email, verified=True, primary=True
            )
            yield self.emails.row(address)

    def _notes(
        self, told: Sequence[int], begins: Sequence[int], viewing_ids: Sequence[int]
    ) -> Iterator[Row]:
        numbers = iter(self.notes.reserve(sum(len(self.note_rows[story]) for story in told)))
        place = self.notes.places["viewing_id"]
        for index, story in enumerate(told):
            for row in self.note_rows[story]:
                viewing_id = viewing_ids[begins[index] + int(row[place])]
                yield self.notes.changed(row, id=next(numbers), viewing_id=viewing_id)

    def _write_summaries(self, told: Sequence[int], member_ids: Sequence[int]) -> None:
        rows = [(index, self.summary_rows[story]) for index, story in enumerate(told)]
        begun = [(index, row) for index, row in rows if row is not None]
        numbers = self.summaries.reserve(len(begun))
        self.summaries.write(
            self.summaries.changed(row, id=number, membership_id=member_ids[index])
            for number, (index, row) in zip(numbers, begun, strict=True)
        )

    def _write_reminders(
        self,
        people: Sequence[Person],
        told: Sequence[int],
        user_ids: Sequence[int],
        member_ids: Sequence[int],
    ) -> None:
        rewatch_ids = iter(
            self.rewatches.reserve(sum(len(self.rewatch_rows[story]) for story in told))
        )
        rewatches: list[Row] = []
        deliveries: list[Row] = []
        wakes: list[Row] = []
        for index, story in enumerate(told):
            own = [next(rewatch_ids) for _ in self.rewatch_rows[story]]
            rewatches += [
                self.rewatches.changed(row, id=pk, membership_id=member_ids[index])
                for row, pk in zip(self.rewatch_rows[story], own, strict=True)
            ]
            channels = _channels(is_named=index < len(CAST))
            deliveries += [
                self.deliveries.changed(
                    row, user_id=user_ids[index], rewatches=[own[place] for place in places]
                )
                for channel, row, places in self.delivery_rows[story]
                if channel in channels
            ]
            wake = self._wake(self.stories[story], people[index], user_ids[index], channels)
            wakes.append(self.wakes.row(wake))
        self.rewatches.write(rewatches)
        for table, rows in ((self.deliveries, deliveries), (self.wakes, wakes)):
            numbers = table.reserve(len(rows))
            table.write(table.changed(row, id=pk) for row, pk in zip(rows, numbers, strict=True))

    def _deliveries(self, story: Story) -> Iterator[tuple[Channel, Row, tuple[int, ...]]]:
        """Each message on each channel, and the places of its rewatches in the story."""
        for message in story.messages:
            is_last = message is story.messages[-1]
            for channel in Channel:
                delivery = Delivery(
                    channel=channel,
                    slot_on=message.slot_on,
                    outcome=Delivery.Outcome.SENT,
                    planned_at=message.at,
                    settled_at=message.at,
                    settled_by="demo",
                    read_at=None if is_last or channel == Channel.EMAIL else message.at,
                )
                yield channel, self.deliveries.row(delivery), message.rewatches

    def _wake(
        self, story: Story, person: Person, user_id: int, channels: Sequence[Channel]
    ) -> Wake:
        """The planner's row of this person, waiting for the slot that it would wait for."""
        wake = waking.new_wake(user_id=user_id)
        wake.hour, wake.quiet_days = person.habits.hour, person.habits.quiet_days
        wake.channels = [channel.value for channel in channels]
        lived = story.wake
        assert lived is not None  # noqa: S101 - a story ends with it
        wake.last_slot_on, wake.week_on, wake.week_used = (
            lived.last_slot_on, lived.week_on, lived.week_used,
        )  # fmt: skip
        if lived.slot is not None:
            rhythm = slots.Rhythm(lived.rhythm.zone, wake.hour, wake.minute_offset, wake.quiet_days)
            # The story's hour with this person's own minute.
            slot = slots.slot_for(rhythm, lived.slot.on)
            wake.next_at, wake.slot_on = slot.at, slot.on
        return wake


def _channels(*, is_named: bool) -> list[Channel]:
    """Mails for the cast only: thousands of others must not fill the sink."""
    return [Channel.EMAIL, Channel.INBOX] if is_named else [Channel.INBOX]


def _forget_cohort() -> None:
    """Take the demo cohort and its made-up people away; the accounts with a password stay."""
    cohort = Cohort.objects.filter(slug=COHORT).first()
    if cohort is None:
        return
    members = "SELECT id FROM cohorts_membership WHERE cohort_id = %(cohort)s"
    viewings = (
        "SELECT v.id FROM progress_viewing v JOIN cohorts_membership m ON m.id = v.membership_id"
        " WHERE m.cohort_id = %(cohort)s"
    )
    people = (
        "SELECT user_id FROM cohorts_membership WHERE cohort_id = %(cohort)s AND role = 'learner'"
    )
    made_up = "SELECT id FROM accounts_user WHERE email LIKE '%%@demo.example.org'"
    with connection.cursor() as cursor:
        for table, column, chosen in (
            ("notes_answer", "author_id", members),
            ("notes_draft", "viewing_id", viewings),
            ("notes_note", "viewing_id", viewings),
            ("progress_built", "viewing_id", viewings),
            ("progress_heartbeatclient", "viewing_id", viewings),
            ("progress_viewing", "membership_id", members),
            ("progress_summary", "membership_id", members),
            ("reminders_rewatch", "membership_id", members),
            ("reminders_delivery", "user_id", people),
            ("reminders_outboxmessage", "user_id", people),
            ("reminders_wake", "user_id", people),
            ("cohorts_membership", "cohort_id", "SELECT %(cohort)s"),
            ("account_emailaddress", "user_id", made_up),
        ):
            cursor.execute(
                f"DELETE FROM {table} WHERE {column} IN ({chosen})",  # noqa: S608 - names of ours
                {"cohort": cohort.pk},
            )
    cohort.delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_user WHERE email LIKE '%@demo.example.org'")


def _refresh_statistics() -> None:
    """Let PostgreSQL know what came in, or its first plans are made for empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
