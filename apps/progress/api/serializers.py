"""Viewings and heartbeats in JSON."""

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import Answer, MomentField, StrictSerializer
from apps.progress.beats import MAX_RANGES, Heartbeat
from apps.progress.completion import (
    LIGHT,
    LOW_EFFORT,
    MOSTLY_BACKGROUND,
    NO_CODE,
    NO_EXPERIMENT,
)
from apps.progress.models import Evidence, Rating
from apps.progress.services import MAX_TEXT_LENGTH

FLAGS = (LIGHT, LOW_EFFORT, NO_CODE, NO_EXPERIMENT, MOSTLY_BACKGROUND)
MOST_NUMBER = 1000


class RangeField(serializers.ListField):
    """Half-open: from, to."""

    def __init__(self, child: Any, **kwargs: Any) -> None:
        super().__init__(child=child, min_length=2, max_length=2, **kwargs)


class RangesField(serializers.ListField):
    """Milliseconds of the video."""

    child = RangeField(child=serializers.IntegerField(min_value=0))


class ViewingBody(StrictSerializer):
    """Which pass of which video."""

    cohort = serializers.CharField(max_length=80)
    video = serializers.CharField(max_length=80, help_text="Its slug.")
    number = serializers.IntegerField(
        min_value=1,
        max_value=MOST_NUMBER,
        help_text="1 the first pass, 2 the second, 3 and on extra passes.",
    )
    override = serializers.BooleanField(
        default=False,
        help_text="Go past the order of a guided cohort, or past the night between the passes. "
        "It is recorded.",
    )


class ScaffoldAnswer(Answer):
    """What was written right after the first pass."""

    concepts = serializers.ListField(child=serializers.CharField())
    links = serializers.CharField()


class BuiltAnswer(Answer):
    """What was built along with a coding video; its file is on the pages only."""

    link = serializers.CharField(allow_null=True)
    file_name = serializers.CharField(allow_null=True)


class ViewingAnswer(Answer):
    """One pass of one video. The learner's own words are for the learner only, else null."""

    id = serializers.CharField()
    cohort = serializers.CharField()
    membership = serializers.CharField()
    video = serializers.CharField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=("open", "completed"))
    opened_at = MomentField()
    completed_at = MomentField(allow_null=True)
    evidence = serializers.ChoiceField(choices=Evidence.values, allow_null=True)
    covered = serializers.FloatField(help_text="The share of the video that was played, 0 to 1.")
    coverage = RangesField(help_text="What was played, in milliseconds, half-open.")
    position_ms = serializers.IntegerField(help_text="Where one stopped; it proves nothing.")
    active_seconds = serializers.IntegerField()
    elsewhere_seconds = serializers.IntegerField()
    pauses = serializers.IntegerField()
    max_rate = serializers.FloatField()
    notes = serializers.IntegerField()
    code_notes = serializers.IntegerField()
    experiments = serializers.IntegerField()
    questions = serializers.IntegerField()
    typed_share = serializers.FloatField(allow_null=True)
    built = BuiltAnswer(allow_null=True)
    rating = serializers.ChoiceField(choices=Rating.values, allow_null=True)
    flags = serializers.ListField(child=serializers.ChoiceField(choices=FLAGS))
    scaffold = ScaffoldAnswer(allow_null=True)
    recall = serializers.CharField(allow_null=True)


class HeartbeatBody(StrictSerializer):
    """What was played since the last report. Only `client` and `sequence` have to be there."""

    client = serializers.UUIDField(help_text="One for each page load.")
    sequence = serializers.IntegerField(min_value=0, max_value=2**31 - 2)
    played = serializers.ListField(
        child=RangeField(child=serializers.FloatField(min_value=0)),
        required=False,
        max_length=MAX_RANGES,
        help_text="Ranges of the video that were really played, in milliseconds.",
    )
    active = serializers.ListField(
        child=RangeField(child=MomentField()),
        required=False,
        max_length=MAX_RANGES,
        help_text="When somebody was there: the page visible, and playing or with input lately.",
    )
    pauses = serializers.IntegerField(required=False, min_value=0, max_value=1000)
    rate = serializers.FloatField(required=False, help_text="The highest since the last report.")

    def to_internal_value(self, data: Any) -> Any:
        # The rules of heartbeats are progress's; the fields above only describe them.
        return {"beat": Heartbeat.parse(data)}


class RefusedAnswer(Answer):
    """What of a heartbeat was not counted, and why."""

    field = serializers.ChoiceField(choices=("played", "active"))
    reason = serializers.ChoiceField(
        choices=("past_the_end", "faster_than_possible", "outside_viewing")
    )
    milliseconds = serializers.IntegerField(required=False)


class HeartbeatAnswer(Answer):
    """What is known after it."""

    coverage = RangesField()
    covered = serializers.FloatField()
    is_covered = serializers.BooleanField(help_text="Whether coverage suffices to complete.")
    active_seconds = serializers.IntegerField()
    completed_at = MomentField(allow_null=True)
    was_repeated = serializers.BooleanField(help_text="This client and sequence counted before.")
    refused = RefusedAnswer(many=True)


class RecallBody(StrictSerializer):
    """What is remembered before the second pass begins."""

    text = serializers.CharField(max_length=MAX_TEXT_LENGTH)
