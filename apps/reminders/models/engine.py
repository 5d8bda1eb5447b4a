"""The engine itself: its switches, how far it has looked, and who was alive when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
