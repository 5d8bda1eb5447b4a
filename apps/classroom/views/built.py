"""What was built along with a coding video: told on a page of its own, its file given to whoever may have it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.classroom.forms.built import BuiltForm
from apps.classroom.seats import learner_seat
from apps.classroom.views.watching import page_context
from apps.core.errors import InvalidValue, NotFound
from apps.progress.built import built_of, keep_built, remove_built
from apps.progress.selectors import readable_built


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def built(request: AuthenticatedRequest, cohort: str, video: str) -> HttpResponse:
    """A link or a file; only in the second pass of a coding video."""
    now = timezone.now()
    seat = learner_seat(user=request.user, cohort=cohort, video=video)
    viewing = seat.second
    if viewing is None or not seat.video.is_coding:
        raise NotFound
    if request.POST.get("action") == "remove":
        remove_built(viewing=viewing)
        messages.success(request, _("It is taken away."))
        return redirect(seat.address("built"))
    form = BuiltForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            keep_built(
                viewing=viewing,
                link=form.cleaned_data["link"],
                file=form.cleaned_data["file"],
                now=now,
            )
        except InvalidValue as refusal:
            form.add_error(refusal.field, str(refusal.detail))
        else:
            messages.success(request, _("Kept: what you built."))
            return redirect(seat.address("built"))
    context = page_context(seat, now) | {
        "form": form,
        "built": built_of(viewings=[viewing]).get(seat.video.pk),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "classroom/built.html", context, status=status)


@login_required
@never_cache
@require_safe
def built_file(request: AuthenticatedRequest, built: int) -> FileResponse:
    """The file, for its learner and the instructors of the cohort; never shown, only saved."""
    found = readable_built(user=request.user, built_id=built)
    if not found.file:
        raise NotFound
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        raise NotFound from None
    response = FileResponse(
        content,
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
