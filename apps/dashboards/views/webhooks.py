"""A cohort's webhooks, as its instructors make, try, watch, switch and delete them."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.selectors import instructor_membership
from apps.core.errors import DomainError, InvalidValue
from apps.dashboards.webhook_forms import WebhookForm
from apps.webhooks import services
from apps.webhooks.models import Webhook
from apps.webhooks.selectors import message_of, messages_of, webhook_of, webhooks_of

PAGE_SIZE = 30


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """List them, and make one; its secret stands in this answer and nowhere else."""
    membership = instructor_membership(user=request.user, cohort_slug=cohort)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_webhook(
                cohort=membership.cohort, by=request.user, now=timezone.now(), **form.wish()
            )
        except InvalidValue as error:
            form.add_error(error.field or None, str(error.detail))
        except DomainError as error:
            form.add_error(None, str(error.detail))
        else:
            form = WebhookForm()
    context = {
        "cohort": membership.cohort,
        "webhooks": list(webhooks_of(cohort=membership.cohort)),
        "form": form,
        "made": made,
        "nav_current": "settings",
    }
    return render(request, "dashboards/webhooks.html", context)


@login_required
@never_cache
@require_safe
def webhook(request: AuthenticatedRequest, cohort: str, webhook: uuid.UUID) -> HttpResponse:
    """One of them with its log."""
    found = _webhook(request, cohort, webhook)
    log = Paginator(messages_of(webhook=found), PAGE_SIZE)
    context = {
        "cohort": found.cohort,
        "webhook": found,
        "page": log.get_page(request.GET.get("page")),
        "nav_current": "settings",
    }
    return render(request, "dashboards/webhook.html", context)


@login_required
@require_POST
def webhook_switch(request: AuthenticatedRequest, cohort: str, webhook: uuid.UUID) -> HttpResponse:
    found = _webhook(request, cohort, webhook)
    is_on = request.POST.get("on") == "1"
    services.switch_webhook(webhook=found, is_on=is_on, by=request.user, now=timezone.now())
    said = _("The webhook is switched on.") if is_on else _("The webhook is switched off.")
    messages.success(request, said)
    return _back_to(found)


@login_required
@require_POST
def webhook_test(request: AuthenticatedRequest, cohort: str, webhook: uuid.UUID) -> HttpResponse:
    """Send a message that tells of nothing."""
    found = _webhook(request, cohort, webhook)
    try:
        services.send_test(webhook=found, now=timezone.now())
    except DomainError as error:
        messages.error(request, f"{error.detail}.")
    else:
        messages.success(request, _("A test is on its way: look into the log in some seconds."))
    return _back_to(found)


@login_required
@require_POST
def webhook_delete(request: AuthenticatedRequest, cohort: str, webhook: uuid.UUID) -> HttpResponse:
    found = _webhook(request, cohort, webhook)
    services.delete_webhook(webhook=found, by=request.user, now=timezone.now())
    messages.success(request, _("The webhook is deleted."))
    return redirect("dashboards:webhooks", cohort=found.cohort.slug)


@login_required
@require_POST
def webhook_again(
    request: AuthenticatedRequest, cohort: str, webhook: uuid.UUID, message: int
) -> HttpResponse:
    """Send a message again, under the same id."""
    found = _webhook(request, cohort, webhook)
    try:
        services.send_again(
            message=message_of(webhook=found, message_id=message), now=timezone.now()
        )
    except services.WebhookIsOff as error:
        messages.error(request, f"{error.detail}.")
    else:
        messages.success(request, _("It is sent again: look into the log in some seconds."))
    return _back_to(found)


def _webhook(request: AuthenticatedRequest, cohort: str, public_id: uuid.UUID) -> Webhook:
    membership = instructor_membership(user=request.user, cohort_slug=cohort)
    return webhook_of(cohort=membership.cohort, webhook_id=public_id)


def _back_to(webhook: Webhook) -> HttpResponse:
    return redirect("dashboards:webhook", cohort=webhook.cohort.slug, webhook=webhook.public_id)
