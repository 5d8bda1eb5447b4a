"""Curricula in JSON. Texts come in every language; a client chooses."""

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import Answer, StrictSerializer
from apps.curriculum.api.parsing import SentDocument
from apps.curriculum.document import read_document
from apps.curriculum.estimates import Verdict
from apps.curriculum.models import Outcome, Provider


class LocalizedAnswer(Answer):
    """A text in each language; both are absent where there is no text."""

    en = serializers.CharField(required=False)
    ru = serializers.CharField(required=False)

    def to_representation(self, instance: Any) -> dict[str, str]:
        return dict(instance)


class HoursAnswer(Answer):
    """The author's estimate; "about 5 hours" has equal ends."""

    min = serializers.IntegerField(source="low")
    max = serializers.IntegerField(source="high")


class EstimateAnswer(Answer):
    """What the videos and the method add up to, and whether the author's hours agree with it."""

    once_seconds = serializers.IntegerField(help_text="All videos once.")
    both_passes_min_seconds = serializers.IntegerField(source="both_low_seconds")
    both_passes_max_seconds = serializers.IntegerField(source="both_high_seconds")
    author_hours = HoursAnswer(source="hours", allow_null=True)
    verdict = serializers.ChoiceField(
        choices=[verdict.value for verdict in Verdict],
        help_text="How the author's hours compare with both passes.",
    )


class CreditAnswer(Answer):
    name = serializers.CharField()
    reason = LocalizedAnswer()


class CaptionAnswer(Answer):
    language = serializers.CharField()
    address = serializers.CharField()


class SourceAnswer(Answer):
    """A place where the video can be watched."""

    position = serializers.IntegerField(help_text="1 is the video's own.")
    provider = serializers.ChoiceField(choices=Provider.choices)
    address = serializers.CharField(help_text="The YouTube id, the file's name, or the link.")
    language = serializers.CharField(help_text="What is spoken there.")
    link = serializers.CharField(help_text="Its page elsewhere; empty for a file.")


class OutcomeAnswer(Answer):
    slug = serializers.CharField()
    kind = serializers.ChoiceField(choices=Outcome.Kind.choices)
    text = LocalizedAnswer()
    instead = LocalizedAnswer(help_text="Beside what one is not: what one is.")


class CurriculumVideoAnswer(Answer):
    video = serializers.CharField(source="slug", help_text="Its name inside the curriculum.")
    position = serializers.IntegerField(help_text="Counted through all phases, from 1.")
    provider = serializers.ChoiceField(choices=Provider.choices)
    address = serializers.CharField(help_text="The YouTube id, or the file's name.")
    title = LocalizedAnswer()
    topics = LocalizedAnswer()
    description = LocalizedAnswer()
    hint = LocalizedAnswer()
    author = serializers.CharField()
    credits = CreditAnswer(many=True)
    duration_seconds = serializers.IntegerField()
    duration_is_approximate = serializers.BooleanField()
    is_bonus = serializers.BooleanField()
    is_guest = serializers.BooleanField()
    is_coding = serializers.BooleanField()
    needs_torch = serializers.BooleanField()
    spoken_language = serializers.CharField()
    captions = CaptionAnswer(many=True)
    sources = SourceAnswer(many=True)
    outcomes = serializers.ListField(child=serializers.CharField(), source="outcome_slugs")


class CurriculumPhaseAnswer(Answer):
    phase = serializers.IntegerField(source="number")
    title = LocalizedAnswer()
    goal = LocalizedAnswer()
    prerequisites = LocalizedAnswer()
    estimate = EstimateAnswer()
    videos = CurriculumVideoAnswer(many=True)


class CurriculumAnswer(Answer):
    """The newest revision of a curriculum, whole."""

    curriculum = serializers.CharField(source="slug")
    revision = serializers.IntegerField(source="number")
    title = LocalizedAnswer()
    summary = LocalizedAnswer()
    role = LocalizedAnswer()
    result = LocalizedAnswer()
    prerequisites = LocalizedAnswer()
    estimate = EstimateAnswer()
    credits = CreditAnswer(many=True)
    outcomes = OutcomeAnswer(many=True)
    phases = CurriculumPhaseAnswer(many=True)


class CurriculumRowAnswer(Answer):
    """A curriculum in a list."""

    curriculum = serializers.CharField(source="curriculum.slug")
    revision = serializers.IntegerField(source="number")
    title = LocalizedAnswer()
    summary = LocalizedAnswer()
    videos = serializers.IntegerField(source="video_count")
    once_seconds = serializers.IntegerField(help_text="All videos once.")


class ImportedCurriculumAnswer(Answer):
    """What a document changed."""

    is_new_revision = serializers.BooleanField(help_text="False: the document said nothing new.")
    differences = serializers.ListField(
        child=serializers.CharField(), help_text="What changed since the last revision, in words."
    )
    curriculum = CurriculumAnswer()


class CurriculumDocumentBody(StrictSerializer):
    """A curriculum document (docs/curriculum-document.md), as JSON or YAML.

    The fields stand here for the schema; the document's own reader judges it, line by line.
    """

    format = serializers.IntegerField(min_value=1, max_value=1)
    slug = serializers.CharField(max_length=80)
    title = serializers.DictField(child=serializers.CharField(), help_text="By language: en, ru.")
    summary = serializers.DictField(child=serializers.CharField())
    role = serializers.DictField(child=serializers.CharField(), required=False)
    result = serializers.DictField(child=serializers.CharField(), required=False)
    prerequisites = serializers.DictField(child=serializers.CharField(), required=False)
    hours = serializers.JSONField(required=False, help_text="Whole hours, or {min, max}.")
    outcomes = serializers.DictField(required=False, help_text="Lists is_not, does, must_know.")
    phases = serializers.ListField(child=serializers.DictField())
    credits = serializers.ListField(child=serializers.DictField(), required=False)

    def to_internal_value(self, data: Any) -> Any:
        """The document under its own name; raises DocumentRefused."""
        text = data["text"] if isinstance(data, SentDocument) else b""
        return {"document": read_document(text)}
