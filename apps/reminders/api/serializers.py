"""Rewatches, wishes and sent reminders in JSON."""

from rest_framework import serializers

from apps.core.api.serializers import Answer, MomentField, PageQuery, StrictSerializer
from apps.reminders import slots
from apps.reminders.models import Channel, Rewatch
from apps.reminders.planning import ITEMS_AT_MOST, MESSAGES_A_WEEK
from apps.reminders.selectors import STATES
from apps.reminders.services.rewatches import SNOOZE_AT_MOST_DAYS

# Monday first, as the quiet days are counted.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class RewatchesQuery(PageQuery):
    """Filters of my rewatches; together they narrow."""

    state = serializers.ChoiceField(choices=STATES, required=False)
    cohort = serializers.CharField(required=False, max_length=80)


class RewatchAnswer(Answer):
    """The promise of a second pass. Days are days of the learner's time zone."""

    id = serializers.CharField()
    cohort = serializers.CharField()
    video = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    is_owed = serializers.BooleanField(help_text="False for what is only offered: no debt.")
    due_on = serializers.DateField()
    first_due_on = serializers.DateField()
    snoozes = serializers.IntegerField()
    reminders_sent = serializers.IntegerField()
    recall_answer = serializers.ChoiceField(choices=Rewatch.RecallAnswer.values, allow_null=True)
    first_pass_at = MomentField()
    kept_at = MomentField(allow_null=True)


class SnoozeBody(StrictSerializer):
    """A day, or a number of days from today; never before tomorrow."""

    until = serializers.DateField(required=False)
    days = serializers.IntegerField(required=False, min_value=1, max_value=SNOOZE_AT_MOST_DAYS)


class ChannelsBody(StrictSerializer):
    """The channels to switch; what is left out stays."""

    email = serializers.BooleanField(required=False)
    inbox = serializers.BooleanField(required=False)


class ReminderSettingsBody(StrictSerializer):
    """What is left out stays as it is."""

    hour = serializers.IntegerField(
        required=False, min_value=slots.EARLIEST_HOUR, max_value=slots.LATEST_HOUR
    )
    quiet_weekdays = serializers.ListField(
        child=serializers.ChoiceField(choices=WEEKDAYS), required=False, max_length=7
    )
    channels = ChannelsBody(required=False)
    rewatches_a_message = serializers.IntegerField(
        required=False, min_value=1, max_value=ITEMS_AT_MOST
    )
    messages_a_week = serializers.IntegerField(
        required=False, min_value=1, max_value=MESSAGES_A_WEEK
    )
    paused = serializers.BooleanField(
        required=False, help_text="True without `paused_until` lasts until it is false."
    )
    paused_until = serializers.DateField(
        required=False, allow_null=True, help_text="The first day with messages again."
    )


class ChannelsAnswer(Answer):
    """Which channels are on."""

    email = serializers.BooleanField()
    inbox = serializers.BooleanField()


class ReminderSettingsAnswer(Answer):
    """When and how I want to be reminded."""

    hour = serializers.IntegerField(help_text="About this hour, in my time zone.")
    quiet_weekdays = serializers.ListField(child=serializers.ChoiceField(choices=WEEKDAYS))
    channels = ChannelsAnswer()
    paused = serializers.BooleanField()
    paused_until = serializers.DateField(allow_null=True)
    time_zone = serializers.CharField()
    rewatches_a_message = serializers.IntegerField(
        help_text="At most so many in a message; there is one a day."
    )
    messages_a_week = serializers.IntegerField(help_text="At most so many, Monday to Sunday.")
    next_message_on = serializers.DateField(
        allow_null=True, help_text="The day of the next message as things stand."
    )


class RemindedRewatchAnswer(Answer):
    """What a reminder was about."""

    id = serializers.CharField()
    cohort = serializers.CharField()
    video = serializers.CharField()


class ReminderAnswer(Answer):
    """One message on one channel."""

    id = serializers.CharField()
    channel = serializers.ChoiceField(choices=Channel.values)
    day = serializers.DateField(help_text="In the time zone it was sent for.")
    sent_at = MomentField()
    subject = serializers.CharField(help_text="Empty in the app.")
    rewatches = RemindedRewatchAnswer(many=True)
