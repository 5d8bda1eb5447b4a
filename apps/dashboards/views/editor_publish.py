"""A draft as a whole: its document, its preview, what it changes, publishing it and throwing it away."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.core.errors import DomainError
from apps.core.localized import language_name
from apps.curriculum.document import (
    CurriculumDocument,
    DocumentRefused,
    Fault,
    plain_document,
    read_document,
    write_yaml,
)
from apps.curriculum.document.differences import differences
from apps.curriculum.draft.checking import lenient, needs
from apps.curriculum.draft.outlines import document_of_outline, outline_of_document
from apps.curriculum.draft.plan import Plan, slug_of, with_keys
from apps.curriculum.outline import Outline
from apps.curriculum.plan_differences import plan_differences
from apps.curriculum.selectors import DraftState, draft_state, revision_outline
from apps.curriculum.services import DraftChanged, change_draft, discard_draft
from apps.dashboards.curriculum_forms import DocumentForm
from apps.dashboards.curriculum_words import (
    FactChange,
    fact_changes,
    need_lines,
    served_changes,
    video_title,
)
from apps.dashboards.views.curricula import for_editors
from apps.progress.services import publish_draft


@dataclass(frozen=True, slots=True)
class Changes:
    """What a document changes against another: the plan, videos' own facts, and all of it line by line."""

    plan: tuple[str, ...]
    facts: tuple[FactChange, ...]
    all: tuple[str, ...]


def changes(
    old: CurriculumDocument, old_outline: Outline, new: CurriculumDocument, new_outline: Outline
) -> Changes:
    return Changes(
        plan=plan_differences(old_outline, new_outline) + served_changes(old, new),
        facts=fact_changes(old, new),
        all=tuple(str(each) for each in differences(old, new)),
    )


def changes_of_draft(state: DraftState) -> Changes | None:
    """What publishing would change; None for a first revision."""
    if state.newest is None:
        return None
    document, _faults = lenient(state.plan.document)
    return changes(
        document_of_outline(state.newest),
        state.newest,
        document,
        outline_of_document(document, number=state.newest_number + 1),
    )


