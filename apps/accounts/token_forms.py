"""The wish for an access token."""

from django import forms
from django.utils.translation import gettext_lazy as _

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
    )
