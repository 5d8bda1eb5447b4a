"""One learner's weeks, day by day: a pure function of habits, a seed and the moment they end.

Only what a person decides is made up here: when they sit down, for how long, how they rate. What
follows from it comes from the product's own rules: order, ladders, flags, the planner's messages.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from apps.curriculum.outline import VideoOutline
from apps.overview.demo import texts
from apps.overview.demo.choosing import Choice
from apps.overview.demo.people import Habits
from apps.overview.demo.reminding import Reminders, promised
from apps.overview.demo.settling import Hand, settle
from apps.overview.demo.story import Course, Story, Work
from apps.progress import summary as summaries
from apps.progress.models import FIRST_PASS, SECOND_PASS, Evidence, Rating, Summary, Viewing
from apps.reminders import spacing
from apps.reminders.models import PromiseChange, Rewatch
from apps.reminders.promises import owed_on
from apps.reminders.slots import Rhythm, local_date

MINUTE = 60_000
# Passes longer than this are cut into two sittings of their own length.
LONG_MINUTES = 100
AWAY_AT_MOST_DAYS = 4


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
        self.reminders = Reminders(self.story, rhythm)
        self.works: dict[tuple[int, int], Work] = {}
        self.choice = Choice(course, habits, self.story, self.works)
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
        self.reminders.until(self.now)
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
        self.reminders.until(start)
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

    def _do(self, work: Work, cursor: datetime, until: datetime, *, is_cut_short: bool) -> datetime:
        """Play on with one pass; a long one is finished in its second sitting at the latest."""
        left = work.left_ms
        available = int((until - cursor) / timedelta(milliseconds=1))
        may_stay = not (
            is_cut_short or self.habits.is_short_of_time or self.choice.is_stuck_in(work)
        )
        if may_stay:
            available = max(available, left if work.sittings else int(left * 0.56))
        available = min(available, int((self.now - cursor) / timedelta(milliseconds=1)) - MINUTE)
        if self.choice.is_stuck_in(work):
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

    def _next_work(self, day: date, moment: datetime, *, left: float) -> Work | None:
        for number in (SECOND_PASS, FIRST_PASS):
            for work in self.works.values():
                if work.viewing.number != number or work.viewing.is_completed:
                    continue
                if (
                    self.choice.is_stuck_in(work)
                    and work.active
                    and local_date(work.active[-1][1], self.zone) == day
                ):
                    continue
                return work
        video = self.choice.due_video(day) or self.choice.early_video(day)
        if video is not None:
            return self._open(video, SECOND_PASS, moment, left)
        video = self.choice.next_video()
        if video is not None:
            return self._open(video, FIRST_PASS, moment, left)
        video = self.choice.early_video(day, wherever=True)
        return self._open(video, SECOND_PASS, moment, left) if video is not None else None

    # Passes

    def _open(self, place: VideoOutline, number: int, moment: datetime, left: float) -> Work | None:
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
        work = Work(
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

    def _complete(self, work: Work, moment: datetime) -> None:
        viewing = work.viewing
        self.reminders.until(moment)
        viewing.completed_at = moment
        viewing.evidence = Evidence.TRACKED if work.share else Evidence.SELF_REPORTED
        if viewing.number == SECOND_PASS:
            rewatch = self.rewatch_of[viewing.video_id]
            rewatch.kept_at, rewatch.remind_on = moment, None
        else:
            self._rate(viewing, moment)
            self._promise(viewing, moment)
        self.reminders.reslot(moment)

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
        rewatch = promised(
            viewing, moment, course=self.course, zone=self.zone, place=len(self.story.rewatches)
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
            self.reminders.until(moment)
            self.story.changes.append(
                PromiseChange(rewatch_id=rewatch.pk, at=moment, owed_on=owed_on(rewatch))
            )
            rewatch.due_on = rewatch.remind_on = spacing.snoozed_to(target=target, today=day)
            rewatch.snoozes += 1
            self.reminders.reslot(moment)

    # Sums

    def _finish(self) -> None:
        story = self.story
        hand = Hand(self.course, self.habits, self.language, self.random, self.now)
        for work in self.works.values():
            settle(work, story, hand)
        story.wake = self.reminders.wake
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
