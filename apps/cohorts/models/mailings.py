"""Invitations to many addresses at once: what was pasted or uploaded, line by line, and what became of it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cohorts.models.cohorts import LONGEST_EXTERNAL_ID, Cohort, Invitation, Membership
from apps.cohorts.models.letters import Letter

LONGEST_LINE = 200


class Mailing(models.Model):
    """One list of addresses, invited together."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="mailings")
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"))
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")

    def __str__(self) -> str:
        return f"{self.pk} of {self.cohort_id}"


class MailingRowQuerySet(models.QuerySet["MailingRow"]):
    def troubled(self) -> Self:
        """Lines whose people have got no mail, and will get none as it stands."""
        return self.filter(
            ~Q(outcome=MailingRow.Outcome.INVITED)
            | Q(invitation__letter__state__in=(Letter.State.FAILED, Letter.State.STOPPED))
        )


class MailingRow(models.Model):
    """One address of a list, or a line in which there is none."""

    class Outcome(models.TextChoices):
        INVITED = "invited", _("invited")
        REPEATED = "repeated", _("stands in the list more than once")
        INVITED_BEFORE = "invited_before", _("was invited before, and that invitation still holds")
        MEMBER = "member", _("is in the cohort already")
        NO_ADDRESS = "no_address", _("no e-mail address in this line")
        BAD_ADDRESS = "bad_address", _("not an e-mail address")
        BAD_ID = "bad_id", _("the external id is too long")
        ID_TAKEN = "id_taken", _("the external id is somebody else’s")

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    # As it was written, cut off where it is too long.
    text = models.CharField(_("text"), max_length=LONGEST_LINE, blank=True)
    address = models.EmailField(_("address"), blank=True)
    external_id = models.CharField(
        _("external id"), max_length=LONGEST_EXTERNAL_ID, blank=True, default=""
    )
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    invitation = models.OneToOneField(
        Invitation, on_delete=models.SET_NULL, null=True, related_name="mailing_row"
    )

    objects = MailingRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a mailing")
        verbose_name_plural = _("lines of mailings")
        indexes = [models.Index(fields=["mailing", "line", "id"], name="cohorts_mailingrow_order")]

    def __str__(self) -> str:
        return f"line {self.line} of {self.mailing_id}"
