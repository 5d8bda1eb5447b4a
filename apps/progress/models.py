"""Facts of watching: viewings with their coverage and active time, and one summary per membership.

In code a pass is a `Viewing`, since `pass` is a keyword; pages say first pass and second pass.
"""

from typing import Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from apps.cohorts.models import Cohort, Membership
from apps.core.fields import IntegerMultirangeField, MomentMultirangeField
from apps.curriculum.models import Video

FIRST_PASS = 1
SECOND_PASS = 2


class Evidence(models.TextChoices):
    TRACKED = "tracked", _("tracked")
    SELF_REPORTED = "self_reported", _("self-reported")


class Rating(models.TextChoices):
    AGAIN = "again", _("again")
    HARD = "hard", _("hard")
    GOOD = "good", _("good")
    EASY = "easy", _("easy")


class ViewingQuerySet(models.QuerySet["Viewing"]):
    def first_passes(self) -> Self:
        return self.filter(number=FIRST_PASS)

    def second_passes(self) -> Self:
        return self.filter(number=SECOND_PASS)

    def completed(self) -> Self:
        return self.filter(completed_at__isnull=False)


class Viewing(models.Model):
    """One membership's watching of one video: number 1 the first pass, 2 the second, 3.. extra.

    `covered_ms` and `active_seconds` are the lengths of `coverage` and `active`, kept in the same
    statement so that lists need not unnest. `flags` are recomputed by `progress.completion`.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="viewings")
    video = models.ForeignKey(Video, on_delete=models.PROTECT, related_name="viewings")
    number = models.PositiveSmallIntegerField(_("number"))
    opened_at = models.DateTimeField(_("opened"))
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=14, choices=Evidence, blank=True)

    coverage = IntegerMultirangeField(_("coverage"))
    covered_ms = models.PositiveIntegerField(default=0, editable=False)
    # Where the playhead was last, only to resume; it proves nothing.
    position_ms = models.PositiveIntegerField(default=0, editable=False)
    active = MomentMultirangeField(_("active time"))
    active_seconds = models.PositiveIntegerField(default=0, editable=False)
    elsewhere_seconds = models.PositiveIntegerField(_("in my Jupyter, seconds"), default=0)
    # When the learner said "working in my Jupyter"; `elsewhere_seconds` is what of it was not active time.
    elsewhere = MomentMultirangeField(db_default=RawSQL("'{}'::tstzmultirange", ()))
    elsewhere_since = models.DateTimeField(null=True, blank=True, editable=False)
    refused_ms = models.PositiveIntegerField(default=0, editable=False)
    pauses = models.PositiveIntegerField(_("pauses"), default=0)
    max_rate = models.FloatField(_("highest rate"), default=1.0)
    last_heartbeat_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Kept by `notes` through `progress.services.recount_notes`.
    note_count = models.PositiveIntegerField(default=0, editable=False)
    code_count = models.PositiveIntegerField(default=0, editable=False)
    experiment_count = models.PositiveIntegerField(default=0, editable=False)
    question_count = models.PositiveIntegerField(default=0, editable=False)
    typed_share = models.FloatField(null=True, blank=True, editable=False)

    # {"concepts": ["…"], "links": "…"}
    scaffold = models.JSONField(_("scaffold"), null=True, blank=True)
    scaffold_at = models.DateTimeField(null=True, blank=True)
    scaffold_skipped_at = models.DateTimeField(null=True, blank=True)
    rating = models.CharField(_("self-rating"), max_length=5, choices=Rating, blank=True)
    recall = models.TextField(_("recall"), blank=True)
    recall_at = models.DateTimeField(null=True, blank=True)
    recall_skipped_at = models.DateTimeField(null=True, blank=True)

    # Recorded, not scolded: opened out of order, past the soft limit, or before a night's sleep.
    order_overridden_at = models.DateTimeField(null=True, blank=True)
    limit_overridden_at = models.DateTimeField(null=True, blank=True)
    night_overridden_at = models.DateTimeField(null=True, blank=True)
    flags = ArrayField(models.CharField(max_length=24), default=list, editable=False)

    objects = ViewingQuerySet.as_manager()

    class Meta:
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "video", "number"], name="progress_viewing_once"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="progress_viewing_number_from_one"
            ),
            models.CheckConstraint(
                condition=models.Q(completed_at__isnull=True, evidence="")
                | (models.Q(completed_at__isnull=False) & ~models.Q(evidence="")),
                name="progress_viewing_evidence_when_completed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.video_id} #{self.number}"

    @property
    def is_completed(self) -> bool:
        return self.completed_at is not None


def built_place(built: "Built", name: str) -> str:
    """Where an uploaded file lies: under a random name, so that nobody's name reaches the disk."""
    return f"built/{built.viewing_id}/{uuid4().hex}"


