"""Who wants to be in a cohort and is not yet: waiting for a place, or for an instructor's answer."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cohorts.models.cohorts import Cohort, Invitation


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def asked(self) -> Self:
        """Those that an instructor has to answer, the oldest first."""
        return self.filter(state=JoinRequest.State.ASKED).order_by("asked_at", "pk")

    def waiting(self) -> Self:
        """Those who come in as soon as there is a place, in their order."""
        return self.filter(state=JoinRequest.State.WAITING).order_by("asked_at", "pk")


class JoinRequest(models.Model):
    """One for each person and cohort; asking again opens the same one, at the end of the queue."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for an answer")
        WAITING = "waiting", _("waits for a place")
        ACCEPTED = "accepted", _("came in")
        DECLINED = "declined", _("was declined")
        WITHDRAWN = "withdrawn", _("was withdrawn")

    OPEN = (State.ASKED, State.WAITING)

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="requests")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="join_requests")
    state = models.CharField(_("state"), max_length=10, choices=State)
    # What the person wrote to the instructors.
    words = models.CharField(_("words"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    # The link that this place on the waiting list used up; its external id comes along.
    invitation = models.ForeignKey(
        Invitation, on_delete=models.SET_NULL, null=True, blank=True, related_name="requests"
    )
    settled_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("settled by")
    )

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "user"], name="cohorts_joinrequest_once"),
        ]
        indexes = [
            # The queue of a cohort, in its order.
            models.Index(fields=["cohort", "state", "asked_at"], name="cohorts_joinrequest_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} to {self.cohort_id}: {self.state}"
