"""The delayed question of a reminder, "how much do you remember?", and what each answer makes of the promise.

A question belongs to a rewatch and to the day of the message that asked it. It stays open until the rewatch is over
or a later message asks again; its first answer remembers the promise as it was, so that another answer starts there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from apps.reminders import spacing
from apps.reminders.models import Delivery, OutboxMessage, Rewatch

ANSWERS = tuple(Rewatch.RecallAnswer.values)


@dataclass(frozen=True, slots=True)
class RecallQuestion:
    """One question as it stands. `due_on` and `remind_on` are the promise without its answer."""

    rewatch: Rewatch
    asked_on: date
    today: date
    is_asked_again: bool
    answer: str
    due_on: date
    remind_on: date | None

    @property
    def is_open(self) -> bool:
        """Whether an answer still says something."""
        return self.rewatch.is_open and not self.is_asked_again

    @property
    def days(self) -> Mapping[str, date]:
        """The promise after each answer."""
        return {answer: self.moved_to(answer) or self.due_on for answer in ANSWERS}

    def moved_to(self, answer: str) -> date | None:
        """The day that this answer sets, or None where it leaves the promise alone."""
        return spacing.due_on_after_recall(
            answer, due_on=self.due_on, remind_on=self.remind_on, today=self.today
        )


def recall_question(*, rewatch: Rewatch, asked_on: date, today: date) -> RecallQuestion:
    """The question that the message of `asked_on` asked about this rewatch; two queries."""
    is_answered = rewatch.recall_asked_on == asked_on
    due_on, remind_on = rewatch.due_on, rewatch.remind_on
    # Whoever snoozed after an answer chose that day themselves; then nothing is kept here.
    if is_answered and rewatch.due_before_answer is not None:
        due_on, remind_on = rewatch.due_before_answer, rewatch.remind_before_answer
    return RecallQuestion(
        rewatch=rewatch,
        asked_on=asked_on,
        today=today,
        is_asked_again=_is_asked_again(rewatch, asked_on),
        answer=rewatch.recall_answer if is_answered else "",
        due_on=due_on,
        remind_on=remind_on,
    )


def _is_asked_again(rewatch: Rewatch, asked_on: date) -> bool:
    if rewatch.recall_asked_on is not None and rewatch.recall_asked_on > asked_on:
        return True
    later = {
        "user_id": rewatch.membership.user_id,
        "slot_on__gt": asked_on,
        "rewatches__contains": [rewatch.pk],
    }
    return (
        Delivery.objects.filter(outcome=Delivery.Outcome.SENT, **later).exists()
        or OutboxMessage.objects.filter(**later).exists()
    )
