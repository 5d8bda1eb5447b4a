"""Notes in JSON: the moment in seconds, the experiment's three texts together."""

from typing import Any

from rest_framework import serializers

from apps.cohorts.models import Membership
from apps.core.api.serializers import Answer, MomentField, PageQuery, Query, StrictSerializer
from apps.notes.exporting import FORMATS
from apps.notes.models import Note
from apps.notes.services import LONGEST_ANSWER, MAX_TEXT_LENGTH

NOTE_KINDS: list[str] = Note.Kind.values


def _text(**kwargs: Any) -> serializers.CharField:
    return serializers.CharField(
        allow_blank=True, trim_whitespace=False, max_length=MAX_TEXT_LENGTH, **kwargs
    )


class ExperimentBody(StrictSerializer):
    """Something broken on purpose."""

    changed = _text(default="")
    expected = _text(default="")
    happened = _text(default="")


class NoteChangeBody(StrictSerializer):
    """What can be changed of a note."""

    at_second = serializers.FloatField(min_value=0, max_value=10_000_000)
    kind = serializers.ChoiceField(choices=NOTE_KINDS)
    body = _text(required=False, help_text="Markdown.")
    code = _text(required=False)
    output = _text(required=False)
    experiment = ExperimentBody(required=False)
    typed_share = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1)
    visibility = serializers.ChoiceField(choices=Note.Visibility.values, required=False)
    settled = serializers.BooleanField(
        required=False, help_text="That a question needs no answer any more."
    )


class NoteBody(NoteChangeBody):
    """A new note: in a `viewing`, or in the second pass of a `video` of a `cohort`."""

    viewing = serializers.CharField(required=False, max_length=40)
    cohort = serializers.CharField(required=False, max_length=80)
    video = serializers.CharField(required=False, max_length=80)


class ExperimentAnswer(Answer):
    """What was changed, what was expected, what happened."""

    changed = serializers.CharField()
    expected = serializers.CharField()
    happened = serializers.CharField()


class NoteAnswer(Answer):
    """A note at a moment of a video."""

    id = serializers.CharField()
    cohort = serializers.CharField()
    video = serializers.CharField()
    viewing = serializers.CharField()
    author = serializers.CharField(help_text="The membership that wrote it.")
    at_second = serializers.FloatField()
    kind = serializers.ChoiceField(choices=NOTE_KINDS)
    body = serializers.CharField()
    code = serializers.CharField()
    output = serializers.CharField()
    experiment = ExperimentAnswer(allow_null=True, help_text="Null for the other kinds.")
    typed_share = serializers.FloatField(allow_null=True)
    visibility = serializers.ChoiceField(choices=Note.Visibility.values)
    answer_count = serializers.IntegerField(help_text="How many answered this question.")
    settled_at = MomentField(
        allow_null=True, help_text="When the asker said that the question is settled."
    )
    version = serializers.IntegerField()
    created_at = MomentField()
    updated_at = MomentField()


class NarrowingQuery(Query):
    """Filters of notes; together they narrow."""

    cohort = serializers.CharField(required=False, max_length=80)
    phase = serializers.IntegerField(
        required=False, min_value=1, max_value=1000, help_text="Its number; name the cohort, too."
    )
    video = serializers.CharField(required=False, max_length=80)
    kind = serializers.ChoiceField(choices=NOTE_KINDS, required=False)
    q = serializers.CharField(
        required=False,
        max_length=200,
        help_text='Full text, English, Russian and code: words, "phrases", or, -without.',
    )
    created_since = MomentField(required=False)
    created_before = MomentField(required=False)
    updated_since = MomentField(required=False)


class NotesQuery(NarrowingQuery, PageQuery):
    """Whose notes, and which."""

    where = serializers.ChoiceField(
        choices=["mine", "shared"],
        default="mine",
        help_text="My own notes, or those that others share with me.",
    )


class ExportQuery(NarrowingQuery):
    """Which file, and what goes into it."""

    format = serializers.ChoiceField(choices=list(FORMATS), default="json")


class AnswerBody(StrictSerializer):
    """What somebody says to a question."""

    body = serializers.CharField(
        trim_whitespace=False, max_length=LONGEST_ANSWER, help_text="Markdown."
    )


class AnswerAuthorAnswer(Answer):
    """A member of the asker's cohort."""

    membership = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Membership.Role.values)


class AnswerAnswer(Answer):
    """An answer to a question."""

    id = serializers.CharField()
    note = serializers.CharField()
    author = AnswerAuthorAnswer()
    body = serializers.CharField()
    version = serializers.IntegerField()
    created_at = MomentField()
    updated_at = MomentField()


class ExportedNoteAnswer(NoteAnswer):
    """A note as a file has it."""

    video_title = serializers.CharField()
    url = serializers.CharField(help_text="The moment of the video, with the host.")
    answers = AnswerAnswer(many=True)


class ExportedNotesAnswer(Answer):
    """The whole file of `format=json`."""

    exported_at = MomentField()
    notes = ExportedNoteAnswer(many=True)
