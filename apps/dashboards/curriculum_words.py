"""Words for the parts of a curriculum: names of fields, what a draft still needs, what changes for videos."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.core.localized import localized
from apps.curriculum.document import CurriculumDocument, VideoEntry
from apps.curriculum.document.writing import plain_video
from apps.curriculum.draft.checking import LACKS, Need
from apps.curriculum.draft.plan import HEADINGS, PartGone, Plain, Plan

LABELS: dict[str, Promise] = {
    "title": _("Title"),
    "summary": _("In a sentence or two"),
    "role": _("What its learner becomes"),
    "result": _("What one can do at the end"),
    "prerequisites": _("What one needs before"),
    "goal": _("Why this phase is there"),
    "hours": _("Hours"),
    "topics": _("Topics"),
    "description": _("What is in it"),
    "hint": _("What to take care of"),
    "author": _("Author"),
    "credits": _("Thanks to"),
    "language": _("Spoken language"),
    "duration": _("Length"),
    "duration_is_approximate": _("The length is approximate"),
    "sources": _("Other places to watch it"),
    "captions": _("Captions"),
    "file": _("File below the media folder"),
    "is_guest": _("By a guest"),
    "is_coding": _("Code is typed by hand"),
    "needs_torch": _("Needs PyTorch"),
    "outcomes": _("Outcomes it serves"),
    "text": _("Outcome"),
    "is_not": _("What one is not"),
    "is": _("What one is instead"),
    "videos": _("Videos"),
    "phases": _("Phases"),
    "slug": _("Name in addresses"),
}
IN_LANGUAGE: dict[str, Promise] = {"en": _("English"), "ru": _("Russian")}
HEADING_WORDS: dict[str, Promise] = {
    "is_not": _("What one is, and what one is not"),
    "does": _("What one does"),
    "must_know": _("What one must know"),
}
# A video's own, the same in every revision.
FACTS = (
    "title", "author", "duration", "duration_is_approximate", "language", "file", "sources",
    "captions", "topics", "description", "hint", "credits", "is_guest", "is_coding", "needs_torch",
)  # fmt: skip
LONGEST = 160


@dataclass(frozen=True, slots=True)
class NeedLine:
    """Something to do before publishing, and where."""

    place: str
    words: str
    link: str


def need_lines(slug: str, plan: Plan, needs: list[Need]) -> list[NeedLine]:
    """One line for each field; a text missing in both languages is one."""
    lines = []
    for need in needs:
        line = NeedLine(place_of(plan, need), _need_words(need), link_of(slug, need))
        if line not in lines:
            lines.append(line)
    return lines


def place_of(plan: Plan, need: Need) -> str:
    """The part's name as people know it."""
    try:
        part = plan.part(need.kind, need.name)
    except PartGone:
        return ""
    match need.kind:
        case "video":
            return video_title(part)
        case "phase":
            number = [each is plan.phase(need.name) for each in plan.phases].index(True) + 1
            return gettext("Phase %(number)d") % {"number": number}
        case "outcome":
            return localized(part.get("text") or part.get("is_not") or {}) or str(part["code"])
    return gettext("The curriculum itself")


def video_title(video: Plain) -> str:
    return localized(video.get("title", {})) or str(video.get("youtube") or video.get("slug"))


def _need_words(need: Need) -> str:
    name, _dot, language = need.field.partition(".")
    label = LABELS.get(name)
    if need.kind == "phase" and name == "videos":
        return gettext("No video stands in it yet.")
    if need.kind == "about" and name == "phases":
        return gettext("No phase stands in it yet.")
    if need.kind == "video" and name == "outcomes" and need.code in (*LACKS, "wrong_count"):
        return gettext("It serves no outcome yet.")
    if label is None or need.code not in LACKS:
        return need.reason
    if language in IN_LANGUAGE:
        return gettext("Missing: %(field)s, in %(language)s.") % {
            "field": label,
            "language": {"en": gettext("English"), "ru": gettext("Russian")}[language],
        }
    return gettext("Missing: %(field)s.") % {"field": label}


def link_of(slug: str, need: Need) -> str:
    """Where it is put right, at the very field."""
    name, _dot, language = need.field.partition(".")
    fields = {"hours": "hours_min", "outcomes": "outcomes"}
    field = f"{name}_{language}" if language in IN_LANGUAGE else fields.get(name, name)
    if need.code in LACKS and language == "" and name in TEXTS:
        field = f"{name}_en"
    if name in ("videos", "phases"):
        return reverse("curricula:plan", args=[slug]) + (f"#phase-{need.name}" if need.name else "")
    match need.kind:
        case "video" | "phase" | "outcome":
            address = reverse(f"curricula:{need.kind}", args=[slug, need.name])
        case _:
            address = reverse("curricula:about", args=[slug])
    return f"{address}#id_{field}"


TEXTS = {
    "title", "summary", "role", "result", "prerequisites", "goal", "topics", "description", "hint",
    "text", "is_not", "is",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact of a video that becomes another one, everywhere."""

    title: str
    label: str
    before: str
    after: str


def fact_changes(old: CurriculumDocument, new: CurriculumDocument) -> tuple[FactChange, ...]:
    """What changes of the videos that both place."""
    before = {video.slug: video for video in old.videos}
    return tuple(
        change
        for video in new.videos
        if video.slug in before
        for change in _changes(before[video.slug], video)
    )


def served_changes(old: CurriculumDocument, new: CurriculumDocument) -> tuple[str, ...]:
    """Which videos of both serve other outcomes than before, in sentences."""
    before = {video.slug: video for video in old.videos}
    return tuple(
        gettext("“%(title)s” serves other outcomes.") % {"title": video.title}
        for video in new.videos
        if video.slug in before and before[video.slug].outcomes != video.outcomes
    )


def _changes(old: VideoEntry, new: VideoEntry) -> Iterator[FactChange]:
    before, after = plain_video(old), plain_video(new)
    for name in FACTS:
        one, other = before.get(name), after.get(name)
        if one == other:
            continue
        label = str(LABELS[name])
        if name in TEXTS:
            one, other = one or {}, other or {}
            for language, word in IN_LANGUAGE.items():
                if one.get(language) != other.get(language):
                    yield FactChange(
                        str(new.title),
                        f"{label} · {word}",
                        _said(one.get(language)),
                        _said(other.get(language)),
                    )
            continue
        yield FactChange(str(new.title), label, _said(one), _said(other))


def _said(value: Any) -> str:
    match value:
        case None | "" | [] | {}:
            return "–"
        case bool():
            return gettext("yes")
        case dict():
            text = ", ".join(f"{key} {_said(part)}" for key, part in value.items())
        case list():
            text = "; ".join(_said(part) for part in value)
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def headings_of(plan: Plan) -> list[tuple[str, Promise, list[Plain]]]:
    """The lists of outcomes with their names."""
    return [(each, HEADING_WORDS[each], plan.outcomes(each)) for each in HEADINGS]


def added_words(count: int) -> str:
    return ngettext("%(count)d video is added.", "%(count)d videos are added.", count) % {
        "count": count
    }
