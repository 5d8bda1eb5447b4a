"""The people of a cohort: who is in it, in which role, and the links that let more of them in."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import sort_key
from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import access, selectors, services
from apps.cohorts.models import Invitation, Membership
from apps.core.errors import DomainError, InvalidValue, RoleRequired
from apps.dashboards.forms import FIELD_OF_INVITATION, InvitationForm, RoleForm, last_day
from apps.overview import services as overview

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Link:
    """An invitation as its page shows it; `refusal` is why it lets nobody in any more."""

    invitation: Invitation
    address: str
    last_day: object
    refusal: DomainError | None


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """Members by name, and for instructors the invitation links; POST makes a link."""
    now = timezone.now()
    membership = selectors.reading_membership(user=request.user, cohort_slug=cohort)
    subject = membership.cohort
    may_invite = access.may_invite(membership) and subject.archived_at is None
    if request.method == "POST" and not access.may_invite(membership):
        raise RoleRequired
    form = InvitationForm(request.POST or None, cohort=subject, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_invitation(
                cohort=subject, user=request.user, now=now, **form.invitation()
            )
        except InvalidValue as error:
            form.add_error(FIELD_OF_INVITATION.get(error.field, error.field), str(error.detail))
        except DomainError as error:
            form.add_error(None, str(error.detail))
        else:
            messages.success(request, _("The link is made. Copy it and send it."))
            return redirect(f"{reverse('dashboards:people', args=[subject.slug])}#links")
    query = request.GET.get("q", "").replace("\0", "").strip()
    members = selectors.members_of(cohort=subject)
    if query:
        wanted = Q(user__sort_name__contains=sort_key(query))
        if access.is_instructor(membership):
            # Observers see no addresses, so they cannot ask for them, either.
            wanted |= Q(user__email__icontains=query)
        members = members.filter(wanted)
    context = {
        "membership": membership,
        "cohort": subject,
        "may_invite": may_invite,
        "may_change": access.is_instructor(membership),
        "form": form,
        "links": links_of(request, membership) if access.is_instructor(membership) else [],
        "query": query,
        "page": Paginator(members, PAGE_SIZE).get_page(request.GET.get("page")),
        "nav_current": "people",
    }
    return render(request, "dashboards/people.html", context)


def links_of(request: AuthenticatedRequest, membership: Membership) -> list[Link]:
    now = timezone.now()
    invitations = selectors.invitations_of(cohort=membership.cohort)
    return [
        Link(
            invitation=invitation,
            address=request.build_absolute_uri(reverse("classroom:join", args=[invitation.code])),
            last_day=last_day(invitation),
            refusal=access.refusal_of_invitation(invitation, now),
        )
        for invitation in invitations
    ]


@login_required
@require_POST
def invitation_withdraw(
    request: AuthenticatedRequest, cohort: str, invitation: int
) -> HttpResponse:
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    found = selectors.invitation_of(cohort=membership.cohort, invitation_id=invitation)
    services.revoke_invitation(invitation=found, now=timezone.now())
    messages.success(request, _("The link is withdrawn: nobody gets in by it any more."))
    return redirect("dashboards:people", cohort=membership.cohort.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: AuthenticatedRequest, cohort: str, person: str) -> HttpResponse:
    """One member: change the role, or go on to taking them out."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    member = selectors.member_of(cohort=membership.cohort, membership_id=person)
    form = RoleForm(request.POST or None, initial={"role": member.role})
    if request.method == "POST" and form.is_valid():
        try:
            overview.change_role(
                membership=member, role=form.cleaned_data["role"], now=timezone.now()
            )
        except DomainError as error:
            form.add_error("role", f"{error.detail}.")
        else:
            messages.success(
                request, _("The role of %(name)s is saved.") % {"name": member.user.display_name}
            )
            # Whoever gave up teaching may not read this page any more.
            return redirect("dashboards:cohorts" if member == membership else _people(membership))
    context = {
        "membership": membership,
        "member": member,
        "form": form,
        "nav_current": "people",
    }
    return render(request, "dashboards/person.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_remove(request: AuthenticatedRequest, cohort: str, person: str) -> HttpResponse:
    """Ask once more, then end the membership; what was done stays the person's own."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    member = selectors.member_of(cohort=membership.cohort, membership_id=person)
    if request.method == "POST":
        try:
            overview.leave_cohort(membership=member, now=timezone.now())
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
