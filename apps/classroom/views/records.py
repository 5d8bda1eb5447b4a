"""The record of completion: the learner's page about it, and the one that anybody with its address reads."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.models import CompletionRecord, Membership
from apps.cohorts.selectors import all_memberships_of, learner_membership
from apps.core.errors import DomainError
from apps.overview import records
from apps.overview.selectors import progress_document


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_record(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """Make it, make it anew, or take it back; before the end it says what is left."""
    now = timezone.now()
    is_withdrawing = request.method == "POST" and request.POST.get("act") == "withdraw"
    membership = _membership(
        request, cohort, to_make=request.method == "POST" and not is_withdrawing
    )
    if request.method == "POST":
        try:
            if is_withdrawing:
                records.withdraw_record(membership=membership)
                messages.success(request, _("The record is taken back: its address shows nothing."))
            else:
                records.make_record(membership=membership, now=now)
        except DomainError as error:
            messages.error(request, str(error.detail))
        return redirect("classroom:own-record", cohort=cohort)
    record = records.record_of(membership=membership)
    document = progress_document(membership=membership, now=now)
    context = {
        "membership": membership,
        "cohort": membership.cohort,
        "record": record,
        "address": address_of(record) if record else "",
        "left": records.passes_left(document),
        "nav_current": "roadmap",
    }
    return render(request, "classroom/own_record.html", context)


def _membership(request: AuthenticatedRequest, cohort: str, *, to_make: bool) -> Membership:
    """A learner's; and whoever left or teaches now still looks at a record of theirs and takes it back."""
    try:
        return learner_membership(user=request.user, cohort_slug=cohort)
    except DomainError:
        former = all_memberships_of(user=request.user).filter(cohort__slug=cohort).first()
        if to_make or former is None or records.record_of(membership=former) is None:
            raise
        return former


@never_cache
@require_safe
def record(request: HttpRequest, record: str) -> HttpResponse:
    """For anyone: what was done and when, as it was on the day. Search engines are asked to stay away."""
    found = records.record_by_code(code=record)
    context = {"record": found, "address": address_of(found), "nav_current": ""}
    response = render(request, "classroom/record.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def address_of(record: CompletionRecord) -> str:
    return f"{settings.SITE_URL}{reverse('classroom:record', args=[record.code])}"
