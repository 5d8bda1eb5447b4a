"""What changed between two documents, told line by line in plain words.

Videos are compared by slug wherever they stand; phases by their number. A video counts as moved
when it went to another phase or passed another video, not when something was put before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from apps.curriculum.document.content import CurriculumDocument
from apps.curriculum.document.writing import plain_document

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """`before` is None for what came, `after` for what went."""

    place: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return _("%(place)s: new, %(after)s") % {"place": self.place, "after": self.after}
        if self.after is None:
            return _("%(place)s: gone, was %(before)s") % {
                "place": self.place,
                "before": self.before,
            }
        return _("%(place)s: was %(before)s, is now %(after)s") % {
            "place": self.place,
            "before": self.before,
            "after": self.after,
        }


def differences(old: CurriculumDocument, new: CurriculumDocument) -> tuple[Difference, ...]:
    """All that `new` says otherwise than `old`; empty exactly when both are equal."""
    return tuple(_differences(old, new))


def _differences(old: CurriculumDocument, new: CurriculumDocument) -> Iterator[Difference]:
    before, after = plain_document(old), plain_document(new)
    for plain in (before, after):
        # Compared on their own below.
        plain.pop("outcomes", None)
        for phase in plain.setdefault("phases", []):
            phase.pop("videos", None)
        plain |= {
            _("phase %(number)d") % {"number": number}: phase
            for number, phase in enumerate(plain.pop("phases"), 1)
        }
    yield from _compared("", before, after)
    yield from _outcomes(old, new)
    yield from _videos(old, new)


def _outcomes(old: CurriculumDocument, new: CurriculumDocument) -> Iterator[Difference]:
    before, after = plain_document(old).get("outcomes", {}), plain_document(new).get("outcomes", {})
    for heading in dict.fromkeys([*before, *after]):
        place = f"outcomes › {heading}"
        old_ones = {each["code"]: each for each in before.get(heading, ())}
        new_ones = {each["code"]: each for each in after.get(heading, ())}
        yield from _compared(place, old_ones, new_ones)
        old_order = [code for code in old_ones if code in new_ones]
        new_order = [code for code in new_ones if code in old_ones]
        if old_order != new_order:
            order = _("%(place)s, order") % {"place": place}
            yield Difference(order, _said(old_order), _said(new_order))


def _videos(old: CurriculumDocument, new: CurriculumDocument) -> Iterator[Difference]:
    before, after = _places(old), _places(new)
    moved = moved_slugs(tuple(before), tuple(after))
    for slug, (phase, plain) in before.items():
        if slug not in after:
            yield Difference(_("video %(slug)s") % {"slug": slug}, _in_phase(phase, plain), None)
    for slug, (phase, plain) in after.items():
        place = _("video %(slug)s") % {"slug": slug}
        if slug not in before:
            yield Difference(place, None, _in_phase(phase, plain))
            continue
        old_phase, old_plain = before[slug]
        if old_phase != phase or slug in moved:
            yield Difference(
                " › ".join((place, _("place"))),
                _place(old, slug, old_phase),
                _place(new, slug, phase),
            )
        yield from _compared(place, old_plain, plain)


def _places(document: CurriculumDocument) -> dict[str, tuple[int, Plain]]:
    phases = plain_document(document).get("phases", [])
    return {
        video.slug: (number, plain)
        for number, (phase, plain_phase) in enumerate(zip(document.phases, phases, strict=True), 1)
        for video, plain in zip(phase.videos, plain_phase.get("videos", []), strict=True)
    }


def moved_slugs(before: tuple[str, ...], after: tuple[str, ...]) -> set[str]:
    """Videos of both that are out of their old order: all but a longest common run of them."""
    both = set(before) & set(after)
    old_order = [slug for slug in before if slug in both]
    new_order = [slug for slug in after if slug in both]
    kept = SequenceMatcher(a=old_order, b=new_order, autojunk=False).get_matching_blocks()
    return both - {slug for block in kept for slug in old_order[block.a : block.a + block.size]}


def _in_phase(phase: int, plain: Plain) -> str:
    # A draft may lack the title yet.
    texts = plain.get("title", {})
    title = texts.get("en") or texts.get("ru") or plain.get("youtube") or plain.get("slug")
    return _("“%(title)s” in phase %(phase)d") % {"title": title, "phase": phase}


def _place(document: CurriculumDocument, slug: str, phase: int) -> str:
    number = [video.slug for video in document.videos].index(slug) + 1
    return _("number %(number)d in phase %(phase)d") % {"number": number, "phase": phase}


def _compared(place: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _compared(
                f"{place} › {key}" if place else key, before.get(key), after.get(key)
            )
        return
    yield Difference(place, _said(before), _said(after))


def _said(value: Any) -> str | None:
    """A value in words; a mapping of languages is told by its English."""
    match value:
        case None:
            return None
        case bool():
            return _("yes") if value else _("no")
        case {"en": str(text)}:
            return f"“{text}”"
        case {"title": dict(text)} | {"text": dict(text)} | {"is_not": dict(text)}:
            return _said(text)
        case {"min": low, "max": high}:
            return f"{low}–{high}"
        case {"name": str(name)}:
            return name
        case dict():
            return ", ".join(f"{key} {_said(part)}" for key, part in value.items())
        case list():
            return ", ".join(_said(part) or "" for part in value)
        case str():
            return f"“{value}”"
    return str(value)
