"""Notes: what a learner writes in a second pass, each at a moment of the video; answers to shared questions."""

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.cohorts.models import Membership
from apps.progress.models import Viewing


class NoteQuerySet(models.QuerySet["Note"]):
    def by_moment(self) -> Self:
        return self.order_by("at_ms", "id")


class Note(models.Model):
    class Kind(models.TextChoices):
        CONCEPT = "concept", _("concept")
        CODE = "code", _("code")
        EXPERIMENT = "experiment", _("experiment")
        OBSERVATION = "observation", _("observation")
        QUESTION = "question", _("question")

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("only me")
        INSTRUCTORS = "instructors", _("me and the instructors")
        COHORT = "cohort", _("the cohort")

    viewing = models.ForeignKey(Viewing, on_delete=models.CASCADE, related_name="notes")
    at_ms = models.PositiveIntegerField(_("moment in milliseconds"))
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    body = models.TextField(_("text"), blank=True)
    code = models.TextField(_("code"), blank=True)
    output = models.TextField(_("output"), blank=True)
    changed = models.TextField(_("I changed"), blank=True)
    expected = models.TextField(_("I expected"), blank=True)
    happened = models.TextField(_("it did"), blank=True)
    # Share of the code's characters that were typed; null where nobody knows.
    typed_share = models.FloatField(null=True, blank=True)
    visibility = models.CharField(
        _("who sees it"), max_length=11, choices=Visibility, default=Visibility.PRIVATE
    )
    # Grows with every change; REST gives it as the ETag for If-Match.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("written"))
    updated_at = models.DateTimeField(_("changed"))
    # The russian configuration stems Latin words as English, so one vector serves both languages.
    search = models.GeneratedField(
        expression=SearchVector(
            "body", "code", "output", "changed", "expected", "happened", config="russian"
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar[NoteQuerySet] = NoteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [
            GinIndex(fields=["search"], name="notes_note_search"),
            # The notebook beside the video, in the video's order.
            models.Index(fields=["viewing", "at_ms", "id"], name="notes_note_moment"),
            # What is shared is little among all that is written; the newest is asked for first.
            models.Index(
                fields=["-created_at", "-id"],
                condition=~models.Q(visibility="private"),
                name="notes_note_shared",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at_ms} ms"


class Answer(models.Model):
    """What somebody of the same cohort says to a question."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="answers")
    # As a member: who leaves keeps their name under what they wrote.
    author = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="answers")
    body = models.TextField(_("text"))
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("written"))
    updated_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("created_at", "id")
        indexes = [models.Index(fields=["note", "created_at", "id"], name="notes_answer_in_order")]

    def __str__(self) -> str:
        return f"{self.author_id} on {self.note_id}"
