"""Messages from their plan to their end, and addresses that must not be written to."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.reminders.models.wakes import Channel


class Purpose(models.TextChoices):
    REWATCH = "rewatch", _("rewatches")
    DIGEST = "digest", _("the week, for instructors")


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
