"""Mails of a cohort that are no reminders: to who was let in or invited. Celery sends them at a polite rate."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cohorts.models.cohorts import Cohort, Invitation
from apps.cohorts.models.messages import Message


class LetterQuerySet(models.QuerySet["Letter"]):
    def unsent(self) -> Self:
        return self.filter(state__in=Letter.UNSENT)


class Letter(models.Model):
    """One mail to one address. The row is the truth; a task only looks for rows."""

    class Kind(models.TextChoices):
        PLACE = "place", _("a place is free")
        ACCEPTED = "accepted", _("the request is accepted")
        DECLINED = "declined", _("the request is declined")
        INVITATION = "invitation", _("an invitation")
        MOVED = "moved", _("moved to another cohort")
        MESSAGE = "message", _("a message of an instructor")
        WEBHOOK_OFF = "webhook_off", _("a webhook was switched off")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENDING = "sending", _("is being sent")
        SENT = "sent", _("was sent")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("was stopped")

    UNSENT = (State.WAITING, State.SENDING)

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    # Whoever has an account already.
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("to whom")
    )
    address = models.EmailField(_("address"))
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    invitation = models.OneToOneField(
        Invitation, on_delete=models.CASCADE, null=True, related_name="letter"
    )
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, related_name="letters"
    )
    # Thousands of invitations do not keep one person waiting for an answer.
    is_bulk = models.BooleanField(_("one of many"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    made_at = models.DateTimeField(_("made"))
    next_at = models.DateTimeField(_("next try"))
    taken_at = models.DateTimeField(_("last try"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            # What is to be sent, in its order; a row leaves the index when it is settled.
            models.Index(
                fields=["is_bulk", "next_at", "id"],
                condition=models.Q(state__in=("waiting", "sending")),
                name="cohorts_letter_unsent",
            ),
            # How many were tried within the last minute.
            models.Index(
                fields=["taken_at"],
                condition=models.Q(taken_at__isnull=False),
                name="cohorts_letter_taken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.cohort_id}"
