"""The wish for a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.webhooks.models import LONGEST_ADDRESS, Kind


class WebhookForm(forms.Form):
    """Where to, and what of."""

    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("It begins with https:// and lies in the public internet."),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label=_("What is it told of?"),
        choices=Kind.choices,
        initial=list(Kind.values),
        widget=forms.CheckboxSelectMultiple,
    )

    def wish(self) -> dict[str, Any]:
        """As `make_webhook` takes it."""
        return {"url": self.cleaned_data["url"], "kinds": self.cleaned_data["events"]}
