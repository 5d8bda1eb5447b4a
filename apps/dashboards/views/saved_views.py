"""An instructor keeps a way to look at the table under a name, or forgets it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import selectors, services
from apps.cohorts.models import Membership
from apps.core.errors import InvalidValue
from apps.dashboards.table import Asked

LONGEST_SENT = 2000


@login_required
@require_POST
def view_save(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """Keep what the table's address asks for."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    query = _meant(request, membership)
    try:
        view = services.save_view(
            membership=membership,
            name=request.POST.get("name", ""),
            query=query,
            now=timezone.now(),
        )
    except InvalidValue as error:
        messages.error(request, f"{str(error.detail).rstrip('.')}.")
    else:
        messages.success(request, _("The view %(name)s is kept.") % {"name": view.name})
    return redirect(_table(cohort, query))


@login_required
@require_POST
def view_remove(request: AuthenticatedRequest, cohort: str, view: int) -> HttpResponse:
    """Forget one of one's own; what is not one's own stays as it is."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    if name := services.remove_view(membership=membership, view_id=view):
        messages.success(request, _("The view %(name)s is removed.") % {"name": name})
    return redirect(_table(cohort, _meant(request, membership)))


def _meant(request: AuthenticatedRequest, membership: Membership) -> str:
    """The query string that came with the form, of what it can mean only."""
    learners = selectors.learners_of(cohort=membership.cohort)
    has_ids = learners.exclude(external_id="").exists()
    sent = QueryDict(request.POST.get("query", "")[:LONGEST_SENT])
    return Asked.of(sent, with_ids=True, has_ids=has_ids).address


def _table(cohort: str, query: str) -> str:
    return f"{reverse('dashboards:cohort', args=[cohort])}{'?' if query else ''}{query}#everyone"
