"""Notes: what a learner writes in a second pass, each at a moment of the video; answers to shared questions."""

from typing import Self

from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.cohorts.models import Cohort, Membership
from apps.progress.models import Viewing

# Signs inside names of code, and what stands for each while PostgreSQL reads words: letters of nobody's.
JOINTS = "._/-@"
APART = "".join(chr(0xE010 + number) for number in range(len(JOINTS)))


def words_of_code(field: str) -> models.Func:
    """A field's text with its names taken apart, letter by letter as long as it was."""
    return models.Func(
        models.F(field),
        models.Value(JOINTS),
        models.Value(APART),
        function="translate",
        output_field=models.TextField(),
    )


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
    # Whose cohort reads it, null where only its writer does: what is shared is found by it, newest first.
    shared_in = models.ForeignKey(
        Cohort,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    # Whether text was pasted where own words were asked for; told to the learner only.
    has_paste = models.BooleanField(default=False, db_default=False, editable=False)
    # The asker's own word that a question needs no answer any more.
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
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

    # In code "F.softmax" is two words, where PostgreSQL would read a host's name; and "for" and "is" are words.
    code_search = models.GeneratedField(
        expression=SearchVector(words_of_code("code"), words_of_code("output"), config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility="private", shared_in__isnull=True)
                | (~models.Q(visibility="private") & models.Q(shared_in__isnull=False)),
                name="notes_note_shared_somewhere",
            ),
        ]
        indexes = [
            # The notebook beside the video, in the video's order.
            models.Index(fields=["viewing", "at_ms", "id"], name="notes_note_moment"),
            # What is shared in a cohort, the newest first; its kinds are counted without the rows.
            models.Index(
                fields=["shared_in", "-created_at", "-id"],
                include=["kind", "visibility", "viewing"],
                condition=models.Q(shared_in__isnull=False),
                name="notes_note_shared_in",
            ),
            # What one learner shared, and the questions of a cohort that may wait for an answer.
            models.Index(
                fields=["viewing", "-created_at", "-id"],
                condition=~models.Q(visibility="private"),
                name="notes_note_shared_by",
            ),
            models.Index(
                fields=["viewing", "created_at", "id"],
                condition=models.Q(kind="question", settled_at__isnull=True)
                & ~models.Q(visibility="private"),
                name="notes_note_open_question",
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


class Draft(models.Model):
    """What is being typed and is no note yet: kept within seconds, so that any device can go on.

    `key` names what it is a draft of: a note to come (a UUID), a change ("note-7"), "recall" or
    "scaffold". `version` grows with every write; a device that has not seen the latest is refused.
    """

    viewing = models.ForeignKey(Viewing, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=36)
    kind = models.CharField(_("kind"), max_length=11, blank=True)
    at_ms = models.PositiveIntegerField(_("moment in milliseconds"), null=True, blank=True)
    # {"body": "…"}: the form's fields by name.
    values = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Once it is a note it stays as a mark, without its text: a save that is sent twice finds the note.
    note = models.ForeignKey(
        Note, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    saved_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"))
    updated_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["viewing", "key"], name="notes_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of viewing {self.viewing_id}"
