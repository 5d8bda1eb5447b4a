"""What an instructor does about one learner with a click, and takes back with another."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import services
from apps.cohorts.errors import CohortArchived
from apps.cohorts.models import Membership
from apps.cohorts.selectors import instructor_membership
from apps.core.dates import date_words
from apps.dashboards.selectors import learner_in, learner_row


@login_required
@require_POST
def talked(request: AuthenticatedRequest, cohort: str, membership: str) -> HttpResponse:
    """Mark a learner as talked to; `undo` takes the mark away."""

    def act(subject: Membership, undo: bool, now: datetime) -> str:
        name = {"name": subject.user.display_name}
        if undo:
            services.unmark_talked(membership=subject, by=request.user, now=now)
            return _("%(name)s is not marked as talked to any more.") % name
        row = learner_row(membership=subject, now=now)
        about = [reason.code.value for reason in row.attention.reasons]
        services.mark_talked(membership=subject, by=request.user, about=about, now=now)
        return _("%(name)s is marked as talked to.") % name

    return _answer(request, cohort, membership, act)


@login_required
@require_POST
def hide(request: AuthenticatedRequest, cohort: str, membership: str) -> HttpResponse:
    """Leave a learner out of the list for a week; `undo` shows them again."""

    def act(subject: Membership, undo: bool, now: datetime) -> str:
        name = subject.user.display_name
        if undo:
            services.show_learner(membership=subject, by=request.user, now=now)
            return _("%(name)s is on the list again.") % {"name": name}
        until = services.hide_learner(membership=subject, by=request.user, now=now)
        return _("%(name)s is hidden until %(day)s.") % {
            "name": name,
            "day": date_words(until, subject.cohort.local_date(now)),
        }

    return _answer(request, cohort, membership, act)


def _answer(
    request: AuthenticatedRequest,
    cohort: str,
    membership: str,
    act: Callable[[Membership, bool, datetime], str],
) -> HttpResponse:
    by = instructor_membership(user=request.user, cohort_slug=cohort)
    subject = learner_in(cohort=by.cohort, membership_id=membership)
    try:
        done = act(subject, "undo" in request.POST, timezone.now())
    except CohortArchived as error:
        messages.error(request, f"{error.title}.")
    else:
        messages.success(request, done)
    if request.POST.get("back") == "cohort":
        shown = "?hidden=1" if "hidden" in request.POST else ""
        return redirect(f"{reverse('dashboards:cohort', args=[cohort])}{shown}")
    return redirect("dashboards:learner", cohort=cohort, membership=membership)
