"""What a made-up learner does next, by their habits and by the course's order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from apps.curriculum.outline import VideoOutline
from apps.overview.demo.people import Habits
from apps.overview.demo.story import Course, Story, Work
from apps.progress.models import FIRST_PASS, SECOND_PASS
from apps.reminders.models import Rewatch


@dataclass(frozen=True, slots=True)
class Choice:
    """`works` holds every pass that was begun, by video and number."""

    course: Course
    habits: Habits
    story: Story
    works: Mapping[tuple[int, int], Work]

    def due_video(self, day: date) -> VideoOutline | None:
        waiting = [each for each in self._waiting(day) if each.due_on <= day]
        return self.place(min(waiting, key=lambda each: each.due_on)) if waiting else None

    def early_video(self, day: date, *, wherever: bool = False) -> VideoOutline | None:
        waiting = self._waiting(day)
        is_far_ahead = len(self._unkept()) >= self.habits.ahead
        if not waiting or not (is_far_ahead or wherever):
            return None
        return self.place(min(waiting, key=lambda each: each.due_on))

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

    def next_video(self) -> VideoOutline | None:
        for place in self.course.places:
            if (place.id, FIRST_PASS) in self.works:
                continue
            if place.is_bonus and not (self.habits.watches_bonus and place.is_guest):
                continue
            return place
        return None

    def place(self, rewatch: Rewatch) -> VideoOutline:
        return next(place for place in self.course.places if place.id == rewatch.video_id)

    def is_stuck_in(self, work: Work) -> bool:
        if not self.habits.stuck_at or work.viewing.number != SECOND_PASS:
            return False
        coding = [place.id for place in self.course.places if place.is_coding]
        return (
            coding.index(work.viewing.video_id) + 1 == self.habits.stuck_at
            if (work.viewing.video_id in coding)
            else False
        )
