"""What instructors do about learners on the dashboard, and what they keep of their own looks at it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cohorts.models.cohorts import Membership

MOST_VIEWS = 20
LONGEST_VIEW_NAME = 60
LONGEST_VIEW = 1000


class Care(models.Model):
    """What was done about one learner: one row for a membership, shared by its instructors.

    Who did what when stands in the audit trail for good; this is how it is now.
    """

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="care")
    # The first day, in the cohort's zone, on which they are on the list again.
    hidden_until = models.DateField(_("hidden until"), null=True, blank=True)
    hidden_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("hidden by")
    )
    talked_at = models.DateTimeField(_("talked to"), null=True, blank=True)
    talked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("talked to by")
    )
    # The reasons of that moment: another one is something new.
    talked_about = ArrayField(models.CharField(max_length=20), default=list, editable=False)

    class Meta:
        verbose_name = _("care for a learner")
        verbose_name_plural = _("care for learners")

    def __str__(self) -> str:
        return f"about {self.membership_id}"


class SavedView(models.Model):
    """A way to look at the table of everyone, under a name: the query string of its address."""

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="saved_views", verbose_name=_("whose")
    )
    name = models.CharField(_("name"), max_length=LONGEST_VIEW_NAME)
    query = models.CharField(_("query"), max_length=LONGEST_VIEW)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["membership", "name"], name="cohorts_savedview_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Look(models.Model):
    """When a reader last looked at one learner, or at the whole cohort where `learner` is empty.

    Looks within half an hour are one visit: `since` is the end of the visit before this one, and what
    is newer than that is new to the reader until their next visit.
    """

    reader = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="looks")
    learner = models.ForeignKey(
        Membership, on_delete=models.CASCADE, null=True, related_name="looked_at"
    )
    seen_at = models.DateTimeField(_("last seen"))
    since = models.DateTimeField(_("the visit before"), null=True, blank=True)

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "learner"], nulls_distinct=False, name="cohorts_look_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} at {self.learner_id or 'all'}"
