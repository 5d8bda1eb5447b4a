"""A cohort's machine accounts, as its instructors make, renew and end them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import Token
from apps.accounts.requests import AuthenticatedRequest
from apps.accounts.tokens import MadeToken
from apps.cohorts import selectors, services
from apps.cohorts.models import Membership
from apps.cohorts.services.machines import machine_of, machines_of
from apps.core.errors import DomainError, InvalidValue
from apps.dashboards.machine_forms import MachineForm


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def machines(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """List them, and make one; the token's text stands in this answer and nowhere else."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    form = MachineForm(request.POST if request.method == "POST" else None)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_machine(
                cohort=membership.cohort, by=request.user, now=timezone.now(), **form.cleaned_data
            ).made
        except InvalidValue as error:
            form.add_error(error.field or None, str(error.detail))
        except DomainError as error:
            form.add_error(None, str(error.detail))
        else:
            form = MachineForm()
    return _page(request, membership, form, made)


@login_required
@never_cache
@require_POST
def machine_rotate(request: AuthenticatedRequest, cohort: str, machine: int) -> HttpResponse:
    """A new token; the old one works for another day."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    found = machine_of(cohort=membership.cohort, membership_id=machine)
    made = services.rotate_token(machine=found, by=request.user, now=timezone.now())
    return _page(request, membership, MachineForm(), made)


@login_required
@require_POST
def machine_end(request: AuthenticatedRequest, cohort: str, machine: int) -> HttpResponse:
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    found = machine_of(cohort=membership.cohort, membership_id=machine)
    services.end_machine(machine=found, by=request.user, now=timezone.now())
    messages.success(
        request, _("“%(name)s” is ended with its tokens.") % {"name": found.user.display_name}
    )
    return redirect("dashboards:machines", cohort=membership.cohort.slug)


def _page(
    request: AuthenticatedRequest,
    membership: Membership,
    form: MachineForm,
    made: MadeToken | None,
) -> HttpResponse:
    rows = list(machines_of(cohort=membership.cohort))
    tokens: dict[int, list[Token]] = {each.user_id: [] for each in rows}
    for token in Token.objects.filter(user__in=tokens).order_by("-created", "public_id"):
        tokens[token.user_id].append(token)
    context = {
        "cohort": membership.cohort,
        "machines": [(each, tokens[each.user_id]) for each in rows],
        "form": form,
        "made": made,
        "now": timezone.now(),
        "nav_current": "settings",
    }
    return render(request, "dashboards/machines.html", context)
