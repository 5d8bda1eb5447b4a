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
from apps.cohorts.mailings import mailings_of
from apps.cohorts.models import Invitation, Membership
from apps.cohorts.queue import asked_of, request_of, waiting_of
from apps.core.errors import DomainError, InvalidValue, RoleRequired
from apps.dashboards.people_forms import FIELD_OF_INVITATION, InvitationForm, last_day
from apps.overview import services as overview

PAGE_SIZE = 50
# Of those who wait for an answer or a place, so many are shown at once: the oldest.
MOST_ASKED = 100
MAILINGS_SHOWN = 20


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
    may_change = access.is_instructor(membership)
    query = request.GET.get("q", "").replace("\0", "").strip()
    members = selectors.members_of(cohort=subject)
    if query:
        wanted = Q(user__sort_name__contains=sort_key(query))
        if may_change:
            # Observers see no addresses, so they cannot ask for them, either.
            wanted |= Q(user__email__icontains=query) | Q(external_id__icontains=query)
        members = members.filter(wanted)
    context = {
        "membership": membership,
        "cohort": subject,
        "may_invite": may_invite,
        "may_change": may_change,
        "form": form,
        "links": links_of(request, membership) if may_change else [],
        "mailings": list(mailings_of(cohort=subject)[:MAILINGS_SHOWN]) if may_change else [],
        "asked": list(asked_of(cohort=subject)[:MOST_ASKED]) if may_change else [],
        "waiting": list(waiting_of(cohort=subject)[:MOST_ASKED]) if may_change else [],
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
    services.revoke_invitation(invitation=found, now=timezone.now(), by=request.user)
    messages.success(request, _("The link is withdrawn: nobody gets in by it any more."))
    return redirect("dashboards:people", cohort=membership.cohort.slug)


@login_required
@require_POST
def request_accept(request: AuthenticatedRequest, cohort: str, asked: int) -> HttpResponse:
    """Let somebody in who asked."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    found = request_of(cohort=membership.cohort, request_id=asked)
    name = {"name": found.user.display_name}
    try:
        done = overview.accept_request(request=found, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, f"{error.detail}.")
    else:
        if isinstance(done, Membership):
            messages.success(request, _("%(name)s is in, and a mail says so.") % name)
        else:
            messages.success(
                request, _("The cohort is full: %(name)s is on the waiting list now.") % name
            )
    return redirect("dashboards:people", cohort=membership.cohort.slug)


@login_required
@require_POST
def request_decline(request: AuthenticatedRequest, cohort: str, asked: int) -> HttpResponse:
    """Say no to who asked, or take somebody off the waiting list."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    found = request_of(cohort=membership.cohort, request_id=asked)
    try:
        services.decline_request(request=found, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, f"{error.detail}.")
    else:
        messages.success(
            request,
            _("%(name)s is told by mail, in kind words.") % {"name": found.user.display_name},
        )
    return redirect("dashboards:people", cohort=membership.cohort.slug)
