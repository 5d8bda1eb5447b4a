"""Where allauth asks us: who is made at sign-up, what its mails and its refusals say."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.emails import account_message
from apps.accounts.forms import SignUpForm
from apps.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Our words on allauth's flows."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("The e-mail address and the password do not go together."),
        "enter_current_password": _("This is not your password."),
        "incorrect_code": _("This is not the code we sent. Look for the newest mail."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes and try again."),
        "rate_limited": _("Too many tries. Wait a few minutes and try again."),
    }

    def save_user(
        self, request: HttpRequest, user: Any, form: BaseForm, commit: bool = True
    ) -> User:
        person = cast(User, super().save_user(request, user, form, commit=False))
        if isinstance(form, SignUpForm):
            for field, value in form.profile().items():
                setattr(person, field, value)
        if commit:
            person.save()
        return person

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        user = context.get("user")
        return account_message(
            name=template_prefix.rpartition("/")[2],
            to=[email] if isinstance(email, str) else email,
            context=context,
            # The person's own language, even when somebody asks from a browser in another one.
            language=user.language if isinstance(user, User) else get_language() or "en",
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("overview:profile")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Reached by who is signed in and changed the address; a sign-up goes on to `next`."""
        return reverse("overview:profile")
