"""What is written between the passes: the scaffold after the first, the recall before the second."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest
from apps.classroom.desks import draft_document
from apps.classroom.forms.notebook import new_key
from apps.classroom.forms.pass_texts import RecallForm, ScaffoldForm
from apps.classroom.seats import Seat, learner_seat
from apps.classroom.views.watching import page_context
from apps.core.dates import in_days_words
from apps.core.errors import DomainError, InvalidValue
from apps.notes.models import Note
from apps.notes.selectors import drafts_of
from apps.notes.services import MAX_TEXT_LENGTH, discard_draft, keep_draft
from apps.progress.models import SECOND_PASS, Rating, Viewing
from apps.progress.services import (
    open_viewing,
    refusal_to_open,
    skip_recall,
    skip_scaffold,
    write_recall,
)
from apps.reminders import spacing
from apps.reminders.services import write_scaffold


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scaffold(request: AuthenticatedRequest, cohort: str, video: str) -> HttpResponse:
    """The main concepts and how they hang together, right after the first pass or later."""
    now = timezone.now()
    seat = learner_seat(user=request.user, cohort=cohort, video=video)
    first = seat.first
    if first is None or not first.is_completed:
        return redirect("classroom:first", cohort=cohort, video=video)
    # On the way into the second pass it is asked once more, and leads there.
    is_on_the_way = request.GET.get("then") == "second"
    there = seat.address("second") if is_on_the_way else _home_address(seat)
    if request.POST.get("action") == "skip":
        if not is_on_the_way:
            skip_scaffold(viewing=first, now=now)
        return redirect(there)
    form = ScaffoldForm(request.POST or None, initial=_scaffold_initial(first))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            rewatch = write_scaffold(
                viewing=first,
                concepts=values["concepts"],
                links=values["links"],
                rating=values["rating"],
                now=now,
            )
        except InvalidValue as refusal:
            form.add_error(FORM_FIELDS.get(refusal.field), str(refusal.detail))
        else:
            discard_draft(viewing=first, key="scaffold")
            if rewatch is not None and rewatch.is_open and not is_on_the_way:
                messages.success(request, _saved_words(rewatch.due_on, seat.today(now)))
            return redirect(there)
    context = page_context(seat, now) | {
        "form": form,
        "rating_days": _rating_days(seat, now),
        "is_on_the_way": is_on_the_way,
        "drafts": _drafts(first, "scaffold"),
    }
    return render(request, "classroom/scaffold.html", context, status=_status(form))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: AuthenticatedRequest, cohort: str, video: str) -> HttpResponse:
    """An empty field before the second pass: what do you remember? The answer opens the pass.

    In a cohort that does not ask, one button does.
    """
    now = timezone.now()
    seat = learner_seat(user=request.user, cohort=cohort, video=video)
    if seat.second is not None and is_desk_open(seat, seat.second):
        _keep_late_recall(request, seat.second, now)
        return redirect(seat.address("second"))
    context = page_context(seat, now)
    refusal = refusal_to_open(
        membership=seat.membership, video=seat.video, number=SECOND_PASS, now=now
    )
    override = "anyway" in request.GET or bool(request.POST.get("override"))
    if refusal is not None and not (override and refusal.extra.get("may_override")):
        return render(request, "classroom/doorstep.html", context | {"refusal": refusal})
    form = RecallForm(request.POST or None)
    asks = seat.membership.cohort.recall_first
    is_skipped = request.POST.get("action") == "skip" or not asks
    if request.method == "POST" and (is_skipped or form.is_valid()):
        viewing = open_viewing(
            membership=seat.membership,
            video=seat.video,
            number=SECOND_PASS,
            now=now,
            override=override,
        )
        try:
            if not asks:
                pass
            elif is_skipped:
                skip_recall(viewing=viewing, now=now)
            else:
                write_recall(viewing=viewing, text=form.cleaned_data["text"], now=now)
        except InvalidValue as refused:
            form.add_error("text", str(refused.detail))
        else:
            if seat.first is not None:
                discard_draft(viewing=seat.first, key="recall")
            return redirect(_way_into_second(seat))
    context |= {
        "form": form,
        "override": refusal is not None,
        "drafts": _drafts(seat.first, "recall"),
    }
    page = "classroom/recall.html" if asks else "classroom/second_door.html"
    return render(request, page, context, status=_status(form))


def _keep_late_recall(request: AuthenticatedRequest, second: Viewing, now: datetime) -> None:
    """Other words from another tab, after the recall was answered: the draft of a note at the desk."""
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    is_news = text and text != second.recall.replace("\r\n", "\n").strip()
    if not is_news or request.POST.get("action") == "skip":
        return
    try:
        keep_draft(
            viewing=second,
            key=new_key(),
            kind=Note.Kind.OBSERVATION,
            values={"body": text[:MAX_TEXT_LENGTH]},
            now=now,
        )
    except DomainError as refusal:
        messages.error(request, str(refusal.detail))
    else:
        words = _("What you remember was written before. These words are the draft of a note now.")
        messages.info(request, words)


# The services' names of fields, where they differ from the form's.
FORM_FIELDS = {"concepts": "concept_1", "links": "links", "rating": "rating", "text": "links"}


def is_desk_open(seat: Seat, second: Viewing) -> bool:
    """Whether this open second pass shows its desk: what is remembered was asked, or the cohort does not ask."""
    return not seat.membership.cohort.recall_first or is_recall_answered(second)


def is_recall_answered(viewing: Viewing) -> bool:
    """Whether the empty field was answered or passed by; playing has begun otherwise."""
    return (
        viewing.recall_at is not None
        or viewing.recall_skipped_at is not None
        or viewing.covered_ms > 0
        or viewing.is_completed
    )


def _drafts(first: Viewing | None, key: str) -> list[dict[str, Any]]:
    """The server's draft of this text, for js/draft.js."""
    found = drafts_of(viewing=first) if first is not None else ()
    return [draft_document(draft) for draft in found if draft.key == key]


