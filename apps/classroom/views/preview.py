"""/notes/preview/: what a note will look like, drawn by the same hand that draws it later."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.accounts.requests import AuthenticatedRequest, for_its_reader
from apps.notes.models import Note
from apps.notes.services import MAX_TEXT_LENGTH, TEXTS


@login_required
@never_cache
@require_POST
@for_its_reader
def preview(request: AuthenticatedRequest) -> HttpResponse:
    """The texts of a note that is being written; nothing is kept."""
    kind = request.POST.get("kind", "")
    texts = {name: request.POST.get(name, "")[:MAX_TEXT_LENGTH] for name in TEXTS}
    note = Note(kind=kind if kind in Note.Kind.values else Note.Kind.CONCEPT, **texts)
    return render(request, "components/note_texts.html", {"note": note})
