"""/inbox/: what was sent, about what, and the question that each message asked."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.selectors import messages_to
from apps.cohorts.services import read_messages
from apps.core.dates import day_words
from apps.core.errors import DomainError, InvalidValue
from apps.reminders import selectors, services, slots
from apps.reminders.inbox import inbox_days
from apps.reminders.models import Rewatch

DAYS_A_PAGE = 30
LETTERS_SHOWN = 50


@login_required
@require_safe
def inbox(request: AuthenticatedRequest) -> HttpResponse:
    """What was sent, day by day, newest first. Looking at it takes the mark of new ones away."""
    now = timezone.now()
    user = request.user
    today = slots.local_date(now, user.zone)
    days = Paginator(
        selectors.reminders_sent(user=user)
        .order_by("-slot_on")
        .values_list("slot_on", flat=True)
        .distinct(),
        DAYS_A_PAGE,
    ).get_page(request.GET.get("page"))
    letters = Paginator(messages_to(user=user), LETTERS_SHOWN).get_page(request.GET.get("letters"))
    shown = list(letters) if days.number == 1 else []
    context = {
        "page": days,
        "days": inbox_days(user=user, days=list(days), today=today, asks=days.number == 1),
        "today": today,
        "answers": Rewatch.RecallAnswer.choices,
        "letters": shown,
        "letter_page": letters,
        "suppression": selectors.suppression_of(user=user),
        "nav_current": "inbox",
    }
    response = render(request, "reminders/inbox.html", context)
    if request.method == "GET":
        services.mark_read(user=user, now=now)
        if any(copy.read_at is None for copy in shown):
            read_messages(user=user, copies=shown, now=now)
    return response


@login_required
@require_POST
def recall(request: AuthenticatedRequest) -> HttpResponse:
    """The answer to a message's question, given in the app: the same as by the link of the mail."""
    now = timezone.now()
    rewatch = selectors.own_rewatch(user=request.user, rewatch_id=request.POST.get("rewatch", ""))
    try:
        answered = services.answer_recall(
            rewatch=rewatch,
            answer=request.POST.get("answer", ""),
            now=now,
            asked_on=_day(request.POST.get("asked_on", "")),
        )
    except DomainError as error:
        messages.error(request, str(error.detail or error.title))
    else:
        today = slots.local_date(now, request.user.zone)
        messages.success(
            request,
            _("Noted: %(answer)s. Due %(day)s.")
            % {
                "answer": answered.get_recall_answer_display(),
                "day": day_words(answered.due_on, today),
            },
        )
    return redirect("reminders:inbox")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue(_("This is not a day."), field="asked_on") from error
