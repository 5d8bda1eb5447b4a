"""Access tokens in JSON."""

from rest_framework import serializers

from apps.accounts.tokens import DEFAULT_SCOPES
from apps.core.api.operations import SCOPES
from apps.core.api.serializers import Answer, MomentField, StrictSerializer


class TokenBody(StrictSerializer):
    """Who asks, and for what. The password is never kept or logged."""

    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    name = serializers.CharField(max_length=100, help_text="For you, to know it by.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=SCOPES),
        min_length=1,
        max_length=len(SCOPES),
        default=list(DEFAULT_SCOPES),
        help_text="Without it the token reads everything and changes nothing.",
    )
    cohort = serializers.CharField(
        max_length=80,
        required=False,
        allow_null=True,
        help_text="The slug of the one cohort that the token shall see; null: all of its owner's.",
    )
    expires_at = MomentField(required=False, help_text="Without it the token ends after a year.")


class CohortLimit(serializers.CharField):
    """Nobody's slug is empty, so none is null."""

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]  # null is one of its values
        return value or None


class TokenAnswer(Answer):
    """A token without its text."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES))
    cohort = CohortLimit(allow_null=True, help_text="The one cohort it sees; null: all.")
    created_at = MomentField(source="created")
    expires_at = MomentField(source="expiry", allow_null=True)
    last_used_at = MomentField(allow_null=True, help_text="To the minute.")


class NewTokenAnswer(Answer):
    """A token with its text, shown this once."""

    id = serializers.CharField(source="token.public_id")
    token = serializers.CharField(source="text")
    name = serializers.CharField(source="token.name")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=SCOPES), source="token.scopes"
    )
    cohort = CohortLimit(source="token.cohort", allow_null=True)
    expires_at = MomentField(source="token.expiry", allow_null=True)
