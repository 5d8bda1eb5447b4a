"""/notes/<id>/: one note with its answers; its owner decides here who sees it."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest
from apps.classroom.forms.answers import AnswerForm
from apps.cohorts.models import Membership
from apps.core.errors import InvalidValue
from apps.notes.models import Answer, Note
from apps.notes.selectors import answers_to, own_answer, own_note, readable_note
from apps.notes.services import (
    AnswerChangedElsewhere,
    change_answer,
    change_note,
    delete_answer,
    settle_question,
    write_answer,
)

SHARED_WORDS = {
    Note.Visibility.PRIVATE: gettext_lazy("Only you see this note again."),
    Note.Visibility.INSTRUCTORS: gettext_lazy("Your instructors see this note now."),
    Note.Visibility.COHORT: gettext_lazy("Your cohort and its instructors see this note now."),
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: AuthenticatedRequest, note: int) -> HttpResponse:
    """Whoever may read it; a stranger, or a share that was taken back, is not found."""
    found = readable_note(user=request.user, note_id=note)
    if request.method == "POST":
        return _action(request, found, timezone.now())
    asked = request.GET.get("edit", "")
    answer = own_answer(user=request.user, note_id=note, answer_id=asked) if asked else None
    form = AnswerForm(initial={"body": answer.body, "version": answer.version} if answer else None)
    return _page(request, found, form=form, answer=answer)


def _action(request: AuthenticatedRequest, note: Note, now: datetime) -> HttpResponse:
    match request.POST.get("action", ""):
        case "share":
            return _share(request, note, now)
        case "answer":
            return _answer(request, note, now)
        case "settle" if note.kind == Note.Kind.QUESTION:
            mine = own_note(user=request.user, note_id=note.pk)
            settle_question(note=mine, is_settled=request.POST.get("settled") == "yes", now=now)
            return HttpResponseRedirect(f"{_address(note)}#answers-title")
        case "delete":
            answer = own_answer(
                user=request.user, note_id=note.pk, answer_id=request.POST.get("answer", "")
            )
            delete_answer(answer=answer)
            messages.success(request, _("Your answer is deleted."))
            return HttpResponseRedirect(_address(note))
        case _:
            raise Http404


def _share(request: AuthenticatedRequest, note: Note, now: datetime) -> HttpResponse:
    mine = own_note(user=request.user, note_id=note.pk)
    wanted = request.POST.get("visibility", "")
    if wanted not in Note.Visibility.values:
        raise Http404
    if wanted != mine.visibility:
        change_note(note=mine, now=now, visibility=wanted)
        messages.success(request, str(SHARED_WORDS[Note.Visibility(wanted)]))
    back = request.POST.get("back", "")
    # Back to the list as it was; an address of ours only.
    is_list = back.startswith(f"{reverse('classroom:notes')}?") or back == reverse(
        "classroom:notes"
    )
    return HttpResponseRedirect(back if is_list else _address(note))


def _answer(request: AuthenticatedRequest, note: Note, now: datetime) -> HttpResponse:
    form = AnswerForm(request.POST)
    answer_id = request.POST.get("answer", "")
    answer = (
        own_answer(user=request.user, note_id=note.pk, answer_id=answer_id) if answer_id else None
    )
    if form.is_valid():
        body = form.cleaned_data["body"]
        try:
            if answer is None:
                written = write_answer(user=request.user, note_id=note.pk, body=body, now=now)
            else:
                written = change_answer(
                    answer=answer,
                    body=body,
                    now=now,
                    expected_version=form.cleaned_data["version"],
                )
        except InvalidValue as refusal:
            form.add_error("body", str(refusal.detail))
        except AnswerChangedElsewhere:
            words = _(
                "This answer was changed in another place meanwhile. Your text is still here: copy"
                " it, open the answer again and put both together."
            )
            form.add_error(None, words)
        else:
            return HttpResponseRedirect(f"{_address(note)}#answer-{written.pk}")
    return _page(request, note, form=form, answer=answer)


def _page(
    request: AuthenticatedRequest, note: Note, *, form: AnswerForm, answer: Answer | None
) -> HttpResponse:
    owner = note.viewing.membership
    is_mine = owner.user_id == request.user.pk
    reader = (
        owner
        if is_mine
        else Membership.objects.active()
        .select_related("cohort__revision__curriculum")
        .get(user=request.user, cohort=owner.cohort_id)
    )
    context = {
        "note": note,
        "is_mine": is_mine,
        "is_question": note.kind == Note.Kind.QUESTION,
        "answers": list(answers_to(note=note)),
        "form": form,
        "edited": answer,
        "now": timezone.now(),
        "membership": reader,
        "nav_current": "notes",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "classroom/note.html", context, status=status)


def _address(note: Note) -> str:
    return reverse("classroom:note", kwargs={"note": note.pk})
