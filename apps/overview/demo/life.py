"""One learner's weeks, day by day: a pure function of habits, a seed and the moment they end.

Only what a person decides is made up here: when they sit down, for how long, how they rate. What
follows from it comes from the product's own rules: order, ladders, flags, the planner's messages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from apps.cohorts.models import Cohort
from apps.curriculum.models import Video
from apps.curriculum.outline import VideoOutline
from apps.notes.models import Note
from apps.overview.demo import texts
from apps.overview.demo.people import Habits
from apps.progress import coverage
from apps.progress import summary as summaries
from apps.progress.models import FIRST_PASS, SECOND_PASS, Evidence, Rating, Summary, Viewing
from apps.progress.recording import judge
from apps.reminders import planning, spacing, waking
from apps.reminders.models import Rewatch
from apps.reminders.planning import WakeState
from apps.reminders.slots import Rhythm, local_date

MINUTE = 60_000
# Passes longer than this are cut into two sittings of their own length.
LONG_MINUTES = 100
AWAY_AT_MOST_DAYS = 4
# What a person calls a note's moment is seldom the video's first or last seconds.
EARLIEST_NOTE, LATEST_NOTE = 0.04, 0.97


@dataclass(frozen=True, slots=True)
class Course:
    """What is learned: the cohort, and its videos in their order."""

    cohort: Cohort
    places: Sequence[VideoOutline]
    videos: Mapping[int, Video]

    @property
    def bonus(self) -> frozenset[int]:
        return frozenset(place.id for place in self.places if place.is_bonus)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A day's message: when, and about which rewatches (places in the story's list)."""

    slot_on: date
    at: datetime
    rewatches: tuple[int, ...]


@dataclass(slots=True)
class Story:
    """All rows of one learner, unsaved; rewatches and viewings carry their place in the list as pk."""

    joined_at: datetime
    viewings: list[Viewing] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rewatches: list[Rewatch] = field(default_factory=list)
    messages: list[SentMessage] = field(default_factory=list)
    wake: WakeState | None = None
    summary: Summary | None = None


@dataclass(slots=True)
class _Work:
    """A pass in the making: how much active time it takes in all, and how much of it is done."""

    viewing: Viewing
    need_ms: int
    elsewhere_seconds: int
    share: float
    is_light: bool
    done_ms: int = 0
    sittings: int = 0
    active: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def left_ms(self) -> int:
        return self.need_ms - self.done_ms


