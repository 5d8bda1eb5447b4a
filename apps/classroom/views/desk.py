"""The second pass: the player beside the notebook, and how the pass is finished."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest, for_its_reader
from apps.classroom.desks import desk_of, drafts_here, finishing
from apps.classroom.forms.notebook import NoteForm, new_key, note_initial
from apps.classroom.notebooks import drawn_notes, nearest
from apps.classroom.players import player_setup
from apps.classroom.seats import Seat, learner_seat
from apps.classroom.sources import wish_of
from apps.classroom.views.others import others_notes, shared_part
from apps.classroom.views.texts import is_desk_open
from apps.classroom.views.watching import duration_corrected, page_context, youtube_allowed
from apps.core.errors import InvalidValue, NotFound
from apps.notes.models import Draft, Note
from apps.notes.selectors import own_note
from apps.notes.services import (
    TEXTS,
    DraftIsSaved,
    NoteChangedElsewhere,
    change_note,
    delete_note,
    discard_draft,
    write_note_of_draft,
)
from apps.progress.built import built_of
from apps.progress.elsewhere import come_back, work_elsewhere
from apps.progress.models import SECOND_PASS, Viewing
from apps.progress.services import CoverageMissing, NoteMissing
from apps.reminders.services import finish_pass

# The services' names of a note's fields, where they differ from the form's.
FORM_FIELDS = {"at_second": "at"}


@login_required
@never_cache
@youtube_allowed
@require_http_methods(["GET", "HEAD", "POST"])
@for_its_reader
def second(request: AuthenticatedRequest, cohort: str, video: str) -> HttpResponse:
    """The desk of a second pass that was opened by its recall; its notebook alone for HTMX."""
    now = timezone.now()
    seat = learner_seat(user=request.user, cohort=cohort, video=video)
    viewing = seat.second
    if viewing is None or not is_desk_open(seat, viewing):
        return redirect("classroom:recall", cohort=cohort, video=video)
    if request.method == "POST":
        return _action(request, seat, viewing, now)
    if "delete" in request.GET:
        doomed = _note_here(request, viewing, request.GET["delete"])
        context = page_context(seat, now) | {"note": doomed}
        return render(request, "classroom/note_delete.html", context)
    if "shared" in request.GET and request.htmx:
        return others_notes(request, seat)
    form = NoteForm(initial={"at": viewing.position_ms})
    note_id = request.GET.get("edit")
    note = _note_here(request, viewing, note_id) if note_id else None
    if note is not None:
        form = NoteForm(initial=note_initial(note))
    return _desk(request, seat, viewing, form=form, now=now, note=note)


def _action(
    request: AuthenticatedRequest, seat: Seat, viewing: Viewing, now: datetime
) -> HttpResponse:
    match request.POST.get("action", ""):
        case "note":
            return _save_note(request, seat, viewing, now)
        case "delete":
            note = _note_here(request, viewing, request.POST.get("note", ""))
            delete_note(note=note, now=now)
            messages.success(request, _("The note is deleted."))
        case "finish" | "self_report" as action:
            try:
                finish_pass(viewing=viewing, now=now, self_reported=action == "self_report")
            except (CoverageMissing, NoteMissing):
                # The page says there what is missing, by the facts as they then are.
                return HttpResponseRedirect(f"{seat.address('second')}?missing#finish")
        case "away" | "back" as action:
            move = work_elsewhere if action == "away" else come_back
            moved = move(viewing=viewing, now=now)
            if request.htmx:
                context = page_context(seat, now) | {
                    "desk": desk_of(seat=seat, viewing=moved, now=now)
                }
                return render(request, "classroom/jupyter.html", context)
            return HttpResponseRedirect(f"{seat.address('second')}#effort-heading")
        case "duration":
            return duration_corrected(request, seat)
        case _:
            raise Http404
    return HttpResponseRedirect(seat.address("second"))


def _save_note(
    request: AuthenticatedRequest, seat: Seat, viewing: Viewing, now: datetime
) -> HttpResponse:
    """Write or change a note. Whatever goes wrong, the text stays in the field."""
    form = NoteForm(request.POST)
    note_id = request.POST.get("note", "")
    note = _note_here(request, viewing, note_id) if note_id else None
    theirs: Note | None = None
    if form.is_valid():
        values = form.note_values()
        key = form.cleaned_data["draft"] or new_key()
        try:
            if note is None:
                write_note_of_draft(viewing=viewing, key=key, now=now, **values)
            else:
                if values["code"] == note.code:
                    values["typed_share"] = note.typed_share
                change_note(
                    note=note, now=now, expected_version=form.cleaned_data["version"], **values
                )
                discard_draft(viewing=viewing, key=key)
        except InvalidValue as refusal:
            field = FORM_FIELDS.get(refusal.field, refusal.field)
            form.add_error(field if field in form.fields else None, str(refusal.detail))
        except DraftIsSaved:
            form.add_error(None, _("This note was saved before, and deleted since."))
            form = _told_anew(request, form, draft=new_key())
        except NoteChangedElsewhere:
            theirs = _note_now(viewing, note, key)
            if _says_the_same(theirs, values):
                # Our own save, whose answer was lost on its way, is nobody else's change.
                discard_draft(viewing=viewing, key=key)
                return _saved(request, seat, viewing, now)
            form.add_error(
                None,
                _(
                    "This note was changed in another place meanwhile. Both versions are below:"
                    " save yours once more to keep it, or put both together first."
                ),
            )
            # Whoever saves again has seen the other version.
            form = _told_anew(request, form, version=str(theirs.version), draft=f"note-{theirs.pk}")
            note = theirs
        else:
            return _saved(request, seat, viewing, now)
    return _desk(request, seat, viewing, form=form, now=now, note=note, theirs=theirs)


def _saved(
    request: AuthenticatedRequest, seat: Seat, viewing: Viewing, now: datetime
) -> HttpResponse:
    if not request.htmx:
        return HttpResponseRedirect(seat.address("second"))
    # Read again: the note has changed the counts beside it.
    viewing.refresh_from_db()
    return _desk(request, seat, viewing, form=NoteForm(), now=now, note=None)


def _says_the_same(note: Note, values: dict[str, Any]) -> bool:
    names = ("kind", "at_ms", "visibility", *TEXTS)
    return all(getattr(note, name) == values[name] for name in names)


def _told_anew(request: AuthenticatedRequest, form: NoteForm, **values: str) -> NoteForm:
    """The same form with the same errors, and other hidden values."""
    data = request.POST.copy()
    for name, value in values.items():
        data[name] = value
    form.data = data
    return form


def _note_now(viewing: Viewing, note: Note | None, key: str) -> Note:
    """The note as the other device left it: the one that is changed, or the one of this draft."""
    if note is not None:
        found = Note.objects.get(pk=note.pk)
    else:
        found = Note.objects.get(
            pk__in=Draft.objects.filter(viewing=viewing, key=key).values("note")
        )
    found.viewing = viewing
    return found


def _desk(
    request: AuthenticatedRequest,
    seat: Seat,
    viewing: Viewing,
    *,
    form: NoteForm,
    now: datetime,
    note: Note | None,
    theirs: Note | None = None,
) -> HttpResponse:
    desk = desk_of(seat=seat, viewing=viewing, now=now)
    start_ms = _asked_moment(request, seat)
    is_whole = bool(request.htmx) or request.GET.get("notes") == "all"
    near_ms = viewing.position_ms if start_ms is None else start_ms
    context = page_context(seat, now) | {
        "desk": desk,
        "shown": drawn_notes(
            viewing=viewing,
            moments=desk.moments if is_whole else nearest(desk.moments, near_ms),
            here=seat.address("second"),
        ),
        "shared_part": shared_part(seat),
        "finishing": finishing(seat=seat, viewing=viewing),
        "form": form,
        "edited_note": note,
        "theirs": theirs,
        "built": built_of(viewings=[viewing]).get(seat.video.pk) if seat.video.is_coding else None,
        "drafts": drafts_here(viewing=viewing, note=note),
        "says_missing": "missing" in request.GET,
        "player": player_setup(
            seat=seat,
            viewing=viewing,
            number=SECOND_PASS,
            page="second",
            now=now,
            wish=wish_of(request),
            start_ms=start_ms,
            note_moments=[moment.at_ms for moment in desk.moments],
        ),
    }
    status = 422 if form.is_bound and form.errors else 200
    template = "classroom/second.html"
    if request.htmx:
        template = "classroom/composer.html" if form.is_bound else "classroom/notebook.html"
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ("HX-Request",))
    return response


def _asked_moment(request: AuthenticatedRequest, seat: Seat) -> int | None:
    """The moment that a link to a note asks for with `?at=` in seconds."""
    text = request.GET.get("at", "")
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return None
    return min(int(text) * 1000, seat.video.duration_ms)


def _note_here(request: AuthenticatedRequest, viewing: Viewing, note_id: str) -> Note:
    """One's own note of this very pass."""
    note = own_note(user=request.user, note_id=note_id)
    if note.viewing_id != viewing.pk:
        raise NotFound
    note.viewing = viewing
    return note
