"""/r/<token>/: what a link in a mail does. Following it shows a page with a button; only the button acts.

Mail programs and firewalls follow links by themselves, so a GET changes nothing. A POST needs neither a cookie nor
a CSRF token: the one in the address proves more. Mail providers send one to unsubscribe (RFC 8058), and want a 200.
"""

from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.reminders import selectors, services, slots, spacing
from apps.reminders.lines import due_lines
from apps.reminders.links import Action, Link, link_of
from apps.reminders.models import Rewatch

TEMPLATES = {
    Action.SNOOZE: "reminders/action_snooze.html",
    Action.PAUSE: "reminders/action_pause.html",
    Action.UNSUBSCRIBE: "reminders/action_unsubscribe.html",
}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, token: str) -> HttpResponse:
    link = link_of(token)
    user = User.objects.filter(pk=link.user_id, is_active=True).first() if link else None
    if link is None or user is None:
        raise Http404
    now = timezone.now()
    with translation.override(user.language), timezone.override(user.zone):
        if request.method == "POST":
            _follow(link, user, now)
            if request.POST.get("List-Unsubscribe") == "One-Click":
                return HttpResponse(content_type="text/plain")
            return redirect("reminders:action", token=token)
        return _page(request, link, user, now)


def _follow(link: Link, user: User, now: datetime) -> None:
    today = slots.local_date(now, user.zone)
    if link.action is Action.UNSUBSCRIBE:
        services.unsubscribe(user=user, now=now)
    elif link.on is not None and link.action is Action.SNOOZE:
        services.snooze_together(
            user_id=user.pk, rewatch_ids=link.rewatches, until=link.on, now=now
        )
    elif link.on is not None and link.on > today:
        services.pause_reminders(user=user, until=link.on, now=now)


def _page(request: HttpRequest, link: Link, user: User, now: datetime) -> HttpResponse:
    """The question, or, where it is so already, the answer: it is read from the rows and not from the address."""
    today = slots.local_date(now, user.zone)
    wake = selectors.wake_of(user=user)
    context: dict[str, object] = {"today": today, "wake": wake, "on": link.on}
    if link.action is Action.UNSUBSCRIBE:
        context["is_done"] = wake.unsubscribed_at is not None
    elif link.action is Action.PAUSE:
        context["is_over"] = link.on is not None and link.on <= today
        context["is_done"] = wake.paused and wake.paused_until == link.on
    else:
        context |= _snooze_context(link, user, today)
    response = render(request, TEMPLATES[link.action], context)
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
        "is_done": bool(left) and all(days[rewatch_id] == on for rewatch_id in left),
    }
