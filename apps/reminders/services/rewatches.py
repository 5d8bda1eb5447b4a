"""Moving, stopping and restarting rewatches. Each changes the promise and the next moment in one transaction."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.cohorts.models import Cohort, Membership
from apps.core.errors import InvalidValue
from apps.reminders import promises, recalls, slots, spacing, waking
from apps.reminders.errors import AskedAgain, RewatchEnded, SnoozeTooLong
from apps.reminders.models import PromiseChange, Rewatch, StopReason
from apps.reminders.recalls import RecallQuestion

SNOOZE_AT_MOST_DAYS = 365


def snooze_rewatch(
    *, rewatch: Rewatch, now: datetime, until: date | None = None, days: int | None = None
) -> Rewatch:
    """Move the promise to `until`, or by `days` from today, but never before tomorrow.

    The reminder comes on that day, also after the last rung, since it was asked for. The same snooze twice is
    the same as once. Raises RewatchEnded, SnoozeTooLong.
    """
    user = rewatch.membership.user
    today = slots.local_date(now, user.zone)
    if (until is None) == (days is None):
        raise InvalidValue(_("Give either a day or a number of days."), field="until")
    if days is not None and not 1 <= days <= SNOOZE_AT_MOST_DAYS:
        raise SnoozeTooLong(field="days")
    target = until if until is not None else today + timedelta(days=days or 0)
    if target > today + timedelta(days=SNOOZE_AT_MOST_DAYS):
        raise SnoozeTooLong(field="until")
    with transaction.atomic():
        wake = waking.lock_wake(user_id=user.pk)
        locked = _locked_open(rewatch)
        was = promises.owed_on(locked)
        if _move(locked, spacing.snoozed_to(target=target, today=today)):
            locked.snoozes += 1
            # A day of one's own choice is not taken back by another answer to an old question.
            locked.due_before_answer = locked.remind_before_answer = None
            locked.save()
            promises.note_change(locked, was=was, now=now)
            waking.reslot_wake(wake, now=now)
    return locked


def snooze_together(
    *, user_id: int, rewatch_ids: Collection[int], until: date, now: datetime
) -> int:
    """Snooze those of one learner's rewatches that are still open, as a mail's link asks; answers how many are."""
    rewatches = Rewatch.objects.open().filter(pk__in=rewatch_ids, membership__user_id=user_id)
    moved = 0
    for rewatch in rewatches.select_related("membership__user").order_by("id"):
        try:
            snooze_rewatch(rewatch=rewatch, now=now, until=until)
        except RewatchEnded:
            continue
        moved += 1
    return moved


def answer_recall(
    *, rewatch: Rewatch, answer: str, now: datetime, asked_on: date | None = None
) -> Rewatch:
    """Keep how much is remembered days later, and move the promise by it.

    `asked_on` is the day of the message that asked; without it, today. The same answer to a question is one answer;
    a change of mind starts from the promise as it was before the first. Raises RewatchEnded, AskedAgain, InvalidValue.
    """
    if answer not in recalls.ANSWERS:
        raise InvalidValue(_("Answer nothing, some or most."), field="answer")
    today = slots.local_date(now, rewatch.membership.user.zone)
    with transaction.atomic():
        wake = waking.lock_wake(user_id=rewatch.membership.user_id)
        locked = _locked_open(rewatch)
        question = recalls.recall_question(rewatch=locked, asked_on=asked_on or today, today=today)
        if question.is_asked_again:
            raise AskedAgain
        was = promises.owed_on(locked)
        if question.answer != answer:
            _take_answer(locked, question, answer)
        locked.recall_answered_at = now
        locked.save()
        promises.note_change(locked, was=was, now=now)
        waking.reslot_wake(wake, now=now)
    return locked


def _take_answer(rewatch: Rewatch, question: RecallQuestion, answer: str) -> None:
    if not question.answer:
        rewatch.due_before_answer = rewatch.due_on
        rewatch.remind_before_answer = rewatch.remind_on
    rewatch.due_on, rewatch.remind_on = question.due_on, question.remind_on
    moved_to = question.moved_to(answer)
    if moved_to is not None:
        _move(rewatch, moved_to)
    rewatch.recall_answer, rewatch.recall_asked_on = answer, question.asked_on


def stop_rewatches(*, membership: Membership, reason: StopReason, now: datetime) -> int:
    """End the open promises of a membership that left, or whose cohort was archived; answers how many."""
    with transaction.atomic():
        wake = waking.lock_wake(user_id=membership.user_id)
        stopped = (
            Rewatch.objects.open()
            .filter(membership=membership)
            .update(stopped_at=now, stop_reason=reason, remind_on=None)
        )
        waking.reslot_wake(wake, now=now)
    return stopped


def stop_cohort(*, cohort: Cohort, now: datetime) -> int:
    """End every open promise of a cohort that was archived, in one statement; answers how many.

    The learners' next moments stay as they are: each of them wakes once more, finds nothing of this cohort, and
    sleeps on. The rows are locked in their order, as the planner does, and no Wake is waited for.
    """
    with transaction.atomic():
        opened = Rewatch.objects.open().filter(membership__cohort=cohort)
        locked = opened.select_for_update(of=("self",), no_key=True).order_by("id")
        ended = Rewatch.objects.filter(pk__in=locked.values("pk"))
        return ended.update(stopped_at=now, stop_reason=StopReason.ARCHIVED, remind_on=None)


def restart_rewatches(*, membership: Membership, now: datetime) -> int:
    """Open again what stopped when this learner left; they came back. Their days stay, reminders begin tomorrow."""
    today = slots.local_date(now, membership.user.zone)
    with transaction.atomic():
        wake = waking.lock_wake(user_id=membership.user_id)
        stopped = Rewatch.objects.select_for_update().filter(
            membership=membership, stop_reason=StopReason.LEFT, kept_at__isnull=True
        )
        rewatches = list(stopped.order_by("id"))
        PromiseChange.objects.bulk_create(_while_away(rewatches, now))
        for rewatch in rewatches:
            rewatch.stopped_at, rewatch.stop_reason = None, ""
            if rewatch.is_owed and rewatch.rung < len(rewatch.ladder):
                walked = rewatch.ladder[rewatch.rung] - rewatch.ladder[0]
                rewatch.remind_on = max(
                    rewatch.due_on + timedelta(days=walked), spacing.tomorrow(today)
                )
        Rewatch.objects.bulk_update(rewatches, ["stopped_at", "stop_reason", "remind_on"])
        waking.reslot_wake(wake, now=now)
    return len(rewatches)


def _while_away(rewatches: Iterable[Rewatch], now: datetime) -> Iterator[PromiseChange]:
    """They counted until they were stopped, and not until now."""
    for rewatch in rewatches:
        if rewatch.is_owed and rewatch.stopped_at is not None:
            yield PromiseChange(rewatch=rewatch, at=rewatch.stopped_at, owed_on=rewatch.due_on)
            yield PromiseChange(rewatch=rewatch, at=now, owed_on=None)


def _locked_open(rewatch: Rewatch) -> Rewatch:
    locked = Rewatch.objects.select_for_update().get(pk=rewatch.pk)
    if not locked.is_open:
        raise RewatchEnded
    # So that callers keep the cohort and the person they had loaded.
    locked.membership, locked.video = rewatch.membership, rewatch.video
    return locked


def _move(rewatch: Rewatch, due_on: date) -> bool:
    """Set the promise and its reminder; False where both are so already. What is only offered stays silent."""
    remind_on = due_on if rewatch.is_owed else None
    if (rewatch.due_on, rewatch.remind_on) == (due_on, remind_on):
        return False
    rewatch.due_on, rewatch.remind_on = due_on, remind_on
    return True
