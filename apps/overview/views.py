"""The profile page: what a person says about themselves, and how they sign in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest
from apps.core.errors import InvalidValue
from apps.overview.forms import ProfileForm
from apps.overview.services import change_profile


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: AuthenticatedRequest) -> HttpResponse:
    """Show and change name, language and zone; the answer already speaks the new language."""
    now = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = ProfileForm(data, user=request.user, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            user = change_profile(user=request.user, now=now, **form.cleaned_data)
        except InvalidValue as error:
            form.add_error(error.field or None, str(error.detail))
        else:
            with translation.override(user.language):
                messages.success(request, _("Your profile is saved."))
            return redirect("overview:profile")
    return render(request, "overview/profile.html", {"form": form})
