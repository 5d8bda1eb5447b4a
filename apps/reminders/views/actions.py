"""/r/<token>/: what a link in a mail does. Following it shows a page with a button; only the button acts.

Mail programs and firewalls follow links by themselves, so a GET changes nothing. A POST needs neither a cookie nor
a CSRF token: the one in the address proves more. Mail providers send one to unsubscribe (RFC 8058), and want a 200.
"""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.reminders import recalls, selectors, services, slots, spacing
from apps.reminders.forms import SnoozeForm
from apps.reminders.lines import due_lines
from apps.reminders.links import Action, Link, link_of, path_of
from apps.reminders.models import Rewatch

TEMPLATES = {
    Action.SNOOZE: "reminders/action_snooze.html",
    Action.PAUSE: "reminders/action_pause.html",
    Action.UNSUBSCRIBE: "reminders/action_unsubscribe.html",
    Action.RECALL: "reminders/action_recall.html",
    Action.DIGEST_OFF: "reminders/action_digest.html",
}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, token: str) -> HttpResponse:
    link = link_of(token)
    user = User.objects.filter(pk=link.user_id, is_active=True).first() if link else None
    if link is None or user is None:
        return _private(render(request, "reminders/action_unknown.html", status=404))
    now = timezone.now()
    with translation.override(user.language), timezone.override(user.zone):
        form = _date_form(request, link, user, now)
        if request.method == "POST" and (form is None or form.is_valid()):
            if form is not None:
                # The day stands in an address of its own, so that sending the form twice is once.
                link = Link(link.action, link.user_id, form.cleaned_data["until"], link.rewatches)
            _follow(request, link, user, now)
            if request.POST.get("List-Unsubscribe") == "One-Click":
                return HttpResponse(content_type="text/plain")
            return redirect(path_of(link))
        return _page(request, link, user, now, form)


def _date_form(request: HttpRequest, link: Link, user: User, now: datetime) -> SnoozeForm | None:
    """The form of a link that moves to a day which is not chosen yet."""
    if link.action is not Action.SNOOZE or link.on is not None:
        return None
    sent = request.POST if request.method == "POST" else None
    return SnoozeForm(sent, today=slots.local_date(now, user.zone))


def _follow(request: HttpRequest, link: Link, user: User, now: datetime) -> None:
    today = slots.local_date(now, user.zone)
    if link.action is Action.UNSUBSCRIBE:
        services.unsubscribe(user=user, now=now)
    elif link.action is Action.DIGEST_OFF:
        services.switch_digest(user=user, on=False, now=now)
    elif link.on is None:
        return
    elif link.action is Action.SNOOZE:
        services.snooze_together(
            user_id=user.pk, rewatch_ids=link.rewatches, until=link.on, now=now
        )
    elif link.action is Action.RECALL:
        _answer(link, user, request.POST.get("answer", link.answer), link.on, now)
    elif link.on > today:
        services.pause_reminders(user=user, until=link.on, now=now)


def _answer(link: Link, user: User, answer: str, asked_on: date, now: datetime) -> None:
    for rewatch in _rewatches_of(link, user):
        try:
            services.answer_recall(rewatch=rewatch, answer=answer, now=now, asked_on=asked_on)
        except DomainError:
            # It is over, or was asked again: the page says so, from the rows.
            continue


def _rewatches_of(link: Link, user: User) -> list[Rewatch]:
    rows = Rewatch.objects.filter(pk__in=link.rewatches, membership__user=user)
    return list(rows.select_related("membership__user").order_by("id"))


def _page(
    request: HttpRequest, link: Link, user: User, now: datetime, form: SnoozeForm | None
) -> HttpResponse:
    """The question, or, where it is so already, the answer: it is read from the rows and not from the address."""
    today = slots.local_date(now, user.zone)
    wake = selectors.wake_of(user=user)
    context: dict[str, object] = {"today": today, "wake": wake, "on": link.on, "form": form}
    if link.action is Action.UNSUBSCRIBE:
        context["is_done"] = wake.unsubscribed_at is not None
    elif link.action is Action.DIGEST_OFF:
        context["is_done"] = wake.digest_off_at is not None
    elif link.action is Action.PAUSE:
        context["is_over"] = link.on is not None and link.on <= today
        context["is_done"] = wake.paused and wake.paused_until == link.on
    elif link.action is Action.RECALL:
        context |= _recall_context(link, user, today)
    else:
        context |= _snooze_context(link, user, today)
    status = 422 if form is not None and form.errors else 200
    return _private(render(request, TEMPLATES[link.action], context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    # The address is a key: it must not be told to where the next click leads.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _snooze_context(link: Link, user: User, today: date) -> dict[str, object]:
    rewatches = Rewatch.objects.open().filter(pk__in=link.rewatches, membership__user=user)
    days = dict(rewatches.values_list("pk", "due_on"))
    on = spacing.snoozed_to(target=link.on or today, today=today)
    left = [rewatch_id for rewatch_id in link.rewatches if rewatch_id in days]
    return {
        "on": on,
        "lines": due_lines(rewatch_ids=left, today=today),
        "is_done": bool(left)
        and link.on is not None
        and all(days[rewatch_id] == on for rewatch_id in left),
    }


def _recall_context(link: Link, user: User, today: date) -> dict[str, object]:
    """The question with the day that each answer leads to; without one where it is over."""
    rewatches = _rewatches_of(link, user)
    if not rewatches or link.on is None:
        return {}
    rewatch = rewatches[0]
    question = recalls.recall_question(rewatch=rewatch, asked_on=link.on, today=today)
    choices = [
        (answer.value, answer.label, question.moved_to(answer.value))
        for answer in Rewatch.RecallAnswer
    ]
    return {
        "question": question,
        "choices": choices,
        "chosen": link.answer,
        "is_due": rewatch.due_on <= today,
        "lines": due_lines(rewatch_ids=[rewatch.pk], today=today),
    }
