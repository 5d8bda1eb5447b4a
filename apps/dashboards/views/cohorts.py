"""Pages on whole cohorts: mine, a new one, one's plan, its end."""

from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import access, schedule, selectors, services
from apps.cohorts.errors import ChangedMeanwhile
from apps.cohorts.models import Cohort, Membership
from apps.core.errors import DomainError, InvalidValue, RoleRequired
from apps.curriculum.selectors import current_revision, current_revisions, revision_outline
from apps.dashboards.forms import CohortSettingsForm, CopyForm, NewCohortForm
from apps.overview import services as overview
from apps.overview.weeks import plan_weeks


@login_required
@require_safe
def cohorts(request: AuthenticatedRequest) -> HttpResponse:
    """Where one is instructor or observer; archived ones last."""
    now = timezone.now()
    mine = list(selectors.taught_by(user=request.user))
    context = {
        "running": [(each, week_of(each.cohort, now.date())) for each in mine if not over(each)],
        "archived": [each for each in mine if over(each)],
        "may_create": selectors.may_create_cohorts(user=request.user),
        "nav_current": "cohorts",
    }
    return render(request, "dashboards/cohorts.html", context)


def over(membership: Membership) -> bool:
    return membership.cohort.archived_at is not None


def week_of(cohort: Cohort, today: date) -> int:
    """The week it is in the cohort; 0 before it starts."""
    return max(
        0,
        schedule.week_number(starts_on=cohort.starts_on, today=today, breaks=cohort.break_list),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_create(request: AuthenticatedRequest) -> HttpResponse:
    """Make a cohort; who has not the right reads how to get it."""
    if not selectors.may_create_cohorts(user=request.user):
        return render(request, "dashboards/cohort_create_refused.html", status=403)
    now = timezone.now()
    form = NewCohortForm(
        request.POST or None, user=request.user, now=now, revisions=current_revisions()
    )
    if request.method == "POST" and form.is_valid():
        try:
            cohort = services.create_cohort(user=request.user, now=now, **form.cohort())
        except InvalidValue as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.detail))
        except DomainError as error:
            form.add_error("name", str(error.detail))
        else:
            messages.success(
                request,
                _("%(cohort)s is made. Now invite its people.") % {"cohort": cohort.name},
            )
            return redirect("dashboards:people", cohort=cohort.slug)
    return render(request, "dashboards/cohort_create.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_settings(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """The cohort's plan: instructors change it, observers read it."""
    now = timezone.now()
    membership = selectors.settings_membership(user=request.user, cohort_slug=cohort)
    subject = membership.cohort
    may_change = access.may_change_cohort(membership) and subject.archived_at is None
    if request.method == "POST" and not access.may_change_cohort(membership):
        raise RoleRequired
    form = CohortSettingsForm(request.POST or None, cohort=subject, may_change=may_change, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            overview.change_cohort(cohort=subject, now=now, by=request.user, **form.cleaned_data)
        except InvalidValue as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.detail))
        except ChangedMeanwhile:
            form = _changed_meanwhile(request, subject, now)
        except DomainError as error:
            form.add_error(None, str(error.detail))
        else:
            messages.success(request, _("The plan is saved."))
            if overview.is_settling(cohort=subject):
                messages.info(
                    request,
                    _("The figures of so many learners follow it within the next minutes."),
                )
            return redirect("dashboards:cohort-settings", cohort=subject.slug)
    outline = revision_outline(revision_id=subject.revision_id)
    budget = schedule.budget_seconds(
        (video.duration_seconds, video.is_bonus) for video in outline.videos
    )
    context = {
        "form": form,
        "membership": membership,
        "cohort": subject,
        "outline": outline,
        "may_change": may_change,
        "weeks": plan_weeks(cohort=subject, outline=outline, first_on=subject.starts_on),
        "newest": current_revision(slug=subject.revision.curriculum.slug),
        "may_copy": access.is_instructor(membership)
        and not subject.is_solo
        and selectors.may_create_cohorts(user=request.user),
        "derived_end": schedule.ends_on(
            set_on=None,
            starts_on=subject.starts_on,
            hours_per_week=subject.hours_per_week,
            budget=budget,
            breaks=subject.break_list,
        ),
        "nav_current": "cohort-settings",
    }
    return render(request, "dashboards/cohort_settings.html", context)


def _changed_meanwhile(
    request: AuthenticatedRequest, cohort: Cohort, now: datetime
) -> CohortSettingsForm:
    """What was written, beside what it would overwrite; saving once more does."""
    cohort.refresh_from_db()
    written = request.POST.copy()
    written["seen"] = services.fingerprint(cohort)
    form = CohortSettingsForm(written, cohort=cohort, may_change=True, now=now)
    form.is_valid()
    fields = [str(form.fields[name].label) for name in form.changed_data if name != "seen"]
    form.add_error(
        None,
        _(
            "Somebody else changed the plan while you wrote. What you wrote still differs from it in:"
            " %(fields)s. Save once more to put yours in its place, or reload the page to see theirs."
        )
        % {"fields": ", ".join(fields) or _("nothing")},
    )
    return form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_copy(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """A new cohort with this one's plan, on the curriculum's newest revision."""
    now = timezone.now()
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    if not selectors.may_create_cohorts(user=request.user):
        return render(request, "dashboards/cohort_create_refused.html", status=403)
    subject = membership.cohort
    revision = current_revision(slug=subject.revision.curriculum.slug)
    form = CopyForm(
        request.POST or None,
        initial={"name": subject.name, "starts_on": subject.local_date(now)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            copy = services.copy_cohort(
                cohort=subject, user=request.user, revision=revision, now=now, **form.cleaned_data
            )
        except InvalidValue as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.detail))
        except DomainError as error:
            form.add_error("name", str(error.detail))
        else:
            messages.success(
                request, _("%(cohort)s is made. Now invite its people.") % {"cohort": copy.name}
            )
            return redirect("dashboards:people", cohort=copy.slug)
    context = {
        "form": form,
        "membership": membership,
        "cohort": subject,
        "revision": revision,
        "is_newer": revision.pk != subject.revision_id,
        "nav_current": "cohort-settings",
    }
    return render(request, "dashboards/cohort_copy.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_archive(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """Ask once more, then archive."""
    membership = selectors.settings_membership(user=request.user, cohort_slug=cohort)
    if not access.may_change_cohort(membership):
        raise RoleRequired
    if request.method == "POST":
        archived = overview.archive_cohort(
            cohort=membership.cohort, now=timezone.now(), by=request.user
        )
        messages.success(request, _("%(cohort)s is archived.") % {"cohort": archived.name})
        return redirect("classroom:start" if archived.is_solo else "dashboards:cohorts")
    context = {
        "membership": membership,
        "cohort": membership.cohort,
        "learner_count": selectors.learners_of(cohort=membership.cohort).count(),
        "nav_current": "cohort-settings",
    }
    return render(request, "dashboards/cohort_archive.html", context)
