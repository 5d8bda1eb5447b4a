"""The stories of the demo as rows, table by table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from apps.accounts.models import User, sort_key
from apps.cohorts.models import Cohort, Membership
from apps.notes.models import Note
from apps.overview.demo.copying import Row, Table
from apps.overview.demo.people import CAST, Person
from apps.overview.demo.story import Story
from apps.progress.models import Summary, Viewing
from apps.reminders import slots, waking
from apps.reminders.models import Channel, Delivery, PromiseChange, Rewatch, Wake

WEEKS = 4


@dataclass(frozen=True, slots=True)
class DemoReport:
    learners: int
    viewings: int
    notes: int


class Rows:
    """The stories as rows, written once for each person with the person's own numbers."""

    def __init__(self, cohort: Cohort, stories: Sequence[Story], now: datetime) -> None:
        self.cohort, self.stories, self.now = cohort, stories, now
        self.users, self.emails = Table(User), Table(EmailAddress)
        self.memberships, self.summaries = Table(Membership), Table(Summary)
        self.viewings, self.notes = Table(Viewing), Table(Note)
        self.rewatches, self.wakes = Table(Rewatch), Table(Wake)
        self.deliveries, self.changes = Table(Delivery), Table(PromiseChange)
        self.viewing_rows = [[self.viewings.row(v) for v in s.viewings] for s in stories]
        self.note_rows = [[self.notes.row(n) for n in s.notes] for s in stories]
        self.rewatch_rows = [[self.rewatches.row(r) for r in s.rewatches] for s in stories]
        self.change_rows = [
            [(self.changes.row(c), c.rewatch_id) for c in s.changes] for s in stories
        ]
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
        changes: list[Row] = []
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
            changes += [
                self.changes.changed(row, rewatch_id=own[place])
                for row, place in self.change_rows[story]
            ]
            wake = self._wake(self.stories[story], people[index], user_ids[index], channels)
            wakes.append(self.wakes.row(wake))
        self.rewatches.write(rewatches)
        written = (
            (self.deliveries, deliveries), (self.changes, changes), (self.wakes, wakes),
        )  # fmt: skip
        for table, rows in written:
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
