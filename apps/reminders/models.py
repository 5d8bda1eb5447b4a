"""The rewatches people owe, and what is needed to remind each of them once a day: docs/reminders.md.

Lock order, everywhere: Wake, Rewatch, Viewing, Summary, OutboxMessage.
"""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    INBOX = "inbox", _("in the app")


class Purpose(models.TextChoices):
    REWATCH = "rewatch", _("rewatches")


class StopReason(models.TextChoices):
    LEFT = "left", _("left the cohort")
    ARCHIVED = "archived", _("the cohort was archived")
    WITHDRAWN = "withdrawn", _("the video was withdrawn")


def default_channels() -> list[str]:
    return [Channel.EMAIL.value, Channel.INBOX.value]


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


class Wake(models.Model):
    """When to look at one learner next, and the learner's own wishes. `slot_on` is the local date of `next_at`;
    `last_slot_on` only grows, so that no local day ever has two messages. Monday is bit 0 of `quiet_days`."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="wake")
    hour = models.PositiveSmallIntegerField(_("hour"), default=19)
    minute_offset = models.PositiveSmallIntegerField(default=0, editable=False)
    quiet_days = models.PositiveSmallIntegerField(_("quiet weekdays"), default=0)
    paused = models.BooleanField(_("paused"), default=False)
    # Together with `paused`: empty means until resumed.
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel),
        default=default_channels,
        verbose_name=_("channels"),
        blank=True,
    )
    unsubscribed_at = models.DateTimeField(_("unsubscribed"), null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    slot_on = models.DateField(null=True, blank=True)
    last_slot_on = models.DateField(null=True, blank=True)
    # Monday of the learner's week that `week_used` counts messages of.
    week_on = models.DateField(null=True, blank=True)
    week_used = models.PositiveSmallIntegerField(default=0)
    plan_errors = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("wake")
        verbose_name_plural = _("wakes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hour__gte=7, hour__lte=21), name="reminders_wake_by_day"
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_days__lt=127), name="reminders_wake_some_day_is_loud"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(next_at__isnull=False),
                name="reminders_wake_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.next_at}"


class OutboxMessage(models.Model):
    """A planned message that is not settled yet; small and hot, moved to Delivery at its end."""

    class State(models.TextChoices):
        READY = "ready", _("ready")
        LEASED = "leased", _("leased")
        FENCED = "fenced", _("fenced")
        UNKNOWN = "unknown", _("unknown")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="outbox_messages")
    channel = models.CharField(max_length=10, choices=Channel)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.REWATCH)
    slot_on = models.DateField()
    # Ids of the rewatches it is about, oldest due first, five at most.
    rewatches = ArrayField(models.BigIntegerField(), default=list)
    # All that stepped on their ladders with it: those, and their twins from other cohorts.
    stepped = ArrayField(models.BigIntegerField(), null=True, editable=False)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.READY)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    unknown_count = models.PositiveSmallIntegerField(default=0)
    # The bytes as they go out, kept from the first attempt: every retry carries the same.
    rendered = models.BinaryField(null=True, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    fenced_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("message in the outbox")
        verbose_name_plural = _("outbox")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "channel", "purpose", "slot_on"], name="reminders_outbox_once"
            ),
        ]
        indexes = [
            # What may go out now. Not on state, so that a lease stays a HOT update.
            models.Index(fields=["not_before"], name="reminders_outbox_not_before")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.channel} {self.slot_on}"


class Delivery(models.Model):
    """How a planned message ended; the log that answers “did they get one?”."""

    class Outcome(models.TextChoices):
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        SUPERSEDED = "superseded", _("not needed any more")
        EXPIRED = "expired", _("too late")
        BOUNCED = "bounced", _("bounced")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.REWATCH)
    slot_on = models.DateField(_("day"))
    rewatches = ArrayField(models.BigIntegerField(), default=list)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    planned_at = models.DateTimeField(_("planned"))
    fenced_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    subject = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    settled_by = models.CharField(max_length=20, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    # In-app messages only.
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "channel", "purpose", "slot_on"], name="reminders_delivery_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.channel} {self.slot_on}: {self.outcome}"


class Suppression(models.Model):
    """An address that must not be written to, by its hash."""

    address_hash = models.CharField(max_length=64, unique=True)
    reason = models.CharField(_("reason"), max_length=200)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return self.address_hash[:12]


class Engine(models.Model):
    """One row: may it plan, may it send, which installation it belongs to, and how far the planner has looked."""

    plans = models.BooleanField(_("plans"), default=True)
    delivers = models.BooleanField(_("sends"), default=True)
    # What `guard` saw of this database and site when it was last taken for the real one.
    instance = models.JSONField(_("installation"), default=dict, editable=False)
    # No learner waits for a moment before `watermark`, but for those that a sweep finds.
    watermark = models.DateTimeField(null=True, editable=False)
    swept_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("switch of the reminders")
        verbose_name_plural = _("switches of the reminders")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="reminders_engine_is_one")
        ]

    def __str__(self) -> str:
        return str(_("Reminders"))


class Heartbeat(models.Model):
    """When each planner was last alive; `/readyz` and the alarms read it."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat of a planner")
        verbose_name_plural = _("heartbeats of planners")

    def __str__(self) -> str:
        return self.name
