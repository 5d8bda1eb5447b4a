"""What people owe: the open promise of a second pass."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.cohorts.models import Membership
from apps.curriculum.models import Video


class StopReason(models.TextChoices):
    LEFT = "left", _("left the cohort")
    ARCHIVED = "archived", _("the cohort was archived")
    WITHDRAWN = "withdrawn", _("the video was withdrawn")


class RewatchQuerySet(models.QuerySet["Rewatch"]):
    def open(self) -> Self:
        """Neither kept nor stopped."""
        return self.filter(kept_at__isnull=True, stopped_at__isnull=True)

    def owed(self) -> Self:
        return self.open().filter(is_owed=True)


class Rewatch(models.Model):
    """The open promise of a second pass. `due_on` is the only date ever shown; `remind_on` and
    `rung` are the engine's own walk along the ladder."""

    class RecallAnswer(models.TextChoices):
        NOTHING = "nothing", _("nothing")
        SOME = "some", _("some")
        MOST = "most", _("most")

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="rewatches")
    video = models.ForeignKey(Video, on_delete=models.PROTECT, related_name="rewatches")
    # Bonus videos: offered, not owed, unless the cohort says otherwise.
    is_owed = models.BooleanField(_("owed"), default=True)
    anchor_at = models.DateTimeField(_("first pass completed"))
    anchor_on = models.DateField(_("on the learner's day"))
    due_on = models.DateField(_("due on"))
    first_due_on = models.DateField(_("first due on"))
    snoozes = models.PositiveSmallIntegerField(_("snoozes"), default=0)
    # Null: no message will come any more (kept, stopped, offered only, past the last rung).
    remind_on = models.DateField(_("remind on"), null=True, blank=True)
    rung = models.PositiveSmallIntegerField(_("rung"), default=0)
    # Day offsets from `anchor_on`, after the rating's factor; strictly increasing.
    ladder = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("ladder"))
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    recall_answer = models.CharField(max_length=7, choices=RecallAnswer, blank=True)
    recall_answered_at = models.DateTimeField(null=True, blank=True)
    # The day of the message that asked, and the promise as it was before its first answer: who changes their mind
    # starts from there.
    recall_asked_on = models.DateField(null=True, blank=True)
    due_before_answer = models.DateField(null=True, blank=True, editable=False)
    remind_before_answer = models.DateField(null=True, blank=True, editable=False)
    kept_at = models.DateTimeField(_("kept"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    stop_reason = models.CharField(_("reason"), max_length=10, choices=StopReason, blank=True)

    objects = RewatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("rewatch")
        verbose_name_plural = _("rewatches")
        constraints = [
            models.UniqueConstraint(fields=["membership", "video"], name="reminders_rewatch_once"),
            models.CheckConstraint(
                condition=models.Q(remind_on__isnull=True)
                | models.Q(kept_at__isnull=True, stopped_at__isnull=True),
                name="reminders_rewatch_silent_when_ended",
            ),
        ]
        indexes = [
            # The planner: open rewatches of a batch of learners, by the day of their next message.
            models.Index(
                fields=["membership", "remind_on"],
                condition=models.Q(remind_on__isnull=False),
                name="reminders_rewatch_to_remind",
            ),
            models.Index(
                fields=["membership", "due_on"],
                condition=models.Q(kept_at__isnull=True, stopped_at__isnull=True),
                name="reminders_rewatch_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.video_id} due {self.due_on}"

    @property
    def is_open(self) -> bool:
        """Neither kept nor stopped."""
        return self.kept_at is None and self.stopped_at is None


class PromiseChange(models.Model):
    """How a promise stood until `at`, written in the transaction that changed it: debt of past days is counted by it.

    `owed_on` is the day from which it counted as debt until then; null where it did not count at all: stopped, or
    only offered. Keeping and stopping are facts of the rewatch itself and need no row.
    """

    rewatch = models.ForeignKey(Rewatch, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField(_("when"))
    owed_on = models.DateField(_("owed from"), null=True)
    # False: how it stood before was not written down (changes from before this table).
    is_known = models.BooleanField(default=True, db_default=True)

    class Meta:
        verbose_name = _("change of a promise")
        verbose_name_plural = _("changes of promises")

    def __str__(self) -> str:
        return f"{self.rewatch_id}: {self.owed_on} until {self.at}"