class Life:
    """Lives one learner's weeks; `story` holds what came of it."""

    def __init__(
        self, course: Course, habits: Habits, *, zone: str, language: str, seed: int, now: datetime
    ) -> None:
        self.course, self.habits, self.language = course, habits, language
        self.zone = ZoneInfo(zone)
        self.now = now.replace(microsecond=0)
        self.random = Random(seed)  # noqa: S311 - nothing secret
        self.today = local_date(self.now, self.zone)
        self.story = Story(joined_at=self._joining())
        rhythm = Rhythm(zone=self.zone, hour=habits.hour, quiet_days=habits.quiet_days)
        self.wake = WakeState(rhythm=rhythm)
        self.works: dict[tuple[int, int], _Work] = {}
        self.rewatch_of: dict[int, Rewatch] = {}
        self.credit = self.random.uniform(0, 60)
        self.last_sat = local_date(self.story.joined_at, self.zone)

    def live(self) -> Story:
        """Every day from joining to now, then the sums."""
        if self.habits.watches:
            day = max(self.last_sat, self.course.cohort.starts_on)
            last = self.today - timedelta(days=self.habits.quits_days_ago)
            while day <= last:
                self._put_off(day)
                self._spend(day, is_last=bool(self.habits.quits_days_ago) and day == last)
                day += timedelta(days=1)
        self._remind_until(self.now)
        self._finish()
        return self.story

    def _joining(self) -> datetime:
        days = self.habits.joined_days_ago
        if days is not None:
            return self.now - timedelta(days=days, minutes=self.random.randint(5, 200))
        start = datetime.combine(
            self.course.cohort.starts_on, time(9), self.course.cohort.zone
        ).astimezone(UTC)
        return start - timedelta(minutes=self.random.randint(60, 6 * 24 * 60))

    # Days and sittings

    def _spend(self, day: date, *, is_last: bool) -> None:
        self.credit += self.habits.hours_per_week * 60 / 7
        wish = self.random.uniform(35, 70)
        is_due = (day - self.last_sat).days >= AWAY_AT_MOST_DAYS
        is_in_the_mood = self.credit >= wish and self.random.random() < 0.8
        if not (is_due or is_in_the_mood or is_last):
            return
        start = self._sits_down_at(day)
        if start is None:
            return
        minutes = 24.0 if is_last else max(wish, min(self.credit, 150))
        if self.habits.is_short_of_time:
            minutes = max(15.0, min(self.credit, 40.0))
        used = self._sit(day, start, minutes, is_cut_short=is_last)
        if used:
            self.credit -= used
            self.last_sat = day

    def _sits_down_at(self, day: date) -> datetime | None:
        is_weekend = day.weekday() >= 5
        hour = self.random.uniform(9, 14) if is_weekend else self.random.uniform(17.2, 19.5)
        for begin in (hour, self.random.uniform(6.5, 8.5)):
            wall = datetime.combine(day, time(), self.zone) + timedelta(seconds=int(begin * 3600))
            start = max(wall.astimezone(UTC), self.story.joined_at + timedelta(minutes=7))
            if start + timedelta(minutes=30) < self.now:
                return start.replace(microsecond=0)
        return None

    def _sit(self, day: date, start: datetime, minutes: float, *, is_cut_short: bool) -> float:
        """Work from `start` on; answers how many minutes it became."""
        self._remind_until(start)
        cursor, until = start, start + timedelta(minutes=minutes)
        while cursor < until:
            work = self._next_work(day, cursor, left=(until - cursor) / timedelta(minutes=1))
            if work is None:
                break
            if work.viewing.completed_at is not None:  # said to be watched elsewhere
                cursor = work.viewing.completed_at
                continue
            reached = self._do(work, cursor, until, is_cut_short=is_cut_short)
            if reached == cursor:
                break
            cursor = reached + timedelta(minutes=self.random.randint(1, 4))
        return (cursor - start) / timedelta(minutes=1)

    def _do(
        self, work: _Work, cursor: datetime, until: datetime, *, is_cut_short: bool
    ) -> datetime:
        """Play on with one pass; a long one is finished in its second sitting at the latest."""
        left = work.left_ms
        available = int((until - cursor) / timedelta(milliseconds=1))
        may_stay = not (is_cut_short or self.habits.is_short_of_time or self._is_stuck_in(work))
        if may_stay:
            available = max(available, left if work.sittings else int(left * 0.56))
        available = min(available, int((self.now - cursor) / timedelta(milliseconds=1)) - MINUTE)
        if self._is_stuck_in(work):
            available = min(available, self.random.randint(12, 20) * MINUTE, left - 30 * MINUTE)
        if available < 3 * MINUTE:
            return cursor
        part = min(left, available // 1000 * 1000)
        work.sittings += 1
        while part > 0 and cursor < self.now - timedelta(minutes=1):
            piece = min(part, self.random.randint(20, 40) * MINUTE)
            ended = min(cursor + timedelta(milliseconds=piece), self.now)
            piece = int((ended - cursor) / timedelta(milliseconds=1))
            work.active.append((cursor, ended))
            work.done_ms += piece
            part -= piece
            cursor = ended + (
                timedelta(seconds=self.random.randint(60, 500)) if part else timedelta(0)
            )
        if work.left_ms <= 0:
            self._complete(work, work.active[-1][1])
        return work.active[-1][1]

    # What comes next

    def _next_work(self, day: date, moment: datetime, *, left: float) -> _Work | None:
        for number in (SECOND_PASS, FIRST_PASS):
            for work in self.works.values():
                if work.viewing.number != number or work.viewing.is_completed:
                    continue
                if (
                    self._is_stuck_in(work)
                    and work.active
                    and self._day_of(work.active[-1][1]) == day
                ):
                    continue
                return work
        video = self._due_video(day) or self._early_video(day)
        if video is not None:
            return self._open(video, SECOND_PASS, moment, left)
        video = self._next_video()
        if video is not None:
            return self._open(video, FIRST_PASS, moment, left)
        video = self._early_video(day, wherever=True)
        return self._open(video, SECOND_PASS, moment, left) if video is not None else None

    def _due_video(self, day: date) -> VideoOutline | None:
        waiting = [each for each in self._waiting(day) if each.due_on <= day]
        return self._place(min(waiting, key=lambda each: each.due_on)) if waiting else None

    def _early_video(self, day: date, *, wherever: bool = False) -> VideoOutline | None:
        waiting = self._waiting(day)
        is_far_ahead = len(self._unkept()) >= self.habits.ahead
        if not waiting or not (is_far_ahead or wherever):
            return None
        return self._place(min(waiting, key=lambda each: each.due_on))

    def _waiting(self, day: date) -> list[Rewatch]:
        """Rewatches they would do on this day: after a night's sleep, and while they do any."""
        kept = sum(each.kept_at is not None for each in self.story.rewatches)
        if kept >= self.habits.rewatches:
            return []
        return [each for each in self._unkept() if each.anchor_on < day]

    def _unkept(self) -> list[Rewatch]:
        put_off = {self.course.places[position - 1].id for position, _ in self.habits.put_off}
        return [
            each
            for each in self.story.rewatches
            if each.kept_at is None
            and each.video_id not in put_off
            and (each.video_id, SECOND_PASS) not in self.works
            and (each.is_owed or self.habits.watches_bonus)
        ]

    def _next_video(self) -> VideoOutline | None:
        for place in self.course.places:
            if (place.id, FIRST_PASS) in self.works:
                continue
            if place.is_bonus and not (self.habits.watches_bonus and place.is_guest):
                continue
            return place
        return None

    def _place(self, rewatch: Rewatch) -> VideoOutline:
        return next(place for place in self.course.places if place.id == rewatch.video_id)

    def _is_stuck_in(self, work: _Work) -> bool:
        if not self.habits.stuck_at or work.viewing.number != SECOND_PASS:
            return False
        coding = [place.id for place in self.course.places if place.is_coding]
        return (
            coding.index(work.viewing.video_id) + 1 == self.habits.stuck_at
            if (work.viewing.video_id in coding)
            else False
        )

    # Passes

    def _open(
        self, place: VideoOutline, number: int, moment: datetime, left: float
    ) -> _Work | None:
        random = self.random
        minutes = place.duration_seconds / 60
        is_light = number == SECOND_PASS and self._is_quick(random)
        ratio = 1 / self.habits.rate
        if number == SECOND_PASS:
            ratio = (
                random.uniform(1.2, 1.85)
                if is_light
                else self.habits.ratio * random.uniform(1.0, 1.12)
            )
            ratio = ratio if is_light else max(2.03, ratio)
        if minutes * ratio > LONG_MINUTES / 2 and left < 20 and not self.habits.is_short_of_time:
            return None
        total = minutes * ratio * 60
        elsewhere = (
            int(total * random.uniform(0.15, 0.3))
            if place.is_coding and number == SECOND_PASS
            else 0
        )
        viewing = Viewing(
            pk=len(self.story.viewings),
            video_id=place.id,
            number=number,
            opened_at=moment,
            pauses=random.randint(0, 3)
            if number == FIRST_PASS
            else int(minutes * random.uniform(0.5, 1.1)),
            max_rate=self.habits.rate if number == FIRST_PASS else 1.0,
        )
        work = _Work(
            viewing,
            need_ms=int(total - elsewhere) * 1000,
            elsewhere_seconds=elsewhere,
            share=random.choice((1.0, 1.0, 0.985, 0.97)),
            is_light=is_light,
        )
        if number == SECOND_PASS:
            if random.random() < 0.75:
                viewing.recall, viewing.recall_at = texts.recall(place.slug, self.language), moment
            else:
                viewing.recall_skipped_at = moment
        self.story.viewings.append(viewing)
        self.works[place.id, number] = work
        if number == FIRST_PASS and not place.is_coding and random.random() < 0.03:
            work.need_ms, work.share = 0, 0.0
            self._complete(work, moment + timedelta(minutes=1))
        return work

    def _is_quick(self, random: Random) -> bool:
        if self.habits.light >= 1:
            return True
        done = [work for key, work in self.works.items() if key[1] == SECOND_PASS]
        quick = sum(work.is_light for work in done)
        return random.random() < self.habits.light and quick + 1 <= 0.3 * (len(done) + 1)

    def _complete(self, work: _Work, moment: datetime) -> None:
        viewing = work.viewing
        self._remind_until(moment)
        viewing.completed_at = moment
        viewing.evidence = Evidence.TRACKED if work.share else Evidence.SELF_REPORTED
        if viewing.number == SECOND_PASS:
            rewatch = self.rewatch_of[viewing.video_id]
            rewatch.kept_at, rewatch.remind_on = moment, None
        else:
            self._rate(viewing, moment)
            self._promise(viewing, moment)
        self._reslot(moment)

    def _rate(self, viewing: Viewing, moment: datetime) -> None:
        if self.random.random() < 0.18:
            viewing.scaffold_skipped_at = moment
            return
        choices = [Rating.GOOD] * 5 + [Rating.HARD] * 2 + [Rating.EASY] + [Rating.AGAIN]
        # Who only goes on watching finds everything easy.
        viewing.rating = self.random.choice(choices if self.habits.rewatches else [Rating.EASY])
        slug = self.course.videos[viewing.video_id].slug
        viewing.scaffold = texts.scaffold(slug, self.language)
        viewing.scaffold_at = moment

    def _promise(self, viewing: Viewing, moment: datetime) -> None:
        """The rewatch, as finishing and rating on the same day make it."""
        cohort = self.course.cohort
        ladder = spacing.ladder_for(viewing.rating or None, offsets=cohort.ladder)
        anchor_on = local_date(moment, self.zone)
        due_on = spacing.first_due_on(anchor_on=anchor_on, ladder=ladder)
        is_owed = cohort.bonus_is_owed or viewing.video_id not in self.course.bonus
        rewatch = Rewatch(
            pk=len(self.story.rewatches),
            video_id=viewing.video_id,
            is_owed=is_owed,
            anchor_at=moment,
            anchor_on=anchor_on,
            due_on=due_on,
            first_due_on=due_on,
            remind_on=due_on if is_owed else None,
            ladder=list(ladder),
        )
        self.story.rewatches.append(rewatch)
        self.rewatch_of[viewing.video_id] = rewatch

    def _put_off(self, day: date) -> None:
        """Snooze what they keep putting off, so that its day is one of these days."""
        for position, days in self.habits.put_off:
            rewatch = self.rewatch_of.get(self.course.places[position - 1].id)
            target = self.today + timedelta(days=days)
            is_late = rewatch is not None and rewatch.due_on <= day < self.today
            if rewatch is None or not is_late or rewatch.due_on == target:
                continue
            moment = datetime.combine(day, time(12, 30), self.zone).astimezone(UTC)
            self._remind_until(moment)
            rewatch.due_on = rewatch.remind_on = spacing.snoozed_to(target=target, today=day)
            rewatch.snoozes += 1
            self._reslot(moment)

    # Reminders

    def _items(self) -> list[planning.Item]:
        return [waking.item_of(each) for each in self.story.rewatches if each.remind_on is not None]

    def _reslot(self, moment: datetime) -> None:
        slot = planning.next_wake_slot(self.wake, self._items(), moment)
        self.wake = replace(self.wake, slot=slot)

    def _remind_until(self, moment: datetime) -> None:
        """Every message that the planner would have sent before this moment."""
        while self.wake.slot is not None and self.wake.slot.at < moment:
            at = self.wake.slot.at + timedelta(seconds=20)
            plan = planning.plan_learner(self.wake, self._items(), at)
            self.wake = plan.wake
            for step in plan.steps:
                rewatch = self.story.rewatches[step.rewatch_id]
                rewatch.rung, rewatch.remind_on = step.rung, step.remind_on
                rewatch.reminders_sent += 1
            if plan.message is not None:
                about = tuple(item.rewatch_id for item in plan.listed)
                self.story.messages.append(SentMessage(plan.message.on, at, about))

    # Sums

    def _finish(self) -> None:
        for work in self.works.values():
            self._settle(work)
        story = self.story
        story.wake = self.wake
        if not story.viewings:
            return
        ordered = [
            (viewing, self.course.videos[viewing.video_id].duration_seconds)
            for viewing in sorted(story.viewings, key=lambda each: (each.opened_at, each.pk))
        ]
        story.summary = summaries.rebuilt(
            Summary(), ordered, bonus=self.course.bonus, zone=self.course.cohort.zone
        )
        story.summary.updated_at = story.summary.last_active_at or story.viewings[-1].opened_at

    def _settle(self, work: _Work) -> None:
        """The viewing's columns from the time that was worked, its notes, and its flags."""
        viewing, video = work.viewing, self.course.videos[work.viewing.video_id]
        done = min(1.0, work.done_ms / work.need_ms) if work.need_ms else 0.0
        viewing.covered_ms = int(video.duration_ms * work.share * done)
        viewing.coverage = ((0, viewing.covered_ms),) if viewing.covered_ms else ()
        viewing.position_ms = viewing.covered_ms
        viewing.active = coverage.merge(work.active)
        viewing.active_seconds = coverage.milliseconds(viewing.active) // 1000
        viewing.elsewhere_seconds = int(work.elsewhere_seconds * done)
        viewing.last_heartbeat_at = viewing.active[-1][1] if viewing.active else None
        if viewing.number == SECOND_PASS:
            self._write_notes(work, video)
        judge(viewing, video)

    def _write_notes(self, work: _Work, video: Video) -> None:
        viewing, random = work.viewing, self.random
        drafts = texts.notes(video.slug, self.language)
        if work.is_light:
            drafts = drafts[:1]
        written = [
            draft for draft in drafts if draft["share"] * video.duration_ms <= viewing.covered_ms
        ] or drafts[: int(viewing.is_completed)]
        shared = "instructors" if random.random() < 0.5 else "cohort"
        for draft in written:
            moment = _moment_at(work.active, draft["share"])
            self.story.notes.append(self._note(viewing, video, draft, moment, shared))
        mine = [note for note in self.story.notes if note.viewing_id == viewing.pk]
        typed = [note.typed_share for note in mine if note.typed_share is not None]
        viewing.note_count = len(mine)
        viewing.code_count = sum(note.kind == Note.Kind.CODE for note in mine)
        viewing.experiment_count = sum(note.kind == Note.Kind.EXPERIMENT for note in mine)
        viewing.question_count = sum(note.kind == Note.Kind.QUESTION for note in mine)
        viewing.typed_share = sum(typed) / len(typed) if typed else None

    def _note(
        self,
        viewing: Viewing,
        video: Video,
        draft: Mapping[str, Any],
        moment: datetime,
        shared: str,
    ) -> Note:
        place = min(
            LATEST_NOTE, max(EARLIEST_NOTE, draft["share"] + self.random.uniform(-0.02, 0.02))
        )
        is_shared = self.random.random() < self.habits.shares
        is_code = draft["kind"] == Note.Kind.CODE
        return Note(
            viewing_id=viewing.pk,
            at_ms=min(int(video.duration_ms * place), max(viewing.covered_ms, 1000)),
            kind=draft["kind"],
            **texts.columns(draft),
            typed_share=self.random.choice((1.0, 1.0, 1.0, 0.96, 0.9)) if is_code else None,
            visibility=shared if is_shared else "private",
            shared_in=self.course.cohort if is_shared else None,
            created_at=moment,
            updated_at=moment,
        )

    def _day_of(self, moment: datetime) -> date:
        return local_date(moment, self.zone)


def _moment_at(active: Sequence[tuple[datetime, datetime]], share: float) -> datetime:
    """The moment at which this share of the active time had passed."""
    total = sum(((upper - lower) for lower, upper in active), timedelta())
    left = total * min(share, 0.99)
    for lower, upper in active:
        if left <= upper - lower:
            return lower + left
        left -= upper - lower
    return active[-1][1]
