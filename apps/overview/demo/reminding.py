"""What a made-up learner promised, and the messages that they got, by the product's own rules."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.overview.demo.story import Course, SentMessage, Story
from apps.progress.models import Viewing
from apps.reminders import planning, spacing, waking
from apps.reminders.models import Rewatch
from apps.reminders.planning import WakeState
from apps.reminders.slots import Rhythm, local_date


def promised(
    viewing: Viewing, moment: datetime, *, course: Course, zone: ZoneInfo, place: int
) -> Rewatch:
    """The rewatch, as finishing and rating on the same day make it."""
    cohort = course.cohort
    ladder = spacing.ladder_for(viewing.rating or None, offsets=cohort.ladder)
    anchor_on = local_date(moment, zone)
    due_on = spacing.first_due_on(anchor_on=anchor_on, ladder=ladder)
    is_owed = cohort.bonus_is_owed or viewing.video_id not in course.bonus
    return Rewatch(
        pk=place,
        video_id=viewing.video_id,
        is_owed=is_owed,
        anchor_at=moment,
        anchor_on=anchor_on,
        due_on=due_on,
        first_due_on=due_on,
        remind_on=due_on if is_owed else None,
        ladder=list(ladder),
    )


class Reminders:
    """`wake` is the planner's row of this learner, `story` takes the messages."""

    def __init__(self, story: Story, rhythm: Rhythm) -> None:
        self.story = story
        self.wake = WakeState(rhythm=rhythm)

    def items(self) -> list[planning.Item]:
        return [waking.item_of(each) for each in self.story.rewatches if each.remind_on is not None]

    def reslot(self, moment: datetime) -> None:
        slot = planning.next_wake_slot(self.wake, self.items(), moment)
        self.wake = replace(self.wake, slot=slot)

    def until(self, moment: datetime) -> None:
        """Every message that the planner would have sent before this moment."""
        while self.wake.slot is not None and self.wake.slot.at < moment:
            at = self.wake.slot.at + timedelta(seconds=20)
            plan = planning.plan_learner(self.wake, self.items(), at)
            self.wake = plan.wake
            for step in plan.steps:
                rewatch = self.story.rewatches[step.rewatch_id]
                rewatch.rung, rewatch.remind_on = step.rung, step.remind_on
                rewatch.reminders_sent += 1
            if plan.message is not None:
                about = tuple(item.rewatch_id for item in plan.listed)
                self.story.messages.append(SentMessage(plan.message.on, at, about))
