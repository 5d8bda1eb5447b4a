"""The next step in words: what it is, what it costs, and the one button."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.dates import date_words, day_words
from apps.core.durations import duration_about
from apps.core.localized import localized
from apps.overview import next_step as steps
from apps.overview.documents import ProgressDocument
from apps.overview.lines import Line

SCAFFOLD_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Step:
    """One card. `accent` is first, second or ''; `line` is None where the step is about no video."""

    label: str
    accent: str
    title: str
    sentences: tuple[str, ...]
    button: str
    address: str
    line: Line | None
    may_wait: bool = False


def step_words(document: ProgressDocument, lines: list[Line]) -> Step:
    """The card for the document's next step; `lines` are those of the same document."""
    step = document.next_step
    line = next((each for each in lines if each.video.pk == step.video_id), None)
    if line is not None:
        match step.kind:
            case steps.SECOND_PASS:
                return _second_pass(document, line)
            case steps.FIRST_PASS:
                return _first_pass(document, line)
            case steps.SCAFFOLD:
                return _scaffold(document, line)
            case steps.REST:
                return _rest(document, line)
    if step.kind == steps.CLOSED:
        return Step(
            label=_("Archived"),
            accent="",
            title=_("This cohort is archived"),
            sentences=(
                _("Everything stays readable: the roadmap, your passes, your notes."),
                _("Nothing new begins here."),
            ),
            button=_("See the roadmap"),
            address=_in_cohort(document, "roadmap"),
            line=None,
        )
    return Step(
        label=_("Finished"),
        accent="",
        title=_("Twice through, all of it"),
        sentences=(_("Your notes stay here to be searched, and an extra pass is always welcome."),),
        button=_("See your notes"),
        address=reverse("classroom:notes"),
        line=None,
    )


def _second_pass(document: ProgressDocument, line: Line) -> Step:
    reason = document.next_step.reason
    is_open = line.second is not None
    asks = document.membership.cohort.recall_first
    cost = duration_about(line.second_seconds_left)
    if is_open:
        sentences = [_("%(about)s are left.") % {"about": capfirst(cost)}]
        notes = line.second.note_count if line.second else 0
        if notes:
            words = ngettext(
                "You have %(count)d note so far.", "You have %(count)d notes so far.", notes
            )
            sentences.append(words % {"count": notes})
    else:
        sentences = [f"{capfirst(cost)}."]
        if reason == steps.SOFT_LIMIT:
            ahead = sum(
                each.is_first_done and not each.is_second_done for each in document_owed(document)
            )
            words = ngettext(
                "%(count)d first pass waits for its second one; your cohort suggests a rewatch first.",
                "%(count)d first passes wait for their second one; your cohort suggests a rewatch first.",
                ahead,
            )
            sentences.append(words % {"count": ahead})
        elif line.first_on:
            day = date_words(line.first_on, document.today)
            sentences.append(_("First pass on %(day)s.") % {"day": day})
        if asks:
            sentences.append(_("First you write down what is still there."))
    return Step(
        label=_second_label(document, line),
        accent="second",
        title=localized(line.video.title),
        sentences=tuple(sentences),
        button=_("Go on") if is_open else _begin(asks=asks),
        address=_of_video(line, "second" if is_open else "recall"),
        line=line,
        may_wait=line.is_due,
    )


def _begin(*, asks: bool) -> str:
    return _("Start with what you remember") if asks else _("Begin the second pass")


def _second_label(document: ProgressDocument, line: Line) -> str:
    if line.state == "overdue" and line.due_on:
        return _("Second pass, overdue since %(day)s") % {
            "day": date_words(line.due_on, document.today)
        }
    if line.state == "due" and line.due_on:
        return _("Second pass, due %(day)s") % {"day": day_words(line.due_on, document.today)}
    match document.next_step.reason:
        case steps.OPEN:
            return _("Second pass, under way")
        case steps.SOFT_LIMIT:
            return _("Second pass, before the next first one")
        case steps.BONUS:
            return _("Second pass of a bonus video, if you like")
    return _("Second pass, ahead of its day")


def _first_pass(document: ProgressDocument, line: Line) -> Step:
    cost = capfirst(duration_about(line.first_seconds_left))
    if document.next_step.reason == steps.OPEN:
        label, button = _("First pass, under way"), _("Go on watching")
        sentences = [_("%(about)s are left.") % {"about": cost}]
    else:
        is_bonus = document.next_step.reason == steps.BONUS
        label = _("First pass of a bonus video, if you like") if is_bonus else _("First pass")
        button = _("Start first pass")
        sentences = [f"{cost}.", _("From start to end: no notes, no code, nothing to prepare.")]
    return Step(
        label=label,
        accent="first",
        title=localized(line.video.title),
        sentences=tuple(sentences),
        button=button,
        address=_of_video(line, "first"),
        line=line,
    )


def _scaffold(document: ProgressDocument, line: Line) -> Step:
    return Step(
        label=_("Scaffold, while it is fresh"),
        accent="first",
        title=localized(line.video.title),
        sentences=(
            f"{capfirst(duration_about(SCAFFOLD_SECONDS))}.",
            _("The main concepts, how they hang together, and how well it sits."),
        ),
        button=_("Write the scaffold"),
        address=_of_video(line, "scaffold"),
        line=line,
    )


def _rest(document: ProgressDocument, line: Line) -> Step:
    return Step(
        label=_("Rest"),
        accent="second",
        title=_("Sleep on it"),
        sentences=(
            _("Every video is watched once. Second passes go on tomorrow with “%(title)s”.")
            % {"title": localized(line.video.title)},
        ),
        button=_("See this video"),
        address=_of_video(line, "video"),
        line=line,
    )


def document_owed(document: ProgressDocument) -> list[Line]:
    """The lines of the videos that are not bonus."""
    return [
        Line(document, progress) for progress in document.videos if not progress.placement.is_bonus
    ]


def _of_video(line: Line, page: str) -> str:
    cohort = line.document.membership.cohort.slug
    return reverse(f"classroom:{page}", kwargs={"cohort": cohort, "video": line.video.slug})


def _in_cohort(document: ProgressDocument, page: str) -> str:
    return reverse(f"classroom:{page}", kwargs={"cohort": document.membership.cohort.slug})
