"""When to look at a learner next, and what they wish."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.reminders.planning import ITEMS_AT_MOST, MESSAGES_A_WEEK


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    INBOX = "inbox", _("in the app")


def default_channels() -> list[str]:
    return [Channel.EMAIL.value, Channel.INBOX.value]


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
    # Caps of one's own, never above ours: rewatches in a message (one a day), messages in a week.
    rewatches_a_message = models.PositiveSmallIntegerField(
        _("rewatches in a message"), default=ITEMS_AT_MOST, db_default=ITEMS_AT_MOST
    )
    messages_a_week = models.PositiveSmallIntegerField(
        _("messages in a week"), default=MESSAGES_A_WEEK, db_default=MESSAGES_A_WEEK
    )
    # What the secret address of the calendar is made from; null: there is none. See `calendars`.
    calendar_key = models.UUIDField(null=True, blank=True, editable=False)
    unsubscribed_at = models.DateTimeField(_("unsubscribed"), null=True, blank=True)
    # The weekly mail to instructors: since when it is not wanted, and the Monday of the last one that was planned.
    digest_off_at = models.DateTimeField(_("no weekly mail"), null=True, blank=True)
    digest_on = models.DateField(null=True, blank=True, editable=False)
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
            models.CheckConstraint(
                condition=models.Q(
                    rewatches_a_message__gte=1,
                    rewatches_a_message__lte=ITEMS_AT_MOST,
                    messages_a_week__gte=1,
                    messages_a_week__lte=MESSAGES_A_WEEK,
                ),
                name="reminders_wake_caps_within_ours",
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
