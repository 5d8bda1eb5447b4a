"""/settings/reminders/: when, how, a break, and which messages will come."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.models import Membership
from apps.core.errors import InvalidValue
from apps.reminders import selectors, services, slots
from apps.reminders.calendars import calendar_address
from apps.reminders.forms import PauseForm, WishesForm
from apps.reminders.lines import DueLine, due_lines
from apps.reminders.previews import ComingMessage, message_preview


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: AuthenticatedRequest) -> HttpResponse:
    """The wishes of a person. Several forms, one address: save, pause, resume, the calendar."""
    now = timezone.now()
    user = request.user
    today = slots.local_date(now, user.zone)
    wake = selectors.wake_of(user=user)
    sent = request.POST if request.method == "POST" else None
    action = sent.get("action", "save") if sent is not None else ""
    wishes = WishesForm(sent if action == "save" else None, user=user, wake=wake, now=now)
    pause = PauseForm(sent if action == "pause" else None, tomorrow=today + timedelta(days=1))
    if action and _is_done(request, action, wishes, pause):
        return redirect("reminders:settings")
    preview = message_preview(user=user, wake=wake, now=now)
    facts = {
        line.rewatch_id: line for line in due_lines(rewatch_ids=preview.rewatch_ids, today=today)
    }
    address = calendar_address(wake)
    context = {
        "wishes": wishes,
        "pause": pause,
        "wake": wake,
        "today": today,
        "is_paused": wake.paused and (wake.paused_until is None or wake.paused_until > today),
        "preview": preview,
        "preview_lines": _lines(preview.next, facts),
        "preview_days": [(message.slot, _lines(message, facts)) for message in preview.days],
        "calendar_address": address,
        # Calendar programs take addresses of this kind for themselves.
        "webcal_address": f"webcal:{address.partition(':')[2]}",
        "teaches": Membership.objects.active().filter(user=user, role="instructor").exists(),
        "suppression": selectors.suppression_of(user=user),
    }
    return render(request, "reminders/settings.html", context, status=422 if action else 200)


def _lines(message: ComingMessage | None, lines: Mapping[int, DueLine]) -> list[DueLine]:
    ids = message.rewatch_ids if message else ()
    return [lines[rewatch_id] for rewatch_id in ids if rewatch_id in lines]


def _is_done(
    request: AuthenticatedRequest, action: str, wishes: WishesForm, pause: PauseForm
) -> bool:
    """Whether the form that was sent could be followed; otherwise it carries its errors."""
    now, user = timezone.now(), request.user
    try:
        if action == "resume":
            services.resume_reminders(user=user, now=now)
            messages.success(request, _("Your reminders go on."))
            return True
        if action in ("digest-on", "digest-off"):
            services.switch_digest(user=user, on=action == "digest-on", now=now)
            messages.success(request, _("Saved."))
            return True
        if action == "new-calendar":
            services.renew_calendar(user=user)
            messages.success(request, _("Your calendar has a new address. An older one is over."))
            return True
        if action == "end-calendar":
            services.end_calendar(user=user)
            messages.success(request, _("Your calendar is switched off. Its address is over."))
            return True
        if action == "pause" and pause.is_valid():
            services.pause_reminders(user=user, until=pause.cleaned_data["until"], now=now)
            messages.success(request, _("Your reminders are paused. Due dates stay as they are."))
            return True
        if action == "save" and wishes.is_valid():
            services.change_reminder_settings(user=user, now=now, **wishes.wishes)
            messages.success(request, _("Saved."))
            return True
    except InvalidValue as error:
        form = pause if action == "pause" else wishes
        field = {"paused_until": "until"}.get(error.field, error.field)
        form.add_error(field if field in form.fields else None, str(error.detail))
    return False
