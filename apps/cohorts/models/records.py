"""The record that a learner did it all twice: printed as it was on the day, and verified by its address."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.cohorts.models.cohorts import Membership


def new_record_code() -> str:
    """128 random bits, safe in an address."""
    return secrets.token_urlsafe(16)


class CompletionRecord(models.Model):
    """One for a membership; made anew it keeps its address. Without the row nobody can verify it."""

    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="completion_record"
    )
    code = models.CharField(_("code"), max_length=40, unique=True, default=new_record_code)
    # As it was on the day: a later name, plan or curriculum changes nothing of it.
    name = models.CharField(_("name"), max_length=150)
    cohort_name = models.CharField(_("cohort"), max_length=120)
    curriculum_title = models.JSONField(_("curriculum"))
    revision_number = models.PositiveIntegerField(_("revision"))
    videos = models.PositiveIntegerField(_("videos watched twice"))
    self_reported = models.PositiveIntegerField(_("of them self-reported"))
    light = models.PositiveIntegerField(_("light second passes"))
    notes = models.PositiveIntegerField(_("notes"))
    active_seconds = models.PositiveIntegerField(_("active seconds"))
    started_on = models.DateField(_("started"))
    finished_on = models.DateField(_("finished"))
    issued_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("record of completion")
        verbose_name_plural = _("records of completion")

    def __str__(self) -> str:
        return f"{self.membership_id}"
