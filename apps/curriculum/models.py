"""Curricula: what is watched, in which order, and what it is for. Knows nothing of people.

A Video is stable for as long as its curriculum exists, since histories hang on it; a Revision is
never changed after it was made, and places videos in phases. Cohorts pin a Revision.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import LocalizedTextField
from apps.core.localized import localized


class Curriculum(models.Model):
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("curriculum")
        verbose_name_plural = _("curricula")

    def __str__(self) -> str:
        return self.slug


class Revision(models.Model):
    """One state of a curriculum's plan; `document` says it whole, `digest` is that of the document."""

    curriculum = models.ForeignKey(
        Curriculum, on_delete=models.CASCADE, related_name="revisions", verbose_name=_("curriculum")
    )
    number = models.PositiveIntegerField(_("number"))
    title = LocalizedTextField(_("title"))
    summary = LocalizedTextField(_("summary"), blank=True)
    role = LocalizedTextField(_("what its learner becomes"), blank=True)
    result = LocalizedTextField(_("what it makes of its learner"), blank=True)
    prerequisites = LocalizedTextField(_("prerequisites"), blank=True)
    estimate_min_hours = models.PositiveSmallIntegerField(_("hours, at least"), null=True)
    estimate_max_hours = models.PositiveSmallIntegerField(_("hours, at most"), null=True)
    credits = models.JSONField(_("credits"), default=list, blank=True)
    document = models.JSONField(_("document"), default=dict, editable=False)
    digest = models.CharField(_("digest"), max_length=64)
    # Grows when a video placed here changes (texts, a corrected duration), so that kept outlines
    # in other processes are known to be old.
    videos_version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("made"))
    # Named by the setting, since this app stands beside `accounts` and not above it. Null: a command.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(
                fields=["curriculum", "number"], name="curriculum_revision_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.curriculum_id}/{self.number}"


class Draft(models.Model):
    """The next revision while it is written: at most one for each curriculum, or for one to come.

    `document` is a document that may still lack something; each phase has a `key` in it. `aside` are
    videos that were put aside. `version` grows with every change, `base` is what it began from.
    """

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    base = models.ForeignKey(Revision, on_delete=models.CASCADE, null=True, related_name="+")
    document = models.JSONField(_("document"))
    aside = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("draft of a curriculum")
        verbose_name_plural = _("drafts of curricula")

    def __str__(self) -> str:
        return self.slug


class Outcome(models.Model):
    """What the curriculum makes of its learner, one statement each."""

    class Kind(models.TextChoices):
        IS_NOT = "is_not", _("is not")
        DOES = "does", _("does")
        KNOWS = "knows", _("must know")

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="outcomes")
    slug = models.SlugField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind)
    position = models.PositiveSmallIntegerField()
    text = LocalizedTextField(_("text"))
    # Beside what one is not: what one is.
    instead = LocalizedTextField(_("instead"), blank=True)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "slug"], name="curriculum_outcome_slug_once"
            ),
        ]

    def __str__(self) -> str:
        return localized(self.text)


class Phase(models.Model):
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="phases")
    position = models.PositiveSmallIntegerField(_("position"))
    title = LocalizedTextField(_("title"))
    goal = LocalizedTextField(_("goal"), blank=True)
    prerequisites = LocalizedTextField(_("prerequisites"), blank=True)
    estimate_min_hours = models.PositiveSmallIntegerField(_("hours, at least"), null=True)
    estimate_max_hours = models.PositiveSmallIntegerField(_("hours, at most"), null=True)

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "position"], name="curriculum_phase_position_once"
            ),
        ]

    def __str__(self) -> str:
        return localized(self.title)


class Provider(models.TextChoices):
    """Where a film may come from. A link leads away; what is seen there counts by word only."""

    YOUTUBE = "youtube", "YouTube"
    FILE = "file", _("file")
    LINK = "link", _("link")


class Video(models.Model):
    """One video. `provider` and `address` are its first source; `sources` are the others.

    An address is the YouTube id, a file's name below MEDIA_ROOT, or a link.
    """

    Provider = Provider

    curriculum = models.ForeignKey(Curriculum, on_delete=models.PROTECT, related_name="videos")
    slug = models.SlugField(_("slug"), max_length=80)
    provider = models.CharField(_("provider"), max_length=8, choices=Provider)
    address = models.CharField(_("address"), max_length=500)
    title = LocalizedTextField(_("title"))
    topics = LocalizedTextField(_("topics"), blank=True)
    description = LocalizedTextField(_("description"), blank=True)
    hint = LocalizedTextField(_("hint"), blank=True)
    author = models.CharField(_("author"), max_length=200)
    credits = models.JSONField(_("credits"), default=list, blank=True)
    duration_seconds = models.PositiveIntegerField(_("duration in seconds"))
    duration_is_approximate = models.BooleanField(_("duration is approximate"), default=False)
    is_coding = models.BooleanField(_("coding video"), default=False)
    needs_torch = models.BooleanField(_("needs PyTorch"), default=False)
    is_guest = models.BooleanField(_("guest video"), default=False)
    spoken_language = models.CharField(_("spoken language"), max_length=8, default="en")
    # [{"language": "en", "address": "…"}], files below MEDIA_ROOT; YouTube brings its own.
    captions = models.JSONField(_("captions"), default=list, blank=True)

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        constraints = [
            models.UniqueConstraint(
                fields=["curriculum", "slug"], name="curriculum_video_slug_once"
            ),
            models.CheckConstraint(
                condition=models.Q(duration_seconds__gt=0), name="curriculum_video_has_duration"
            ),
        ]

    def __str__(self) -> str:
        return localized(self.title)

    @property
    def duration_ms(self) -> int:
        return self.duration_seconds * 1000


class Source(models.Model):
    """Another place where the same video can be watched; positions go on from the video's own, 1."""

    video = models.ForeignKey(
        Video, on_delete=models.CASCADE, related_name="sources", verbose_name=_("video")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    provider = models.CharField(_("provider"), max_length=8, choices=Provider)
    address = models.CharField(_("address"), max_length=500)
    # Where another language is spoken than in the video's own source.
    language = models.CharField(_("spoken language"), max_length=8, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["video", "position"], name="curriculum_source_position_once"
            ),
            models.CheckConstraint(
                condition=models.Q(position__gte=2), name="curriculum_source_after_the_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.address}"


class Placement(models.Model):
    """A video's place in one revision; `position` counts through all phases from 1."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="placements")
    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="placements")
    video = models.ForeignKey(Video, on_delete=models.PROTECT, related_name="placements")
    position = models.PositiveSmallIntegerField(_("position"))
    is_bonus = models.BooleanField(_("bonus"), default=False)
    outcomes = models.ManyToManyField(Outcome, related_name="placements", blank=True)

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "video"], name="curriculum_placement_video_once"
            ),
            models.UniqueConstraint(
                fields=["revision", "position"], name="curriculum_placement_position_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.video_id}"