class Built(models.Model):
    """What the learner built along with a coding video: a link, or a file of theirs."""

    viewing = models.OneToOneField(Viewing, on_delete=models.CASCADE, related_name="built")
    link = models.URLField(_("link"), max_length=2000, blank=True)
    file = models.FileField(_("file"), upload_to=built_place, max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_size = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("written"))
    updated_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("work built along")
        verbose_name_plural = _("works built along")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(link="", file=""), name="progress_built_something"
            ),
        ]

    def __str__(self) -> str:
        return self.link or self.file_name


class HeartbeatClient(models.Model):
    """Which sequence numbers of one page load were counted already; a repeat changes nothing."""

    viewing = models.ForeignKey(Viewing, on_delete=models.CASCADE, related_name="clients")
    client = models.UUIDField()
    sequences = IntegerMultirangeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewing", "client"], name="progress_client_once"),
        ]

    def __str__(self) -> str:
        return str(self.client)


class Summary(models.Model):
    """One row per membership, changed in the same transaction as the facts it sums up.

    `videos` maps a video's id to a compact state (`progress.summary.VideoState`), `days` maps a day
    in the cohort's zone to active milliseconds on videos that are no bonus. What depends on the clock is never stored.
    """

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="summary")
    first_passes = models.PositiveIntegerField(default=0)
    second_passes = models.PositiveIntegerField(default=0)
    # Without bonus videos of the cohort's revision: what finishing is judged by.
    owed_first_passes = models.PositiveIntegerField(default=0)
    owed_second_passes = models.PositiveIntegerField(default=0)
    light_passes = models.PositiveIntegerField(default=0)
    active_seconds = models.PositiveIntegerField(default=0)
    # Median over completed second passes; null until there is one.
    effort_ratio = models.FloatField(null=True)
    started_at = models.DateTimeField(null=True)
    last_active_at = models.DateTimeField(null=True)
    videos = models.JSONField(default=dict)
    days = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")
        indexes = [
            # `updated_since` of the cohort's REST list.
            models.Index(fields=["updated_at"], name="progress_summary_updated"),
        ]

    def __str__(self) -> str:
        return str(self.membership_id)


class Basis(models.Model):
    """What the stored figures about a video, or of a cohort, were counted by: its length, its
    zone and revision.

    Where that has changed they are counted anew, in the order of ids up to `done_to` (viewings or
    memberships), towards what it is now. A cohort without a row was never moved.
    """

    video = models.OneToOneField(Video, on_delete=models.CASCADE, null=True, related_name="+")
    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, null=True, related_name="+")
    counted_by = models.CharField(max_length=64)
    towards = models.CharField(max_length=64, blank=True)
    done_to = models.BigIntegerField(default=0)
    # Rows that could not be counted; they are tried again from `retry_at` on, and nobody waits for them.
    left = ArrayField(
        models.BigIntegerField(), default=list, db_default=RawSQL("'{}'::bigint[]", ())
    )
    retry_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("basis of figures")
        verbose_name_plural = _("bases of figures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(video__isnull=True) ^ models.Q(cohort__isnull=True),
                name="progress_basis_of_one",
            ),
        ]

    def __str__(self) -> str:
        return self.counted_by
