"""Invitations by mail: the list that is written, and the report of what became of each line."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import access, selectors, services
from apps.cohorts.mailings import mailing_of, rows_of_mailing, tally_of
from apps.cohorts.models import JoinRequest, Letter, MailingRow
from apps.core.csv_files import csv_response
from apps.core.errors import DomainError, InvalidValue, RoleRequired
from apps.dashboards.people_forms import FIELD_OF_INVITATION, MailingForm

PAGE_SIZE = 50
JOINED = pgettext_lazy("an invited person", "came in")
# An invitation that was used for a place on the waiting list.
PLACES: dict[str, str | Promise] = {
    JoinRequest.State.ASKED: pgettext_lazy("an invited person", "waits for an answer"),
    JoinRequest.State.WAITING: pgettext_lazy("an invited person", "waits for a place"),
    JoinRequest.State.DECLINED: pgettext_lazy(
        "an invited person", "was taken off the waiting list"
    ),
    JoinRequest.State.WITHDRAWN: pgettext_lazy(
        "an invited person", "gave the place on the waiting list back"
    ),
}
STATES: dict[str, str | Promise] = {
    Letter.State.WAITING: pgettext_lazy("an invitation by mail", "waits to be sent"),
    Letter.State.SENDING: pgettext_lazy("an invitation by mail", "is being sent"),
    Letter.State.SENT: pgettext_lazy("an invitation by mail", "sent"),
    Letter.State.FAILED: pgettext_lazy("an invitation by mail", "failed"),
    Letter.State.STOPPED: pgettext_lazy("an invitation by mail", "not sent"),
}
SKIPPED = pgettext_lazy("a line of a list", "left out")
WITHDRAWN = gettext_lazy("stopped before it was sent")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list in words: what stood there, how it stands, and why where it is not well."""

    row: MailingRow
    state: str | Promise
    why: str | Promise
    is_troubled: bool


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mailing_create(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """Paste addresses or choose a file; then read the report."""
    now = timezone.now()
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    subject = membership.cohort
    if not access.may_invite(membership):
        raise RoleRequired
    form = MailingForm(request.POST or None, request.FILES or None, cohort=subject, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.invite_by_mail(
                cohort=subject, user=request.user, now=now, **form.invitation()
            )
        except InvalidValue as error:
            form.add_error(FIELD_OF_INVITATION.get(error.field, error.field), str(error.detail))
        except DomainError as error:
            form.add_error(None, str(error.detail))
        else:
            return redirect("dashboards:mailing", cohort=subject.slug, mailing=made.pk)
    context = {
        "membership": membership,
        "cohort": subject,
        "form": form,
        "rate": settings.LETTERS_PER_MINUTE,
        "nav_current": "people",
    }
    return render(request, "dashboards/mailing_create.html", context)


@login_required
@require_safe
def mailing(request: AuthenticatedRequest, cohort: str, mailing: int) -> HttpResponse:
    """The report: how many stand where, and each line, those in trouble on request alone."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    found = mailing_of(cohort=membership.cohort, mailing_id=mailing)
    only_troubled = "troubled" in request.GET
    rows = rows_of_mailing(mailing=found)
    page = Paginator(rows.troubled() if only_troubled else rows, PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    tally = tally_of(mailing=found)
    context = {
        "membership": membership,
        "cohort": membership.cohort,
        "mailing": found,
        "tally": tally,
        "minutes": ceil(tally.waiting / settings.LETTERS_PER_MINUTE),
        "only_troubled": only_troubled,
        "page": page,
        "lines": [line_of(row) for row in page],
        "nav_current": "people",
    }
    return render(request, "dashboards/mailing.html", context)


@login_required
@require_POST
def mailing_stop(request: AuthenticatedRequest, cohort: str, mailing: int) -> HttpResponse:
    """Send nothing more of a list."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    found = mailing_of(cohort=membership.cohort, mailing_id=mailing)
    count = services.stop_mailing(mailing=found, by=request.user, now=timezone.now())
    messages.success(
        request,
        ngettext(
            "Stopped: %(count)d invitation is not sent any more.",
            "Stopped: %(count)d invitations are not sent any more.",
            count,
        )
        % {"count": count},
    )
    return redirect("dashboards:mailing", cohort=membership.cohort.slug, mailing=found.pk)


@login_required
@require_safe
def mailing_csv(request: AuthenticatedRequest, cohort: str, mailing: int) -> StreamingHttpResponse:
    """The whole report as a file."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    found = mailing_of(cohort=membership.cohort, mailing_id=mailing)
    return csv_response(
        name=f"{membership.cohort.slug}-invitations-{found.pk}",
        heads=(_("Line"), _("Address"), _("External id"), _("State"), _("Why")),
        rows=_cells(rows_of_mailing(mailing=found).iterator(chunk_size=1000)),
    )


def _cells(rows: Iterator[MailingRow]) -> Iterator[tuple[int | str | Promise, ...]]:
    for row in rows:
        line = line_of(row)
        yield row.line, row.address or row.text, row.external_id, line.state, line.why


def line_of(row: MailingRow) -> Line:
    if row.outcome != MailingRow.Outcome.INVITED:
        return Line(row, SKIPPED, row.get_outcome_display(), is_troubled=True)
    invitation = row.invitation
    if invitation is None:
        return Line(row, STATES[Letter.State.STOPPED], "", is_troubled=True)
    if invitation.uses:
        place: str | None = getattr(row, "place", None)
        return Line(row, PLACES.get(place or "", JOINED), "", is_troubled=False)
    letter = invitation.letter
    state = Letter.State(letter.state)
    troubled = state in (Letter.State.FAILED, Letter.State.STOPPED)
    why = WITHDRAWN if state == Letter.State.STOPPED else letter.reason
    return Line(row, STATES[state], why, is_troubled=troubled)
