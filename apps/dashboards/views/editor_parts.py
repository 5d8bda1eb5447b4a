"""The parts of a draft, a page for each: the curriculum itself, a phase, a video, an outcome.

A page saves with its button, and with JavaScript as one writes (`Accept: application/json`).
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest
from apps.curriculum.draft.plan import HEADINGS, KEY, PartGone, Plain, Plan, mark_of
from apps.curriculum.selectors import DraftState, draft_state
from apps.curriculum.services import DraftChanged, change_draft
from apps.curriculum.services.drafts import Seen
from apps.dashboards.curriculum_parts import (
    AboutForm,
    OutcomeForm,
    PartForm,
    PhaseForm,
)
from apps.dashboards.curriculum_video import VideoForm, outcome_words
from apps.dashboards.curriculum_words import headings_of, video_title
from apps.dashboards.views.curricula import for_editors

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@for_editors
def about(request: AuthenticatedRequest, curriculum: str) -> HttpResponse:
    """Titles and texts of the curriculum itself."""
    state = draft_state(slug=curriculum)
    form = AboutForm(request.POST or None, part=state.plan.part("about", ""))
    context = {"form": form, "place": "about", "template": "about"}
    return _page(request, state, form, "", context)


@require_http_methods(METHODS)
@for_editors
def phase(request: AuthenticatedRequest, curriculum: str, phase: str) -> HttpResponse:
    """One phase; `remove` takes it out, and its videos are put aside."""
    state = draft_state(slug=curriculum)
    part = _part(state, "phase", phase)
    if request.method == "POST" and "remove" in request.POST:
        return _remove(request, state, "phase", phase)
    if part is None and request.method != "POST":
        return _gone(request, state)
    form = PhaseForm(request.POST or None, part=part or {})
    numbers = [each[KEY] for each in state.plan.phases]
    context = {
        "form": form,
        "number": numbers.index(phase) + 1 if phase in numbers else 0,
        "place": "plan",
        "template": "phase",
    }
    return _page(request, state, form, phase, context)


@require_http_methods(METHODS)
@for_editors
def video(request: AuthenticatedRequest, curriculum: str, video: str) -> HttpResponse:
    """One video: its own facts, what it serves, and its place."""
    state = draft_state(slug=curriculum)
    part = _part(state, "video", video)
    if part is None and request.method != "POST":
        return _gone(request, state)
    # Where somebody has put it aside meanwhile, what was typed is still shown.
    known = part or next(
        (each for each in state.plan.aside if _is(each, video)), {"youtube": video}
    )
    form = VideoForm(request.POST or None, part=known, outcomes=list(state.plan.all_outcomes()))
    at = None
    if part is not None:
        owner, _video = state.plan.video(video)
        at = (str(owner[KEY]), owner["videos"].index(part) + 1)
    context = {
        "form": form,
        "video": known,
        "name": video,
        "title": video_title(known),
        "at": at,
        "phases": list(enumerate(state.plan.phases, 1)),
        "place": "plan",
        "template": "video",
    }
    return _page(request, state, form, video, context)


@require_http_methods(METHODS)
@for_editors
def outcomes(request: AuthenticatedRequest, curriculum: str) -> HttpResponse:
    """The lists of outcomes; POST adds one to `heading`."""
    state = draft_state(slug=curriculum)
    posted = request.POST.get("heading", "") if request.method == "POST" else ""
    forms = {
        heading: OutcomeForm(
            request.POST if posted == heading else None, part={"code": "new"}, heading=heading
        )
        for heading in HEADINGS
    }
    for heading, form in forms.items():
        form.auto_id = f"id_{heading}_%s"
    if posted in forms and forms[posted].is_valid():
        values = forms[posted].values()
        code = change_draft(
            slug=curriculum,
            change=lambda plan: plan.add_outcome(posted, values),
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("The outcome is added. Name it at the videos that serve it."))
        response = redirect("curricula:outcomes", curriculum=curriculum)
        response["Location"] += f"#outcome-{code}"
        return response
    counts: dict[str, int] = {}
    for _phase, each in state.plan.videos():
        for code in each.get("outcomes", ()):
            counts[code] = counts.get(code, 0) + 1
    context = {
        "state": state,
        "lists": [
            (
                heading,
                words,
                [
                    (each, outcome_words(heading, each), counts.get(each["code"], 0))
                    for each in parts
                ],
                forms[heading],
            )
            for heading, words, parts in headings_of(state.plan)
        ],
        "posted": posted,
        "place": "outcomes",
        "nav_current": "curricula",
    }
    return render(request, "dashboards/curricula/outcomes.html", context)


@require_http_methods(METHODS)
@for_editors
def outcome(request: AuthenticatedRequest, curriculum: str, outcome: str) -> HttpResponse:
    """One outcome in both languages; `remove` takes it out, also of the videos that name it."""
    state = draft_state(slug=curriculum)
    part = _part(state, "outcome", outcome)
    if request.method == "POST" and "remove" in request.POST:
        return _remove(request, state, "outcome", outcome)
    if part is None:
        return _gone(request, state)
    heading, _outcome = state.plan.outcome(outcome)
    form = OutcomeForm(request.POST or None, part=part, heading=heading)
    context = {
        "form": form,
        "is_pair": heading == "is_not",
        "place": "outcomes",
        "template": "outcome",
        "serving": [
            video_title(each)
            for _phase, each in state.plan.videos()
            if outcome in each.get("outcomes", ())
        ],
    }
    return _page(request, state, form, outcome, context)


def _is(video: Plain, slug: str) -> bool:
    return slug in (video.get("youtube"), video.get("slug"))


def _part(state: DraftState, kind: str, name: str) -> Plain | None:
    try:
        return state.plan.part(kind, name)
    except PartGone:
        return None


def _page(
    request: AuthenticatedRequest, state: DraftState, form: PartForm, name: str, context: Plain
) -> HttpResponse:
    """Show the form, or save it; what somebody else wrote meanwhile is shown beside."""
    is_quiet = request.headers.get("Accept") == "application/json"
    now = timezone.now()
    part = _part(state, form.kind, name)
    context |= {"state": state, "nav_current": "curricula", "mark": mark_of(part or {})}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                mark = _save(request, state.slug, form, name, now)
            except (DraftChanged, PartGone) as error:
                status = 409
                context |= {
                    "refusal": error.title,
                    "theirs": _theirs(form, part),
                    "gone": part is None,
                }
            else:
                if is_quiet:
                    return JsonResponse({"mark": mark})
                messages.success(request, _("Saved in the draft."))
                return redirect(request.path)
        if is_quiet:
            errors = {} if status == 409 else form.errors
            return JsonResponse({"errors": errors}, status=status)
    template = f"dashboards/curricula/{context.pop('template')}.html"
    return render(request, template, context, status=status)


def _save(
    request: AuthenticatedRequest, slug: str, form: PartForm, name: str, now: datetime
) -> str:
    """Put the form's values into the draft; the mark of what stands there then."""
    values = form.values()

    def change(plan: Plan) -> str:
        plan.change(form.kind, name, values)
        return mark_of(plan.part(form.kind, name))

    seen = Seen(form.kind, name, request.POST.get("mark", ""))
    return change_draft(slug=slug, change=change, by=request.user, now=now, seen=seen)


