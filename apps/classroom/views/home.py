"""The learner's home and roadmap, moving a rewatch to tomorrow, and leaving the cohort."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.classroom.roadmap import roadmap_of
from apps.classroom.today import home_of
from apps.cohorts.selectors import learner_membership, membership_in
from apps.core.errors import DomainError
from apps.overview.services import leave_cohort
from apps.overview.weeks import break_on, own_week
from apps.progress.built import built_by
from apps.reminders.errors import RewatchEnded
from apps.reminders.selectors import own_rewatch
from apps.reminders.services import snooze_rewatch
from apps.reminders.slots import local_date


@login_required
@require_safe
def home(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """The one next step, and below it, quieter, all else."""
    membership = learner_membership(user=request.user, cohort_slug=cohort)
    context = {
        "membership": membership,
        "cohort": membership.cohort,
        "home": home_of(membership=membership, now=timezone.now()),
        "nav_current": "today",
    }
    return render(request, "classroom/home.html", context)


@login_required
@require_safe
def roadmap(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """The whole plan with where the learner stands, and what it honestly costs."""
    now = timezone.now()
    membership = learner_membership(user=request.user, cohort_slug=cohort)
    roadmap = roadmap_of(membership=membership, now=now)
    context = {
        "membership": membership,
        "cohort": membership.cohort,
        "roadmap": roadmap,
        "pause": break_on(cohort=membership.cohort, day=local_date(now, membership.cohort.zone)),
        "week": own_week(membership=membership, outline=roadmap.outline, now=now),
        "built": built_by(membership=membership),
        "nav_current": "roadmap",
    }
    return render(request, "classroom/roadmap.html", context)


@login_required
@require_POST
def snooze(request: AuthenticatedRequest, cohort: str, rewatch: int) -> HttpResponse:
    """Move a due rewatch to tomorrow."""
    membership = learner_membership(user=request.user, cohort_slug=cohort)
    subject = own_rewatch(user=request.user, rewatch_id=rewatch)
    try:
        snooze_rewatch(rewatch=subject, now=timezone.now(), days=1)
    except RewatchEnded as error:
        messages.error(request, f"{error.detail}.")
    else:
        messages.success(request, _("Moved to tomorrow."))
    return redirect("classroom:home", cohort=membership.cohort.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """Ask once more, then leave; what was done stays readable to the one who did it."""
    membership = membership_in(user=request.user, cohort_slug=cohort)
    if request.method == "POST":
        try:
            leave_cohort(membership=membership, now=timezone.now(), by=request.user)
        except DomainError as error:
            messages.error(request, f"{error.detail}.")
            return redirect("classroom:leave", cohort=cohort)
        messages.success(request, _("You left %(cohort)s.") % {"cohort": membership.cohort.name})
        return redirect("classroom:start")
    context = {"membership": membership, "cohort": membership.cohort}
    return render(request, "classroom/leave.html", context)
