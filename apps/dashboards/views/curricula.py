"""Curricula from their editors' side: the list, a new one, and who published what when."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import AuthenticatedRequest, for_its_reader
from apps.cohorts.selectors import taught_by
from apps.core.errors import InvalidValue
from apps.core.localized import localized
from apps.curriculum.plan_differences import plan_differences
from apps.curriculum.selectors import (
    current_revisions,
    draft_state,
    drafts,
    revision_outline,
    revisions_of,
)
from apps.curriculum.services import EditingNotAllowed, begin_curriculum, check_may_edit
from apps.dashboards.curriculum_forms import BeginForm

Params = ParamSpec("Params")


def for_editors(
    view: Callable[Concatenate[AuthenticatedRequest, Params], HttpResponse],
) -> Callable[Concatenate[AuthenticatedRequest, Params], HttpResponse]:
    """A page for those who may edit curricula, all of them; others read why they may not."""

    @login_required
    @for_its_reader
    @wraps(view)
    def guarded(
        request: AuthenticatedRequest, /, *args: Params.args, **kwargs: Params.kwargs
    ) -> HttpResponse:
        try:
            check_may_edit(user=request.user)
        except EditingNotAllowed:
            return render(request, "dashboards/curricula/refused.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def curricula(request: AuthenticatedRequest) -> HttpResponse:
    """All curricula and drafts of new ones; POST begins a new one."""
    newest = list(current_revisions())
    begun = {draft.slug: draft for draft in drafts()}
    known = [(each.curriculum.slug, localized(each.title)) for each in newest]
    form = BeginForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        title = {code: data[f"title_{code}"] for code in ("en", "ru") if data[f"title_{code}"]}
        try:
            draft = begin_curriculum(
                slug=data["slug"],
                title=title,
                copied=data["copied"],
                by=request.user,
                now=timezone.now(),
            )
        except InvalidValue as error:
            form.add_error("slug", str(error.detail))
        else:
            return redirect("curricula:plan", curriculum=draft.slug)
    slugs = {slug for slug, _title in known}
    context = {
        "published": [(each, begun.get(each.curriculum.slug)) for each in newest],
        "begun": [draft for slug, draft in begun.items() if slug not in slugs],
        "form": form,
        "nav_current": "curricula",
    }
    return render(request, "dashboards/curricula/curricula.html", context)


@require_safe
@for_editors
def history(request: AuthenticatedRequest, curriculum: str) -> HttpResponse:
    """Every revision, who published it and when; `?revision=` shows what one changed."""
    state = draft_state(slug=curriculum)
    revisions = revisions_of(slug=curriculum)
    asked = request.GET.get("revision", "")
    shown = next((each for each in revisions if str(each.number) == asked), None)
    shown = shown or (revisions[0] if revisions else None)
    before = next((each for each in revisions if shown and each.number < shown.number), None)
    differences: tuple[str, ...] = ()
    if shown and before:
        differences = plan_differences(
            revision_outline(revision_id=before.pk), revision_outline(revision_id=shown.pk)
        )
    context = {
        "state": state,
        "revisions": revisions,
        "shown": shown,
        "before": before,
        "differences": differences,
        "behind": [
            each
            for each in taught_by(user=request.user)
            if each.role == "instructor"
            and each.cohort.archived_at is None
            and each.cohort.revision_id in {revision.pk for revision in revisions[1:]}
        ],
        "place": "history",
        "nav_current": "curricula",
    }
    return render(request, "dashboards/curricula/history.html", context)
