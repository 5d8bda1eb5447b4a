"""A newer revision of the curriculum: what it would change, and the word of an instructor that takes it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import access, schedule, selectors
from apps.core.errors import DomainError, RoleRequired
from apps.curriculum.outline import Outline
from apps.curriculum.plan_differences import plan_differences, videos_gone
from apps.curriculum.selectors import current_revision, revision_outline
from apps.overview import services as overview
from apps.progress.selectors import learners_at


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_revision(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """GET compares; POST takes the revision that was shown, unless a still newer one has come."""
    now = timezone.now()
    membership = selectors.settings_membership(user=request.user, cohort_slug=cohort)
    subject = membership.cohort
    may_change = access.may_change_cohort(membership) and subject.archived_at is None
    newest = current_revision(slug=subject.revision.curriculum.slug)
    if request.method == "POST":
        if not access.may_change_cohort(membership):
            raise RoleRequired
        if request.POST.get("revision") == str(newest.number):
            try:
                overview.take_revision(cohort=subject, revision=newest, by=request.user, now=now)
            except DomainError as error:
                messages.error(request, f"{str(error.detail).rstrip('.')}.")
            else:
                messages.success(
                    request,
                    _("The cohort follows revision %(number)d now.") % {"number": newest.number},
                )
                return redirect("dashboards:cohort-settings", cohort=subject.slug)
        else:
            messages.error(request, _("A still newer revision has come. Read what it changes."))
    old = revision_outline(revision_id=subject.revision_id)
    new = revision_outline(revision_id=newest.pk)
    gone = videos_gone(old, new)
    context = {
        "membership": membership,
        "cohort": subject,
        "old": old,
        "new": new,
        "is_newer": newest.number > subject.revision.number,
        "may_change": may_change,
        "differences": plan_differences(old, new),
        "watched_gone": learners_at(cohort=subject, video_ids=[each.id for each in gone]),
        "old_seconds": budget_of(old),
        "new_seconds": budget_of(new),
        "nav_current": "cohort-settings",
    }
    return render(request, "dashboards/cohort_revision.html", context)


def budget_of(outline: Outline) -> int:
    """Seconds of both passes."""
    return schedule.budget_seconds(
        (each.duration_seconds, each.is_bonus) for each in outline.videos
    )
