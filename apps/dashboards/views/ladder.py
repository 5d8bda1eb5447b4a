"""The days of a cohort's reminders: what others would mean is shown before they are saved."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import access, selectors
from apps.cohorts.errors import ChangedMeanwhile
from apps.cohorts.services import fingerprint
from apps.core.errors import DomainError, InvalidValue, RoleRequired
from apps.dashboards.ladder_form import LadderForm
from apps.overview import services as overview
from apps.progress.models import Rating
from apps.reminders.ladders import preview_ladder


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_ladder(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """`?days=3, 6, 12` shows what these days would mean; a POST saves them. Observers read."""
    now = timezone.now()
    membership = selectors.settings_membership(user=request.user, cohort_slug=cohort)
    subject = membership.cohort
    may_change = access.may_change_cohort(membership) and subject.archived_at is None
    if request.method == "POST" and not access.may_change_cohort(membership):
        raise RoleRequired
    asked = request.POST if request.method == "POST" else request.GET
    form = LadderForm(asked if "days" in asked else None, cohort=subject, may_change=may_change)
    days = form.cleaned_data["days"] if form.is_bound and form.is_valid() else None
    if request.method == "POST" and days is not None:
        try:
            overview.change_cohort(
                cohort=subject,
                now=now,
                by=request.user,
                seen=request.POST.get("seen"),
                ladder=days,
            )
        except ChangedMeanwhile:
            subject.refresh_from_db()
            form.add_error(
                None,
                _(
                    "Somebody else changed the plan while you looked. Its days are %(days)s now. Save once"
                    " more to put yours in their place."
                )
                % {"days": ", ".join(map(str, subject.ladder))},
            )
        except InvalidValue as error:
            form.add_error("days", str(error.detail))
        except DomainError as error:
            form.add_error(None, str(error.detail))
        else:
            messages.success(request, _("The days of reminders are saved."))
            return redirect("dashboards:cohort-ladder", cohort=subject.slug)
    shown = days or list(subject.ladder)
    preview = preview_ladder(cohort=subject, offsets=shown, now=now)
    ratings = dict(Rating.choices)
    context = {
        "form": form,
        "membership": membership,
        "cohort": subject,
        "may_change": may_change,
        "days": shown,
        "seen": fingerprint(subject),
        "is_new": days is not None and days != list(subject.ladder),
        "preview": preview,
        "by_rating": [(ratings[rating], ladder) for rating, ladder in preview.by_rating],
        "today": subject.local_date(now),
        "nav_current": "cohort-settings",
    }
    return render(request, "dashboards/cohort_ladder.html", context)