def _theirs(form: PartForm, part: Plain | None) -> list[tuple[Any, str]]:
    """Fields where what stands in the draft is not what was typed here."""
    if part is None:
        return []
    shown = form.initial_of(part)
    mine = {name: form[name].value() for name in form.fields}
    return [
        (form[name].label, _said(shown.get(name)) or "–")
        for name in form.fields
        if _said(shown.get(name)) != _said(mine[name])
    ]


def _said(value: Any) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return _("yes")
        case list():
            return ", ".join(sorted(str(each) for each in value))
    return str(value).replace("\r\n", "\n")


def _gone(request: AuthenticatedRequest, state: DraftState) -> HttpResponse:
    messages.error(request, f"{PartGone.title}.")
    return redirect("curricula:plan", curriculum=state.slug)


def _remove(request: AuthenticatedRequest, state: DraftState, kind: str, name: str) -> HttpResponse:
    """Take a phase or an outcome out, as it was shown."""

    def change(plan: Plan) -> str:
        if kind == "phase":
            plan.remove_phase(name)
            return _("The phase is taken out; its videos are put aside.")
        plan.remove_outcome(name)
        return _("The outcome is taken out.")

    seen = Seen(kind, name, request.POST.get("mark", ""))
    try:
        words = change_draft(
            slug=state.slug, change=change, by=request.user, now=timezone.now(), seen=seen
        )
    except (DraftChanged, PartGone) as error:
        messages.error(request, _("%(what)s. Look at it again.") % {"what": error.title})
        return redirect(request.path)
    messages.success(request, words)
    target = "curricula:plan" if kind == "phase" else "curricula:outcomes"
    return redirect(target, curriculum=state.slug)
