"""One member of a cohort as its instructors manage them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import selectors, services
from apps.cohorts.errors import ExternalIdTaken
from apps.cohorts.models import Membership
from apps.core.errors import DomainError, InvalidValue
from apps.dashboards.people_forms import MemberForm, MoveForm
from apps.overview import services as overview


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: AuthenticatedRequest, cohort: str, person: str) -> HttpResponse:
    """One member: role and external id, or on to taking them out."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    member = selectors.member_of(cohort=membership.cohort, membership_id=person)
    form = MemberForm(
        request.POST or None,
        initial={"role": member.role, "external_id": member.external_id},
    )
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            with transaction.atomic():
                services.set_external_id(
                    membership=member,
                    external_id=form.cleaned_data["external_id"],
                    by=request.user,
                    now=now,
                )
                overview.change_role(
                    membership=member, role=form.cleaned_data["role"], by=request.user, now=now
                )
        except (ExternalIdTaken, InvalidValue) as error:
            form.add_error("external_id", f"{str(error.detail).rstrip('.')}.")
        except DomainError as error:
            form.add_error("role", f"{error.detail}.")
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": member.user.display_name})
            # Whoever gave up teaching may not read this page any more.
            return redirect("dashboards:cohorts" if member == membership else _people(membership))
    context = {
        "membership": membership,
        "member": member,
        "may_move": member.role == Membership.Role.LEARNER
        and selectors.cohorts_to_move_to(membership=member, user=request.user).exists(),
        "form": form,
        "nav_current": "people",
    }
    return render(request, "dashboards/person.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_move(request: AuthenticatedRequest, cohort: str, person: str) -> HttpResponse:
    """Choose one of one's own cohorts on the same curriculum; what follows from it is said before."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    member = selectors.member_of(cohort=membership.cohort, membership_id=person)
    targets = {
        each.slug: each
        for each in selectors.cohorts_to_move_to(membership=member, user=request.user)
    }
    form = MoveForm(request.POST or None, cohorts=list(targets.values()))
    if request.method == "POST" and form.is_valid():
        target = targets[form.cleaned_data["cohort"]]
        try:
            overview.move_member(membership=member, to=target, by=request.user, now=timezone.now())
        except DomainError as error:
            form.add_error("cohort", f"{str(error.detail).rstrip('.')}.")
        else:
            names = {"name": member.user.display_name, "cohort": target.name}
            messages.success(
                request, _("%(name)s is in %(cohort)s now, and a mail says so.") % names
            )
            return redirect(_people(membership))
    context = {
        "membership": membership,
        "member": member,
        "form": form,
        "targets": targets,
        "nav_current": "people",
    }
    return render(request, "dashboards/person_move.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_remove(request: AuthenticatedRequest, cohort: str, person: str) -> HttpResponse:
    """Ask once more, then end the membership; what was done stays the person's own."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    member = selectors.member_of(cohort=membership.cohort, membership_id=person)
    if request.method == "POST":
        try:
            overview.leave_cohort(membership=member, now=timezone.now(), by=request.user)
        except DomainError as error:
            messages.error(request, f"{error.detail}.")
            return redirect("dashboards:person", cohort=membership.cohort.slug, person=member.pk)
        messages.success(
            request, _("%(name)s is out of the cohort.") % {"name": member.user.display_name}
        )
        return redirect("dashboards:cohorts" if member == membership else _people(membership))
    context = {"membership": membership, "member": member, "nav_current": "people"}
    return render(request, "dashboards/person_remove.html", context)


def _people(membership: Membership) -> str:
    return reverse("dashboards:people", args=[membership.cohort.slug])
