"""A nudge by hand, from a learner's page or from the list of those who need help."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.selectors import instructor_membership
from apps.dashboards.selectors import learner_in
from apps.reminders import services
from apps.reminders.errors import NudgeRefused


@login_required
@require_POST
def nudge(request: AuthenticatedRequest, cohort: str, membership: str) -> HttpResponse:
    """Let the engine speak of what is due, or say what forbids it."""
    by = instructor_membership(user=request.user, cohort_slug=cohort)
    subject = learner_in(cohort=by.cohort, membership_id=membership)
    try:
        done = services.nudge(membership=subject, by=request.user, now=timezone.now())
    except NudgeRefused as refused:
        name = subject.user.display_name
        messages.warning(request, f"{name}: {refused.title}. {refused.detail}")
    else:
        words = ngettext(
            "%(name)s is reminded of %(count)d rewatch. %(comes)s",
            "%(name)s is reminded of %(count)d rewatches. %(comes)s",
            done.rewatches,
        )
        facts = {"name": subject.user.display_name, "count": done.rewatches, "comes": done.comes}
        messages.success(request, words % facts)
    if request.POST.get("back") == "cohort":
        return redirect("dashboards:cohort", cohort=cohort)
    return redirect("dashboards:learner", cohort=cohort, membership=membership)
