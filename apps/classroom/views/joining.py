"""Ways into a cohort: by an invitation link, into an open cohort, or alone."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import access
from apps.cohorts import selectors as cohorts
from apps.cohorts.errors import CohortFull, InvitationForAnother, InvitationInvalid
from apps.cohorts.models import Cohort, Invitation, JoinRequest, Membership
from apps.cohorts.queue import cohorts_to_join, own_requests
from apps.cohorts.services import ask_to_join, withdraw_request
from apps.core.errors import DomainError, NotFound
from apps.curriculum.models import Revision
from apps.curriculum.outline import Outline
from apps.curriculum.selectors import current_revisions, revision_outline
from apps.overview import services as overview

GONE = 410


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """What the link leads to, and the button that joins; whatever is wrong with it is said here."""
    now = timezone.now()
    try:
        invitation = cohorts.any_invitation(code=code)
    except InvitationInvalid as error:
        return _refused(request, error, None)
    user = request.user if isinstance(request.user, User) else None
    membership = _membership(user, invitation.cohort)
    if membership is None and request.method == "POST" and request.POST.get("act") == "wait":
        return _wait(request, user, invitation, now)
    if membership is None:
        refusal = _refusal(invitation)
        if refusal is not None:
            return _refused(request, refusal, invitation)
    if request.method == "POST":
        if user is None:
            return redirect_to_login(request.path)
        try:
            joined = overview.join_by_invitation(user=user, code=code, now=now)
        except DomainError as error:
            return _refused(request, error, invitation)
        return _welcome(request, joined, is_new=membership is None)
    context = {
        "invitation": invitation,
        "cohort": invitation.cohort,
        "outline": revision_outline(revision_id=invitation.cohort.revision_id),
        "already": membership,
        "home": home_of(membership) if membership else "",
        "back": urlencode({"next": request.path}),
    }
    return render(request, "classroom/join.html", context)


def _wait(
    request: HttpRequest, user: User | None, invitation: Invitation, now: datetime
) -> HttpResponse:
    """Onto the waiting list of a full cohort; or in, where there is room by now."""
    if user is None:
        return redirect_to_login(request.path)
    try:
        found = overview.wait_by_invitation(user=user, code=invitation.code, now=now)
    except DomainError as error:
        return _refused(request, error, invitation)
    if isinstance(found, Membership):
        return _welcome(request, found, is_new=True)
    messages.success(request, _("You are on the waiting list. A mail tells you when you are in."))
    return redirect("classroom:start")


def _refusal(invitation: Invitation) -> DomainError | None:
    error = access.refusal_of_invitation(invitation, timezone.now())
    if error is None and invitation.role == Membership.Role.LEARNER:
        return None if cohorts.has_room(cohort=invitation.cohort) else CohortFull()
    return error


def _refused(
    request: HttpRequest, error: DomainError, invitation: Invitation | None
) -> HttpResponse:
    """The page that says plainly why this link lets nobody in, and what to do now."""
    # A link that worked once is gone; one that never existed is not there.
    status = error.status if error.status in (403, 404) else GONE
    is_full = isinstance(error, CohortFull)
    user = request.user if isinstance(request.user, User) else None
    waiting = (
        is_full
        and invitation is not None
        and user is not None
        and (own_requests(user=user).filter(cohort=invitation.cohort).first())
    )
    context = {
        "error": error,
        "waiting": waiting or None,
        "back": urlencode({"next": request.path}),
        "invitation": invitation,
        "inviter": invitation.created_by if invitation else None,
        "is_full": is_full,
        "is_for_another": isinstance(error, InvitationForAnother),
    }
    return render(request, "classroom/join_refused.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Choice:
    """A curriculum that one can begin alone."""

    revision: Revision
    outline: Outline


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: AuthenticatedRequest) -> HttpResponse:
    """My cohorts to go on with, open cohorts to join, curricula to begin alone."""
    if request.method == "POST":
        return _begin(request)
    now = timezone.now()
    here = [each for each in cohorts.all_memberships_of(user=request.user) if not each.ended_at]
    mine = [each for each in here if each.cohort.archived_at is None]
    my_cohorts = {membership.cohort_id for membership in mine}
    alone = {
        membership.cohort.revision.curriculum_id for membership in mine if membership.cohort.is_solo
    }
    asked = list(own_requests(user=request.user))
    asked_for = {each.cohort_id for each in asked}
    context = {
        "mine": [(membership, home_of(membership)) for membership in mine],
        "finished": [(each, home_of(each)) for each in here if each.cohort.archived_at],
        "asked": asked,
        "open": [
            each
            for each in cohorts_to_join(now=now)
            if each.pk not in my_cohorts and each.pk not in asked_for
        ],
        "curricula": [
            Choice(revision, revision_outline(revision_id=revision.pk))
            for revision in current_revisions()
            if revision.curriculum_id not in alone
        ],
        "may_create": cohorts.may_create_cohorts(user=request.user),
    }
    return render(request, "classroom/start.html", context)


def _begin(request: AuthenticatedRequest) -> HttpResponse:
    now = timezone.now()
    # PostgreSQL cannot even be asked about a NUL byte.
    cohort, curriculum = (
        request.POST.get(name, "").replace("\0", "") for name in ("cohort", "curriculum")
    )
    act = request.POST.get("act", "join")
    user = request.user
    before = set(cohorts.memberships_of(user=user).values_list("pk", flat=True))
    done: Membership | JoinRequest
    try:
        if cohort and act == "withdraw":
            withdraw_request(user=user, cohort_slug=cohort, now=now)
            messages.success(request, _("Taken back."))
            return redirect("classroom:start")
        if cohort and act == "ask":
            words = request.POST.get("words", "").replace("\0", "")
            done = ask_to_join(user=user, cohort_slug=cohort, words=words, now=now)
        elif cohort and act == "wait":
            done = overview.wait_for_open_cohort(user=user, cohort_slug=cohort, now=now)
        elif cohort:
            done = overview.join_open(user=user, cohort_slug=cohort, now=now)
        else:
            done = overview.start_alone(user=user, curriculum_slug=curriculum, now=now)
    except NotFound:
        # It was closed, archived or renamed since the page was read.
        messages.error(request, _("That cohort is not open any more. Choose another one."))
        return redirect("classroom:start")
    except DomainError as refusal:
        messages.error(request, f"{str(refusal.detail).rstrip('.')}.")
        return redirect("classroom:start")
    if isinstance(done, Membership):
        return _welcome(request, done, is_new=done.pk not in before)
    if done.state == JoinRequest.State.WAITING:
        told = _("You are on the waiting list. A mail tells you when you are in.")
    else:
        told = _("You asked to join. An instructor answers, and a mail tells you.")
    messages.success(request, told)
    return redirect("classroom:start")


def home_of(membership: Membership) -> str:
    """Where a member begins: learners on their home, instructors and observers on the dashboard."""
    page = "classroom:home" if access.is_learner(membership) else "dashboards:cohort"
    return reverse(page, kwargs={"cohort": membership.cohort.slug})


def _membership(user: User | None, cohort: Cohort) -> Membership | None:
    if user is None:
        return None
    try:
        return cohorts.membership_in(user=user, cohort_slug=cohort.slug)
    except NotFound:
        return None


def _welcome(request: HttpRequest, membership: Membership, *, is_new: bool) -> HttpResponse:
    if is_new:
        words = (
            _("Begin whenever you like.")
            if membership.cohort.is_solo
            else _("Welcome to %(cohort)s.") % {"cohort": membership.cohort.name}
        )
        messages.success(request, words)
    return redirect(home_of(membership))
