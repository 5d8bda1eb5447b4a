"""The profile as its person changes it."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.zones import zone_choices


class ProfileForm(forms.Form):
    """Name, language and zone; the choices show what the clock says there `now`."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("As your cohort reads it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        widget=forms.RadioSelect(attrs={"data-shape": "choice--small"}),
        help_text=_("Of pages and of mails."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Days, due dates and the hour of reminders follow it."),
    )

    pastes_code = forms.BooleanField(
        label=_("Let me paste code"),
        required=False,
        help_text=_(
            "The code pad refuses paste, because what is typed is remembered. Nobody has to say why"
            " it should not."
        ),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "name": user.name,
            "language": user.language,
            "time_zone": user.time_zone,
            "pastes_code": user.pastes_code,
        }
        super().__init__(*args, **kwargs)
        choices = {
            # Each by its own name, so that whoever landed in the wrong one finds the way back.
            "language": [
                (code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES
            ],
            "time_zone": zone_choices(now, user.time_zone),
        }
        for name, offered in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = offered
