"""Access tokens, as their owner makes and revokes them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.requests import AuthenticatedRequest
from apps.accounts.token_forms import TokenForm
from apps.accounts.tokens import TooManyTokens, make_token, own_token, revoke_token, tokens_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: AuthenticatedRequest) -> HttpResponse:
    """List them, and make one.

    A new token's text stands in the answer itself, once: a redirect would have to keep it.
    """
    now = timezone.now()
    form = TokenForm(request.POST if request.method == "POST" else None)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            made = make_token(user=request.user, now=now, **form.cleaned_data)
        except TooManyTokens as error:
            form.add_error(None, str(error.detail))
        else:
            form = TokenForm()
    context = {"form": form, "made": made, "tokens": tokens_of(user=request.user), "now": now}
    return render(request, "accounts/tokens.html", context)


@login_required
@require_POST
def token_revoke(request: AuthenticatedRequest, token: str) -> HttpResponse:
    """Withdraw one of one's own tokens."""
    found = own_token(user=request.user, token_id=token)
    revoke_token(token=found)
    messages.success(request, _("“%(name)s” is revoked.") % {"name": found.name})
    return redirect("accounts:tokens")
