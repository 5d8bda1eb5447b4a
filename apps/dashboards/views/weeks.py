"""The plan week by week: videos set for a week by hand, and breaks."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import access, selectors
from apps.cohorts.models import Cohort
from apps.cohorts.services.making import locked_cohort
from apps.core.errors import DomainError, RoleRequired
from apps.curriculum.selectors import revision_outline
from apps.dashboards.weeks_forms import BreakForm, WeeksForm
from apps.overview import services as overview
from apps.overview.weeks import plan_weeks


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_weeks(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """Several forms, one address: the weeks of videos, a new break, a break that goes. Observers read."""
    now = timezone.now()
    membership = selectors.settings_membership(user=request.user, cohort_slug=cohort)
    subject = membership.cohort
    may_change = access.may_change_cohort(membership) and subject.archived_at is None
    if request.method == "POST" and not access.may_change_cohort(membership):
        raise RoleRequired
    outline = revision_outline(revision_id=subject.revision_id)
    action = request.POST.get("action", "")
    weeks = WeeksForm(
        request.POST if action == "weeks" else None,
        cohort=subject,
        outline=outline,
        may_change=may_change,
    )
    new_break = BreakForm(request.POST if action == "break" else None)
    if action and _is_done(request, subject, action, weeks, new_break, now):
        return redirect("dashboards:cohort-weeks", cohort=subject.slug)
    context = {
        "membership": membership,
        "cohort": subject,
        "may_change": may_change,
        "weeks_form": weeks,
        "break_form": new_break,
        "breaks": subject.break_list,
        "weeks": plan_weeks(cohort=subject, outline=outline, first_on=subject.starts_on),
        "today": subject.local_date(now),
        "nav_current": "cohort-settings",
    }
    return render(request, "dashboards/cohort_weeks.html", context, status=422 if action else 200)


def _is_done(
    request: AuthenticatedRequest,
    cohort: Cohort,
    action: str,
    weeks: WeeksForm,
    new_break: BreakForm,
    now: datetime,
) -> bool:
    """Whether the form that was sent could be followed; otherwise it carries its errors."""
    form = new_break if action == "break" else weeks
    if action == "weeks" and weeks.is_valid():
        words = _("The weeks are saved.")
    elif action == "break" and new_break.is_valid():
        words = _("The break is in the plan.")
    elif action == "remove":
        words = _("The break is gone.")
    else:
        return False
    try:
        with transaction.atomic():
            # As it stands by now: of two who put in a break at once, both have theirs.
            locked = locked_cohort(cohort.pk)
            changes: dict[str, Any]
            if action == "weeks":
                changes = {"set_weeks": weeks.weeks}
            elif action == "break":
                changes = {"breaks": [*locked.breaks, new_break.cleaned_data]}
            else:
                gone = request.POST.get("first_on")
                changes = {"breaks": [each for each in locked.breaks if each["first_on"] != gone]}
            overview.change_cohort(cohort=locked, now=now, by=request.user, **changes)
    except DomainError as error:
        form.add_error(None, str(error.detail))
        return False
    messages.success(request, words)
    return True
