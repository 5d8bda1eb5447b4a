"""Take everything along, or end the account."""

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.throttling import BaseThrottle

from apps.accounts.requests import AuthenticatedRequest
from apps.core.errors import DomainError
from apps.overview.archive import archive_name, archive_of
from apps.overview.deletion import check_password, delete_account, where_still_needed


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: AuthenticatedRequest) -> HttpResponse:
    """Says first what goes and what stays; POST with the password ends the account."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now, user = timezone.now(), request.user
        try:
            check_password(
                user=user,
                password=form.cleaned_data["password"],
                address=BaseThrottle().get_ident(request),  # type: ignore[arg-type]  # reads META alone
                now=now,
            )
            delete_account(user=user, now=now)
        except DomainError as error:
            form.add_error("password", f"{str(error.detail).rstrip('.')}.")
        else:
            logout(request)
            messages.success(request, _("Your account is deleted."))
            return redirect("landing")
    context = {"form": form, "needed": where_still_needed(user=request.user)}
    return render(request, "overview/account.html", context)


@login_required
@never_cache
@require_safe
def archive(request: AuthenticatedRequest) -> FileResponse:
    """Everything of mine, one ZIP file."""
    now = timezone.now()
    return FileResponse(
        archive_of(user=request.user, now=now),
        as_attachment=True,
        filename=archive_name(user=request.user, now=now),
        content_type="application/zip",
    )
