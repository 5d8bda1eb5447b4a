"""The wish for a machine account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.token_forms import SCOPE_WORDS
from apps.cohorts.models import Membership
from apps.cohorts.services.machines import LONGEST_NAME, MACHINE_SCOPES
from apps.dashboards.forms import SMALL


class MachineForm(forms.Form):
    """A name to know the program by, whose rights it has, and what its token is for."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=LONGEST_NAME,
        help_text=_("The people of the cohort see this name, with the word “machine” beside it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Whose rights has it?"),
        choices=[
            (Membership.Role.OBSERVER, _("An observer’s: it reads figures")),
            (
                Membership.Role.INSTRUCTOR,
                _("An instructor’s: it also sees addresses and may change the cohort"),
            ),
        ],
        initial=Membership.Role.OBSERVER,
        widget=forms.RadioSelect(attrs=SMALL),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=[(scope, words) for scope, words in SCOPE_WORDS if scope in MACHINE_SCOPES],
        initial=[scope for scope in MACHINE_SCOPES if scope.endswith(":read")],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than its role may."),
    )
