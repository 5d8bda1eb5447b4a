"""The plan of a curriculum's draft: its phases and videos in their order, and what moves them about."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.requests import AuthenticatedRequest
from apps.core.errors import InvalidValue
from apps.core.localized import localized
from apps.curriculum.document.writing import plain_video
from apps.curriculum.draft.checking import lenient, needs, part_faults
from apps.curriculum.draft.outlines import entry_of_video, outline_of_document
from apps.curriculum.draft.pasting import LineFault, PastedVideo, read_pasted
from apps.curriculum.draft.plan import KEY, PartGone, Plain, Plan, plain_of_pasted, slug_of
from apps.curriculum.selectors import DraftState, archived_videos, draft_state
from apps.curriculum.services import change_draft
from apps.dashboards.curriculum_words import added_words, need_lines, video_title
from apps.dashboards.views.curricula import for_editors

MOST_CHARACTERS = 256 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def plan(request: AuthenticatedRequest, curriculum: str) -> HttpResponse:
    """The draft as an editor sees it; POST adds what was pasted to a phase."""
    pasted: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        key, text = request.POST.get("phase", ""), request.POST.get("pasted", "")
        language = request.POST.get("language", "en")
        faults = _add(request, curriculum, key, text, language)
        if not faults:
            return redirect(f"{request.path}#add-{key}")
        pasted = {"phase": key, "text": text, "language": language, "faults": faults}
        status = 422
    context = plan_context(draft_state(slug=curriculum)) | {"pasted": pasted}
    return render(request, "dashboards/curricula/plan.html", context, status=status)


def plan_context(state: DraftState) -> Plain:
    document, _faults = lenient(state.plan.document)
    outline = outline_of_document(document, number=state.newest_number + 1)
    lines = need_lines(state.slug, state.plan, needs(state.plan.document))
    placed = {slug_of(video) for _phase, video in state.plan.videos()}
    aside = [(slug_of(each), video_title(each), False) for each in state.plan.aside]
    known = placed | state.plan.aside_slugs()
    aside += [
        (each.slug, localized(each.title), True)
        for each in archived_videos(slug=state.slug, without=known)
    ]
    return {
        "state": state,
        "outline": outline,
        "phases": [
            (phase, shown, list(zip(phase["videos"], shown.videos, strict=True)))
            for phase, shown in zip(state.plan.phases, outline.phases, strict=True)
        ],
        "needs": lines,
        "aside": aside,
        "place": "plan",
        "nav_current": "curricula",
    }


def _add(
    request: AuthenticatedRequest, slug: str, key: str, text: str, language: str
) -> list[LineFault]:
    """Add the pasted videos to the phase, all or none of them."""
    if len(text) > MOST_CHARACTERS:
        return [LineFault(1, _("This is too long."))]
    read = read_pasted(text)
    if read.faults or not read.videos:
        return list(read.faults) or [LineFault(1, _("Paste a link first."))]
    archived = {
        each.slug: plain_video(entry_of_video(each))
        for each in archived_videos(slug=slug, without=())
    }
    faults: list[LineFault] = []

    def change(draft: Plan) -> None:
        phase = draft.phase(key)
        placed = {slug_of(video): (at, video) for at, video in draft.videos()}
        aside = draft.aside_slugs()
        found: list[Plain] = []
        for video in read.videos:
            plain = plain_of_pasted(video, language)
            name = slug_of(plain)
            bad = part_faults("video", plain)
            if bad:
                faults.append(LineFault(video.line, bad[0].reason))
            elif name in placed:
                faults.append(_placed_already(draft, video, name))
            elif name in aside:
                found.append(draft.from_aside(name))
            else:
                found.append(archived.get(name, plain))
        if faults:
            raise InvalidValue(faults[0].reason)
        draft.add_videos(phase[KEY], found)

    try:
        change_draft(slug=slug, change=change, by=request.user, now=timezone.now())
    except InvalidValue:
        return faults
    except PartGone as error:
        return [LineFault(1, str(error.title))]
    messages.success(request, added_words(len(read.videos)))
    return []


def _placed_already(draft: Plan, video: PastedVideo, name: str) -> LineFault:
    number, phase = draft.number_of(name)
    reason = _("This video is in the curriculum already: number %(number)d, in phase %(phase)d.")
    return LineFault(video.line, reason % {"number": number, "phase": phase})


@require_POST
@for_editors
def order(request: AuthenticatedRequest, curriculum: str) -> HttpResponse:
    """One command: `move` (kind, name, step), `place` (video, phase, number), `add`, `aside` or `back`.

    Commands are about what stands there now, so that two editors who order do not undo each other.
    """
    command = _command(request, curriculum)
    if command is None:
        return HttpResponse(status=422)
    change, anchor = command
    try:
        words = change_draft(slug=curriculum, change=change, by=request.user, now=timezone.now())
    except PartGone as error:
        messages.error(request, f"{error.title}.")
    else:
        if words:
            messages.success(request, words)
    target = "outcomes" if anchor.startswith("outcome") else "plan"
    response = redirect(f"curricula:{target}", curriculum=curriculum)
    response["Location"] += f"#{anchor}"
    return response


def _command(request: AuthenticatedRequest, slug: str) -> tuple[Callable[[Plan], str], str] | None:
    data = request.POST
    for name in ("move", "place", "aside", "back", "add"):
        parts = data.get(name, "").split()
        match name, parts:
            case "move", [("video" | "phase" | "outcome") as kind, part, ("-1" | "1") as step]:
                return _move(kind, part, int(step)), f"{kind}-{part}"
            case "place", [video, phase, number] if number.isascii() and number.isdigit():
                return _place(video, phase, int(number[:4])), f"video-{video}"
            case "place", [video] if data.get("number", "").isdigit():
                number = data["number"][:4]
                return _place(video, data.get("phase", ""), int(number)), f"video-{video}"
            case "aside", [video]:
                return _put_aside(video), "aside"
            case "back", [video]:
                return _bring_back(slug, video), f"video-{video}"
            case "add", ["phase"]:
                return _add_phase, "phases-end"
    return None


def _move(kind: str, name: str, step: int) -> Callable[[Plan], str]:
    def change(draft: Plan) -> str:
        if kind == "phase":
            draft.move_phase(name, step)
            number = [each[KEY] for each in draft.phases].index(name) + 1
            return _("The phase is number %(number)d now.") % {"number": number}
        if kind == "outcome":
            draft.move_outcome(name, step)
            heading, outcome = draft.outcome(name)
            number = draft.outcomes(heading).index(outcome) + 1
            return _("The outcome is number %(number)d now.") % {"number": number}
        draft.move_video(name, step)
        return _stands(draft, name)

    return change


def _place(video: str, phase: str, number: int) -> Callable[[Plan], str]:
    def change(draft: Plan) -> str:
        draft.place_video(video, phase, number)
        return _stands(draft, video)

    return change


def _stands(draft: Plan, video: str) -> str:
    number, phase = draft.number_of(video)
    title = video_title(draft.video(video)[1])
    return _("“%(title)s” is number %(number)d now, in phase %(phase)d.") % {
        "title": title,
        "number": number,
        "phase": phase,
    }


def _put_aside(video: str) -> Callable[[Plan], str]:
    def change(draft: Plan) -> str:
        title = video_title(draft.video(video)[1])
        draft.put_aside(video)
        return _("“%(title)s” is put aside. It can be brought back from below.") % {"title": title}

    return change


def _bring_back(slug: str, video: str) -> Callable[[Plan], str]:
    """To the end of the last phase."""
    archived = {each.slug: each for each in archived_videos(slug=slug, without=())}

    def change(draft: Plan) -> str:
        if not draft.phases:
            draft.add_phase()
        key = str(draft.phases[-1][KEY])
        if video in draft.aside_slugs():
            draft.add_videos(key, [draft.from_aside(video)])
        elif video in {slug_of(each) for _phase, each in draft.videos()}:
            pass
        elif video in archived:
            draft.add_videos(key, [plain_video(entry_of_video(archived[video]))])
        else:
            raise PartGone
        return _stands(draft, video)

    return change


def _add_phase(draft: Plan) -> str:
    draft.add_phase()
    return _("Phase %(number)d is added.") % {"number": len(draft.phases)}
