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
from apps.accounts.tokens import (
    TooManyTokens,
    own_token,
    revoke_token,
    tokens_of,
)
from apps.cohorts.selectors import memberships_of
from apps.overview.tokens import make_own_token


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: AuthenticatedRequest) -> HttpResponse:
    """List them, and make one.

    A new token's text stands in the answer itself, once: a redirect would have to keep it.
    """
    now = timezone.now()
    cohorts = {each.cohort.slug: each.cohort.name for each in memberships_of(user=request.user)}
    form = TokenForm(request.POST if request.method == "POST" else None, cohorts=cohorts)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            made = make_own_token(user=request.user, now=now, **form.wish(now))
        except TooManyTokens as error:
            form.add_error(None, str(error.detail))
        else:
            form = TokenForm(cohorts=cohorts)
    context = {
        "form": form,
        "made": made,
        # A cohort that one has left, or that is archived, is known by its address alone.
        "tokens": [
            (token, cohorts.get(token.cohort, token.cohort))
            for token in tokens_of(user=request.user)
        ],
        "now": now,
    }
    return render(request, "accounts/tokens.html", context)


@login_required
@require_POST
def token_revoke(request: AuthenticatedRequest, token: str) -> HttpResponse:
    """Withdraw one of one's own tokens."""
    found = own_token(user=request.user, token_id=token)
    revoke_token(token=found)
    messages.success(request, _("“%(name)s” is revoked.") % {"name": found.name})
    return redirect("overview:tokens")
