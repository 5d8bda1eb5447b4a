"""Sign-up, sign-in and password forms: allauth's, in our words and without placeholders."""

from typing import Any, cast

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User, sort_key
from apps.accounts.tokens import end_tokens
from apps.accounts.zones import DEFAULT_ZONE, zone_or_default

PASSWORD_HINT = _("At least 10 characters. Three plain words do nicely.")


def _say(form: forms.Form, **labels: Any) -> None:
    """Put our labels on allauth's fields, and take its placeholders and hints away."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        field.help_text = ""
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label


class SignUpForm(allauth_forms.SignupForm):
    """E-mail, name and one password; the browser's time zone comes along, unseen."""

    field_order = ["name", "email", "password1", "time_zone"]

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    # Filled by static/js/zone.js; without it the zone is UTC until it is set in the settings.
    time_zone = forms.CharField(
        required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, email=_("E-mail"), password1=_("Password"))
        self.fields["name"].help_text = _("As your cohort shall read it.")
        self.fields["password1"].help_text = PASSWORD_HINT

    def clean_time_zone(self) -> str:
        return zone_or_default(self.cleaned_data.get("time_zone") or DEFAULT_ZONE)

    def custom_signup(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Nothing more: the adapter has saved name, zone and language with the person."""

    def profile(self) -> dict[str, str]:
        """The fields of `User` that this form adds to allauth's."""
        name = self.cleaned_data["name"]
        return {
            "name": name,
            "sort_name": sort_key(name),
            "time_zone": self.cleaned_data["time_zone"],
            "language": get_language() or "en",
        }


class SignInForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, login=_("E-mail"), password=_("Password"))


class ConfirmCodeForm(allauth_forms.ConfirmEmailVerificationCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code=_("Code from the mail"))
        self.fields["code"].widget.attrs |= {"autocapitalize": "characters", "spellcheck": "false"}


class ForgottenPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, email=_("E-mail"))


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _say(self, password1=_("New password"))
        self.fields["password1"].help_text = PASSWORD_HINT

    def save(self) -> None:
        """Who forgot a password may have lost more than that: no access token outlives it."""
        with transaction.atomic():
            super().save()
            end_tokens(user=cast(User, self.user))


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    end_tokens = forms.BooleanField(
        label=_("End my access tokens, too"),
        initial=True,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _say(self, oldpassword=_("Password now"), password1=_("New password"))
        self.fields["password1"].help_text = PASSWORD_HINT
        self.fields["end_tokens"].help_text = _("Scripts that use them will need new ones.")

    def save(self) -> None:
        with transaction.atomic():
            super().save()
            if self.cleaned_data["end_tokens"]:
                end_tokens(user=cast(User, self.user))


class FirstPasswordForm(allauth_forms.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _say(self, password1=_("New password"))
        self.fields["password1"].help_text = PASSWORD_HINT


class NewAddressForm(allauth_forms.AddEmailForm):
    """A new address for an account, from its settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, email=_("New e-mail address"))


class OtherAddressForm(allauth_forms.ChangeEmailForm):
    """Another address while the first still waits for its code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, email=_("New e-mail address"))


class AskAgainForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, password=_("Password"))
