"""The audit trail of a cohort: who changed or saw what in it, and when. Rows are only ever added."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.cohorts.models.cohorts import Cohort


class Event(models.Model):
    """Names of people are never in `details`: they go with the account, the event stays."""

    class Kind(models.TextChoices):
        MADE = "made", _("cohort made")
        COPIED = "copied", _("cohort copied")
        CHANGED = "changed", _("plan changed")
        REVISION_TAKEN = "revision_taken", _("newer revision taken")
        ARCHIVED = "archived", _("cohort archived")
        JOINED = "joined", pgettext_lazy("audit trail", "came in")
        LEFT = "left", pgettext_lazy("audit trail", "left")
        REMOVED = "removed", _("taken out")
        MOVED_AWAY = "moved_away", _("moved to another cohort")
        MOVED_HERE = "moved_here", _("moved here from another cohort")
        ROLE_CHANGED = "role_changed", _("role changed")
        ID_CHANGED = "id_changed", _("external id changed")
        LINK_MADE = "link_made", _("invitation link made")
        LINK_WITHDRAWN = "link_withdrawn", _("invitation link withdrawn")
        MAILED = "mailed", _("invited by e-mail")
        MAILING_STOPPED = "mailing_stopped", _("e-mail invitations stopped")
        WROTE = "wrote", _("message sent")
        NUDGED = "nudged", _("nudged")
        TALKED = "talked", _("marked as talked to")
        TALK_UNDONE = "talk_undone", _("no longer marked as talked to")
        HIDDEN = "hidden", _("hidden from the list for a week")
        SHOWN = "shown", _("shown on the list again")
        ASKED = "asked", pgettext_lazy("audit trail", "asked to join")
        QUEUED = "queued", _("on the waiting list")
        ACCEPTED = "accepted", _("request accepted")
        DECLINED = "declined", _("request declined")
        SAW_LEARNER = "saw_learner", _("learner’s page seen")
        SAVED_LIST = "saved_list", _("list of learners saved as a file")
        MACHINE_MADE = "machine_made", _("machine account made")
        MACHINE_TOKEN = "machine_token", _("new token for a machine account")
        MACHINE_ENDED = "machine_ended", _("machine account ended")
        WEBHOOK_MADE = "webhook_made", _("webhook made")
        WEBHOOK_CHANGED = "webhook_changed", _("webhook switched on or off")
        WEBHOOK_ENDED = "webhook_ended", _("webhook deleted")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=16, choices=Kind)
    # Who did it; empty for what happened by itself, and when the account is gone.
    actor = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    subject = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("about whom")
    )
    details = models.JSONField(_("details"), default=dict)
    at = models.DateTimeField(_("when"))
    # Looking is noted once a day (UTC) for each reader and learner; empty for everything else.
    seen_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("audit trail")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "actor", "subject", "kind", "seen_on"],
                condition=models.Q(seen_on__isnull=False),
                name="cohorts_event_seen_once_a_day",
            ),
        ]
        indexes = [models.Index(fields=["cohort", "-at", "-id"], name="cohorts_event_newest")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.cohort_id}"
