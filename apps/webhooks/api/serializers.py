"""Webhooks in JSON."""

from rest_framework import serializers

from apps.core.api.serializers import Answer, MomentField, StrictSerializer
from apps.webhooks.models import LONGEST_ADDRESS, Kind

EVENTS: list[str] = list(Kind.values)


class WebhookBody(StrictSerializer):
    """Where to, and what of."""

    url = serializers.CharField(
        max_length=LONGEST_ADDRESS, help_text="https, in the public internet."
    )
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=EVENTS), min_length=1, max_length=len(EVENTS)
    )


class WebhookAnswer(Answer):
    """A webhook without its secret."""

    id = serializers.CharField(source="public_id")
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=EVENTS), source="kinds")
    created_at = MomentField(source="made_at")
    disabled_at = MomentField(allow_null=True, help_text="Since when nothing is sent there.")
    failing_since = MomentField(
        allow_null=True, help_text="Since when nothing has arrived; null while the last one did."
    )


class NewWebhookAnswer(WebhookAnswer):
    """A webhook with its secret, shown this once."""

    secret = serializers.CharField(help_text="`whsec_…`; it signs what is sent.")