@require_safe
@for_editors
def preview(request: AuthenticatedRequest, curriculum: str) -> HttpResponse:
    """The curriculum's page as learners would read it."""
    state = draft_state(slug=curriculum)
    document, _faults = lenient(state.plan.document)
    outline = outline_of_document(document, number=state.newest_number + 1)
    languages = dict.fromkeys(video.spoken_language for video in outline.videos)
    context = {
        "outline": outline,
        "spoken": ", ".join(language_name(code) for code in languages),
        "preview": state,
        "nav_current": "curricula",
    }
    return render(request, "curriculum/curriculum.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def publish(request: AuthenticatedRequest, curriculum: str) -> HttpResponse:
    """GET tells what the draft changes; POST publishes what was shown."""
    now = timezone.now()
    status = 200
    if request.method == "POST":
        try:
            published = publish_draft(
                slug=curriculum,
                version=_number(request.POST.get("version")),
                newest=_number(request.POST.get("newest")),
                by=request.user,
                now=now,
            )
        except DocumentRefused:
            status = 422
        except DraftChanged:
            messages.error(request, _("The draft has changed since. Read it again."))
            status = 409
        except DomainError as error:
            messages.info(request, f"{error.title}.")
            status = error.status
        else:
            number = published.revision.number
            messages.success(request, _("Revision %(number)d is published.") % {"number": number})
            return redirect("curricula:history", curriculum=curriculum)
    state = draft_state(slug=curriculum)
    base = state.draft.base if state.draft else None
    context = {
        "state": state,
        "number": state.newest_number + 1,
        "needs": need_lines(curriculum, state.plan, needs(state.plan.document)),
        "changes": changes_of_draft(state),
        "outdated": plan_differences(revision_outline(revision_id=base.pk), state.newest)
        if state.is_outdated and state.newest and base
        else None,
        "dropped": _never_published(state),
        "place": "publish",
        "nav_current": "curricula",
    }
    return render(request, "dashboards/curricula/publish.html", context, status=status)


def _never_published(state: DraftState) -> list[str]:
    """Titles put aside that no revision ever had: they end with the draft."""
    known = set(state.newest.videos_by_slug) if state.newest else set()
    return [video_title(each) for each in state.plan.aside if slug_of(each) not in known]


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def discard(request: AuthenticatedRequest, curriculum: str) -> HttpResponse:
    """Throw the draft away, after a page that says what goes."""
    state = draft_state(slug=curriculum)
    if request.method == "POST":
        try:
            discard_draft(
                slug=curriculum, version=_number(request.POST.get("version")), by=request.user
            )
        except DraftChanged as error:
            messages.error(request, f"{error.title}.")
        else:
            messages.success(request, _("The draft is thrown away."))
            if state.newest is None:
                return redirect("curricula:curricula")
            return redirect("curricula:plan", curriculum=curriculum)
        return redirect(request.path)
    if state.draft is None:
        return redirect("curricula:plan", curriculum=curriculum)
    context = {
        "state": state,
        "changes": changes_of_draft(state),
        "place": "",
        "nav_current": "curricula",
    }
    return render(request, "dashboards/curricula/discard.html", context)


@require_safe
@for_editors
def document_file(request: AuthenticatedRequest, curriculum: str) -> HttpResponse:
    """The draft as a YAML file; what is missing is missing in it."""
    state = draft_state(slug=curriculum)
    text = write_yaml(lenient(state.plan.document)[0])
    name = f"{curriculum}-draft.yaml" if state.draft else f"{curriculum}.yaml"
    return HttpResponse(
        text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def document(request: AuthenticatedRequest, curriculum: str) -> HttpResponse:
    """Bring a document in: first its faults by line or what it changes in the draft, then the word."""
    state = draft_state(slug=curriculum)
    form = DocumentForm(request.POST or None, request.FILES or None)
    context = {"state": state, "place": "document", "nav_current": "curricula"}
    status = 200
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        raw = sent.read() if sent else form.cleaned_data["text"]
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
        try:
            read = read_document(raw)
            if read.slug != curriculum:
                raise _other_slug(text, read.slug, curriculum)
        except DocumentRefused as error:
            status = 422
            lines = text.splitlines()
            context["faults"] = [
                (each, lines[each.line - 1].strip()[:120] if each.line <= len(lines) else "")
                for each in error.faults
            ]
        else:
            version = request.POST.get("version", "")
            if "apply" in request.POST and version == str(state.version):
                return _apply(request, state, read)
            if "apply" in request.POST:
                status = 409
                messages.error(request, _("The draft has changed since. Read it again."))
            context |= {"read": read, "changes": _against(state, read)}
        form = DocumentForm(initial={"text": text})
        context["text"] = text
    context["form"] = form
    return render(request, "dashboards/curricula/document.html", context, status=status)


def _other_slug(text: str, slug: str, wanted: str) -> DocumentRefused:
    lines = text.splitlines()
    line = next(
        (at for at, each in enumerate(lines, 1) if each.lstrip('{ "').startswith("slug")), 1
    )
    reason = _("This document is of “%(slug)s”; here “%(wanted)s” is edited.")
    return DocumentRefused(
        (Fault(line, "slug", "bad_slug", reason % {"slug": slug, "wanted": wanted}),)
    )


def _against(state: DraftState, read: CurriculumDocument) -> Changes:
    """What the document changes in the draft."""
    old, _faults = lenient(state.plan.document)
    return changes(
        old,
        outline_of_document(old, number=state.newest_number + 1),
        read,
        outline_of_document(read, number=state.newest_number + 1),
    )


def _apply(
    request: AuthenticatedRequest, state: DraftState, read: CurriculumDocument
) -> HttpResponse:
    """Put the document into the draft; videos that it leaves out are put aside."""

    def change(plan: Plan) -> None:
        if _version(state) != state.version:
            raise DraftChanged
        named = {video.slug for video in read.videos}
        plan.aside[:] = [each for each in plan.aside if slug_of(each) not in named]
        plan.aside.extend(video for _phase, video in plan.videos() if slug_of(video) not in named)
        plan.document.clear()
        plan.document.update(with_keys(plain_document(read)))

    try:
        change_draft(slug=state.slug, change=change, by=request.user, now=timezone.now())
    except DraftChanged as error:
        messages.error(request, f"{error.title}.")
        return redirect(request.path)
    messages.success(request, _("The document is in the draft. Nothing is published yet."))
    return redirect("curricula:publish", curriculum=state.slug)


def _version(state: DraftState) -> int:
    """The draft's version under the lock that `change_draft` holds."""
    return draft_state(slug=state.slug).version


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1
