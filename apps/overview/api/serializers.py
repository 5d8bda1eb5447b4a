"""The person and the progress document in JSON."""

from django.conf import settings
from rest_framework import serializers

from apps.core.api.serializers import Answer, MomentField, StrictSerializer
from apps.overview.next_step import KINDS, REASONS
from apps.progress.models import Evidence, Rating
from apps.reminders.selectors import STATES

PASS_STATES = ("untouched", "open", "completed")
LANGUAGES = [code for code, _ in settings.LANGUAGES]


class MeAnswer(Answer):
    """The person who asks."""

    id = serializers.CharField()
    email = serializers.EmailField()
    name = serializers.CharField()
    language = serializers.ChoiceField(choices=LANGUAGES)
    time_zone = serializers.CharField(help_text="An IANA name.")


class MeBody(StrictSerializer):
    """What one may change of oneself here; the e-mail address is changed on its page."""

    name = serializers.CharField(required=False, max_length=150)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    time_zone = serializers.CharField(required=False, max_length=64)


class PersonAnswer(Answer):
    """Somebody, as others see them."""

    id = serializers.CharField()
    name = serializers.CharField()


class RewatchDebtAnswer(Answer):
    """Rewatches due and not done."""

    count = serializers.IntegerField()
    seconds = serializers.IntegerField(help_text="What they will take, by the learner's own ratio.")


class TotalsAnswer(Answer):
    """The figures of one learner, counted as of `as_of`."""

    videos = serializers.IntegerField()
    first_passes = serializers.IntegerField()
    second_passes = serializers.IntegerField()
    rewatch_debt = RewatchDebtAnswer()
    active_seconds = serializers.IntegerField()
    planned_seconds = serializers.IntegerField()
    pace = serializers.FloatField(
        allow_null=True, help_text="Done against planned, bonus videos apart; null before the plan."
    )
    effort_ratio = serializers.FloatField(
        allow_null=True, help_text="Median of completed second passes."
    )


class NextStepAnswer(Answer):
    """The one thing to do now."""

    kind = serializers.ChoiceField(choices=KINDS)
    reason = serializers.ChoiceField(choices=REASONS, allow_null=True)
    video = serializers.CharField(allow_null=True)
    url = serializers.URLField(help_text="The page where it is done.")


class FirstPassAnswer(Answer):
    """The first pass of a video."""

    state = serializers.ChoiceField(choices=PASS_STATES)
    coverage = serializers.FloatField(help_text="0 to 1.")
    completed_at = MomentField(allow_null=True)
    evidence = serializers.ChoiceField(choices=Evidence.values, allow_null=True)
    rating = serializers.ChoiceField(choices=Rating.values, allow_null=True)
    active_seconds = serializers.IntegerField()
    pauses = serializers.IntegerField()
    max_rate = serializers.FloatField()
    flags = serializers.ListField(child=serializers.CharField())


class SecondPassAnswer(Answer):
    """The second pass of a video."""

    state = serializers.ChoiceField(choices=PASS_STATES)
    coverage = serializers.FloatField(help_text="0 to 1.")
    completed_at = MomentField(allow_null=True)
    evidence = serializers.ChoiceField(choices=Evidence.values, allow_null=True)
    active_seconds = serializers.IntegerField()
    elsewhere_seconds = serializers.IntegerField()
    effort_ratio = serializers.FloatField(allow_null=True)
    notes = serializers.IntegerField()
    experiments = serializers.IntegerField()
    typed_share = serializers.FloatField(allow_null=True)
    flags = serializers.ListField(child=serializers.CharField())


class VideoRewatchAnswer(Answer):
    """The promise of a second pass."""

    state = serializers.ChoiceField(choices=STATES)
    due_on = serializers.DateField()
    first_due_on = serializers.DateField()
    snoozes = serializers.IntegerField()
    reminders_sent = serializers.IntegerField()


class VideoProgressAnswer(Answer):
    """One video of the plan."""

    video = serializers.CharField()
    phase = serializers.IntegerField()
    position = serializers.IntegerField()
    is_bonus = serializers.BooleanField()
    duration_seconds = serializers.IntegerField()
    first_pass = FirstPassAnswer()
    second_pass = SecondPassAnswer()
    rewatch = VideoRewatchAnswer(allow_null=True)


class ProgressAnswer(Answer):
    """All that is known about one learner's way through one cohort."""

    membership = serializers.CharField()
    cohort = serializers.CharField()
    curriculum = serializers.CharField()
    learner = PersonAnswer()
    as_of = MomentField()
    totals = TotalsAnswer()
    next_step = NextStepAnswer()
    videos = VideoProgressAnswer(many=True)
