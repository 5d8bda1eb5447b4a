"""The engine in SQL against a model in plain Python, under any sequence of events (T12)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.cohorts.models import Cohort, Membership
from apps.conftest import make_user, make_video
from apps.curriculum.models import Curriculum, Revision
from apps.progress.models import FIRST_PASS, SECOND_PASS, Viewing
from apps.reminders import planning, services, slots, spacing
from apps.reminders.models import Delivery, OutboxMessage, Rewatch, Wake
from apps.reminders.planning import Item, WakeState
from apps.reminders.slots import Rhythm

ZONES = (
    "Europe/Warsaw",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
)
NUMBERS = count()
BEGIN = datetime(2026, 3, 20, 9, tzinfo=UTC)
RATINGS = ("again", "hard", "good", "easy")


class Engine(RuleBasedStateMachine):
    """One learner: whatever happens, the rows say what the model says."""

    cohort: Cohort

    def __init__(self) -> None:
        super().__init__()
        number = next(NUMBERS)
        zone = ZONES[number % len(ZONES)]
        self.user = make_user(f"Model {number}", time_zone=zone)
        self.membership = Membership.objects.create(
            user=self.user, cohort=self.cohort, role="learner", joined_at=BEGIN
        )
        self.now = BEGIN
        minute = slots.minute_offset(self.user.pk, key=b"tests-only")
        self.wake = WakeState(rhythm=Rhythm(zone=ZoneInfo(zone), hour=19, minute=minute))
        self.items: dict[int, Item] = {}
        self.before_answer: dict[int, Item] = {}
        self.messages: list[tuple[date, tuple[int, ...]]] = []

    @property
    def today(self) -> date:
        return slots.local_date(self.now, self.wake.rhythm.zone)

    def reslot(self) -> None:
        open_items = self.items.values()
        self.wake = replace(
            self.wake, slot=planning.next_wake_slot(self.wake, open_items, self.now)
        )

    @rule(rating=st.sampled_from(RATINGS))
    @precondition(lambda self: len(self.items) < 8)
    def finish_first_pass(self, rating: str) -> None:
        number = next(NUMBERS)
        video = make_video(self.cohort.revision.curriculum, f"model-{number}", 20)
        viewing = Viewing.objects.create(
            membership=self.membership,
            video=video,
            number=FIRST_PASS,
            opened_at=self.now,
            rating=rating,
        )
        done = services.finish_pass(viewing=viewing, now=self.now, self_reported=True)
        assert done.rewatch is not None
        ladder = spacing.ladder_for(rating)
        due_on = spacing.first_due_on(anchor_on=self.today, ladder=ladder)
        self.items[done.rewatch.pk] = Item(done.rewatch.pk, video.pk, due_on, due_on, 0, ladder)
        self.reslot()

    @rule(data=st.data())
    @precondition(lambda self: self.items)
    def keep(self, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(sorted(self.items)))
        viewing = Viewing.objects.create(
            membership=self.membership,
            video_id=self.items[pk].video_id,
            number=SECOND_PASS,
            opened_at=self.now,
            note_count=1,
        )
        services.finish_pass(viewing=viewing, now=self.now, self_reported=True)
        del self.items[pk]
        self.reslot()

    @rule(data=st.data(), days=st.integers(1, 12))
    @precondition(lambda self: self.items)
    def snooze(self, data: st.DataObject, days: int) -> None:
        pk = data.draw(st.sampled_from(sorted(self.items)))
        services.snooze_rewatch(rewatch=self.row(pk), now=self.now, days=days)
        until = self.today + timedelta(days=days)
        if self.items[pk].due_on != until or self.items[pk].remind_on != until:
            self.before_answer.pop(pk, None)
            self.items[pk] = replace(self.items[pk], due_on=until, remind_on=until)
        self.reslot()

    @rule(answer=st.sampled_from(["nothing", "some", "most"]), data=st.data())
    @precondition(lambda self: self.items)
    def answer_recall(self, answer: str, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(sorted(self.items)))
        row, item = self.row(pk), self.items[pk]
        is_answered = row.recall_asked_on == self.today
        services.answer_recall(rewatch=row, answer=answer, now=self.now)
        if not (is_answered and row.recall_answer == answer):
            # A change of mind starts from the promise before the first answer of the day, unless it was snoozed since.
            if not is_answered:
                self.before_answer[pk] = item
            base = self.before_answer.get(pk, item)
            moved = spacing.due_on_after_recall(
                answer, due_on=base.due_on, remind_on=base.remind_on, today=self.today
            )
            due_on, remind_on = (moved, moved) if moved else (base.due_on, base.remind_on)
            self.items[pk] = replace(item, due_on=due_on, remind_on=remind_on)
        self.reslot()

    @rule(hour=st.integers(7, 21), quiet=st.sets(st.integers(0, 6), max_size=5))
    def change_wishes(self, hour: int, quiet: set[int]) -> None:
        services.change_reminder_settings(user=self.user, now=self.now, hour=hour, quiet_days=quiet)
        mask = sum(1 << day for day in quiet)
        rhythm = replace(self.wake.rhythm, hour=hour, quiet_days=mask)
        self.wake = replace(self.wake, rhythm=rhythm)
        self.reslot()

    @rule(days=st.none() | st.integers(1, 20))
    def pause(self, days: int | None) -> None:
        until = None if days is None else self.today + timedelta(days=days)
        services.pause_reminders(user=self.user, until=until, now=self.now)
        rhythm = replace(self.wake.rhythm, paused=True, paused_until=until)
        self.wake = replace(self.wake, rhythm=rhythm)
        self.reslot()

    @rule()
    def resume(self) -> None:
        services.resume_reminders(user=self.user, now=self.now)
        rhythm = replace(self.wake.rhythm, paused=False, paused_until=None)
        self.wake = replace(self.wake, rhythm=rhythm)
        self.reslot()

    @rule(channels=st.sets(st.sampled_from(["email", "inbox"])))
    def choose_channels(self, channels: set[str]) -> None:
        services.change_reminder_settings(user=self.user, now=self.now, channels=channels)
        self.wake = replace(self.wake, reachable=bool(channels))
        self.reslot()

    @rule(hours=st.floats(0.1, 60))
    def an_outage(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    @rule(days=st.integers(1, 5))
    def days_with_ticks(self, days: int) -> None:
        end = self.now + timedelta(days=days)
        while self.now < end:
            # From moment to moment, as close ticks would find them.
            slot = self.wake.slot
            self.now = min(end, max(self.now, slot.at) + timedelta(seconds=7)) if slot else end
            self.tick()

    @rule()
    def tick(self) -> None:
        services.plan_rewatches(now=self.now)
        slot = self.wake.slot
        if slot is None or slot.at > self.now:
            return
        plan = planning.plan_learner(self.wake, list(self.items.values()), self.now)
        self.wake = plan.wake
        for step in plan.steps:
            item = self.items[step.rewatch_id]
            self.items[item.rewatch_id] = replace(item, rung=step.rung, remind_on=step.remind_on)
        if plan.message is not None:
            listed = tuple(item.rewatch_id for item in plan.listed)
            self.messages.append((plan.message.on, listed))

    def row(self, pk: int) -> Rewatch:
        return Rewatch.objects.select_related("membership__user").get(pk=pk)

    @invariant()
    def the_rows_say_what_the_model_says(self) -> None:
        rows = Rewatch.objects.open().filter(membership=self.membership)
        assert {
            row.pk: Item(
                row.pk, row.video_id, row.due_on, row.remind_on, row.rung, tuple(row.ladder)
            )
            for row in rows
        } == self.items
        wake = Wake.objects.filter(user=self.user).first()
        if wake is None:
            assert not self.items
            return
        slot = self.wake.slot
        assert (wake.next_at, wake.slot_on) == ((slot.at, slot.on) if slot else (None, None))
        assert (wake.last_slot_on, wake.plan_errors) == (self.wake.last_slot_on, 0)
        assert (wake.week_on, wake.week_used) == (self.wake.week_on, self.wake.week_used)

    @invariant()
    def one_message_a_day_and_four_a_week(self) -> None:
        mails = OutboxMessage.objects.filter(user=self.user).values_list("slot_on", "rewatches")
        shown = Delivery.objects.filter(user=self.user).values_list("slot_on", "rewatches")
        written = {on: tuple(ids) for on, ids in [*mails, *shown]}
        assert written == dict(self.messages)
        assert len(written) == len(self.messages)
        for monday in {slots.monday_of(on) for on in written}:
            assert sum(slots.monday_of(on) == monday for on in written) <= 4
        assert all(1 <= len(ids) <= 5 for ids in written.values())

    def teardown(self) -> None:
        Wake.objects.filter(user=self.user).delete()


@pytest.mark.django_db
def test_the_engine_does_what_the_model_says(cohort: Cohort, revision: Revision) -> None:
    Engine.cohort = cohort
    assert Curriculum.objects.exists()
    run_state_machine_as_test(
        Engine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
