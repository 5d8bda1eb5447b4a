"""The wish for an access token."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.tokens import DEFAULT_SCOPES

SCOPE_WORDS = (
    ("curricula:read", _("Read curricula")),
    ("curricula:write", _("Change curricula")),
    ("cohorts:read", _("Read cohorts and their people")),
    ("cohorts:write", _("Change cohorts and their people")),
    ("progress:read", _("Read passes and progress")),
    ("progress:write", _("Open passes and report what was played")),
    ("notes:read", _("Read notes")),
    ("notes:write", _("Write notes")),
    ("reminders:read", _("Read rewatches and reminders")),
    ("reminders:write", _("Move rewatches and change reminders")),
)

LIFETIMES = ((30, _("30 days")), (90, _("90 days")), (365, _("a year")))


class TokenForm(forms.Form):
    """A name to know it by, and what it may do."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=100,
        help_text=_("A name to know it by, such as the script that uses it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=SCOPE_WORDS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself."),
        initial=list(DEFAULT_SCOPES),
    )
    cohort_slug = forms.ChoiceField(label=_("Which cohorts may it see?"), required=False)
    days = forms.ChoiceField(
        label=_("How long is it good?"), choices=LIFETIMES, initial=365, required=False
    )

    def __init__(self, *args: Any, cohorts: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All of mine")), *cohorts.items()]
        self.fields["cohort_slug"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def wish(self, now: datetime) -> dict[str, Any]:
        """As `make_token` takes it."""
        wish = dict(self.cleaned_data)
        days = wish.pop("days") or 365
        return wish | {"expires_at": now + timedelta(days=int(days))}