def _way_into_second(seat: Seat) -> str:
    """Past the scaffold, if it was never written."""
    if seat.first is not None and seat.first.scaffold is None:
        return f"{seat.address('scaffold')}?then=second"
    return seat.address("second")


def _home_address(seat: Seat) -> str:
    return reverse("classroom:home", kwargs={"cohort": seat.membership.cohort.slug})


def _scaffold_initial(first: Viewing) -> dict[str, Any]:
    kept = first.scaffold or {}
    concepts = {
        f"concept_{number}": concept
        for number, concept in enumerate(kept.get("concepts", []), start=1)
    }
    return concepts | {"links": kept.get("links", ""), "rating": first.rating}


def _rating_days(seat: Seat, now: datetime) -> list[tuple[str, Any, date]]:
    """Each rating with its words and the day on which the second pass would be due.

    Empty once the rating moves nothing any more: a reminder was sent, or the promise has ended.
    """
    rewatch = seat.rewatch
    if rewatch is None or not rewatch.is_open or rewatch.reminders_sent or rewatch.snoozes:
        return []
    offsets = seat.membership.cohort.ladder
    return [
        (
            value,
            words,
            spacing.due_on_after_rating(
                anchor_on=rewatch.anchor_on,
                ladder=spacing.ladder_for(value, offsets=offsets),
                due_on=rewatch.due_on,
                today=seat.today(now),
            ),
        )
        for value, words in Rating.choices
    ]


def _saved_words(due_on: date, today: date) -> str:
    return _("Saved. Leave it alone now; the second pass is due %(day)s.") % {
        "day": in_days_words(due_on, today)
    }


def _status(form: RecallForm | ScaffoldForm) -> int:
    return 422 if form.is_bound and form.errors else 200
