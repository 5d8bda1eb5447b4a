"""The plain data of a draft and what is done to it: find a part, change, add, move, put aside.

A part is named by its kind and its name: a phase by its `key`, a video by its slug, an outcome by its
code; `about` is the curriculum itself. Whoever changes a part says by `mark_of` which state was seen.
"""

import copy
import hashlib
import json
import secrets
from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.curriculum.document.writing import clock
from apps.curriculum.draft.pasting import PastedVideo

Plain = dict[str, Any]

KEY = "key"
# The headings of outcomes in their order.
HEADINGS = ("is_not", "does", "must_know")
ABOUT_KEYS = ("title", "summary", "role", "result", "prerequisites", "hours", "credits")
PHASE_KEYS = ("title", "goal", "prerequisites", "hours")
# What says which video it is stays as it is.
VIDEO_FIXED = ("youtube", "slug")


class PartGone(DomainError):
    """Somebody else has taken the part out of the draft meanwhile."""

    code = "draft_part_gone"
    title: str | Promise = _("This is not in the draft any more")


class Plan:
    """A document in the making; changes what it was given."""

    def __init__(self, document: Plain, aside: list[Plain]) -> None:
        self.document, self.aside = document, aside

    @property
    def phases(self) -> list[Plain]:
        return list_of(self.document, "phases")

    def outcomes(self, heading: str) -> list[Plain]:
        return list_of(self.document.setdefault("outcomes", {}), heading)

    def all_outcomes(self) -> Iterator[tuple[str, Plain]]:
        for heading in HEADINGS:
            for outcome in self.outcomes(heading):
                yield heading, outcome

    def videos(self) -> Iterator[tuple[Plain, Plain]]:
        """Each video with its phase, in their order."""
        for phase in self.phases:
            for video in list_of(phase, "videos"):
                yield phase, video

    def phase(self, key: str) -> Plain:
        for phase in self.phases:
            if phase[KEY] == key:
                return phase
        raise PartGone

    def video(self, slug: str) -> tuple[Plain, Plain]:
        for phase, video in self.videos():
            if slug_of(video) == slug:
                return phase, video
        raise PartGone

    def outcome(self, code: str) -> tuple[str, Plain]:
        for heading, outcome in self.all_outcomes():
            if outcome["code"] == code:
                return heading, outcome
        raise PartGone

    def part(self, kind: str, name: str) -> Plain:
        """The values of one part, without what belongs to other parts; raises PartGone."""
        match kind:
            case "about":
                return {key: value for key, value in self.document.items() if key in ABOUT_KEYS}
            case "phase":
                return {k: v for k, v in self.phase(name).items() if k in PHASE_KEYS}
            case "video":
                return self.video(name)[1]
            case "outcome":
                return self.outcome(name)[1]
        raise PartGone

    def change(self, kind: str, name: str, values: Plain) -> None:
        """Put `values` in the place of the part's own; what names it stays."""
        kept: tuple[str, ...]
        match kind:
            case "about":
                target, kept = self.document, ("format", "slug", "outcomes", "phases")
            case "phase":
                target, kept = self.phase(name), (KEY, "videos")
            case "video":
                target, kept = self.video(name)[1], VIDEO_FIXED
            case _:
                target, kept = self.outcome(name)[1], ("code",)
        own = {key: value for key, value in target.items() if key in kept}
        target.clear()
        target.update(own | values)

    def add_phase(self) -> str:
        phase: Plain = {KEY: new_key(), "videos": []}
        self.phases.append(phase)
        return str(phase[KEY])

    def remove_phase(self, key: str) -> None:
        """Its videos are put aside."""
        phase = self.phase(key)
        self.aside.extend(list_of(phase, "videos"))
        self.phases.remove(phase)

    def add_videos(self, key: str, videos: list[Plain]) -> None:
        list_of(self.phase(key), "videos").extend(videos)

    def put_aside(self, slug: str) -> None:
        phase, video = self.video(slug)
        phase["videos"].remove(video)
        self.aside.append(video)

    def aside_slugs(self) -> set[str]:
        return {slug_of(each) for each in self.aside}

    def from_aside(self, slug: str) -> Plain:
        """Take a video that was put aside out of there; raises PartGone."""
        for video in self.aside:
            if slug_of(video) == slug:
                self.aside.remove(video)
                codes = {outcome["code"] for _heading, outcome in self.all_outcomes()}
                video["outcomes"] = [each for each in video.get("outcomes", []) if each in codes]
                return video
        raise PartGone

    def add_outcome(self, heading: str, values: Plain) -> str:
        code = self._free_code(values.get("is_not" if heading == "is_not" else "text", {}))
        self.outcomes(heading).append({"code": code} | values)
        return code

    def remove_outcome(self, code: str) -> int:
        """Take it out, and out of the videos that named it; how many those were."""
        heading, outcome = self.outcome(code)
        self.outcomes(heading).remove(outcome)
        count = 0
        for _phase, video in self.videos():
            if code in video.get("outcomes", ()):
                video["outcomes"].remove(code)
                count += 1
        return count

    def move_phase(self, key: str, step: int) -> bool:
        phase = self.phase(key)
        return moved(self.phases, phase, step)

    def move_outcome(self, code: str, step: int) -> bool:
        heading, outcome = self.outcome(code)
        return moved(self.outcomes(heading), outcome, step)

    def move_video(self, slug: str, step: int) -> bool:
        """One place up or down; past the edge of its phase it goes into the next one."""
        phase, video = self.video(slug)
        if moved(phase["videos"], video, step):
            return True
        at = self.phases.index(phase) + step
        if not 0 <= at < len(self.phases):
            return False
        phase["videos"].remove(video)
        others = list_of(self.phases[at], "videos")
        others.insert(len(others) if step < 0 else 0, video)
        return True

    def place_video(self, slug: str, key: str, number: int) -> None:
        """Make it number `number` (from 1, at most last) of the phase."""
        target = self.phase(key)
        phase, video = self.video(slug)
        phase["videos"].remove(video)
        list_of(target, "videos").insert(max(0, number - 1), video)

    def number_of(self, slug: str) -> tuple[int, int]:
        """The video's number through all phases and its phase's number."""
        phase, _video = self.video(slug)
        number = [slug_of(each) for _phase, each in self.videos()].index(slug) + 1
        return number, self.phases.index(phase) + 1

    def _free_code(self, text: Plain) -> str:
        taken = {outcome["code"] for _heading, outcome in self.all_outcomes()}
        words = "".join(
            letter if letter.isascii() and letter.isalnum() else " "
            for letter in str(text.get("en", "")).lower()
        ).split()
        base = "-".join(words[:4])[:60].strip("-") or "outcome"
        if base not in taken:
            return base
        return next(f"{base}-{n}" for n in range(2, 1000) if f"{base}-{n}" not in taken)


def list_of(plain: Plain, key: str) -> list[Plain]:
    found: list[Plain] = plain.setdefault(key, [])
    return found


def moved(parts: list[Plain], part: Plain, step: int) -> bool:
    """Move the part by a step inside its list; whether there was room."""
    at = parts.index(part)
    if not 0 <= at + step < len(parts):
        return False
    parts.insert(at + step, parts.pop(at))
    return True


def slug_of(video: Plain) -> str:
    return str(video.get("slug") or video.get("youtube") or "")


def new_key() -> str:
    return secrets.token_hex(4)


def with_keys(document: Plain) -> Plain:
    """A copy in which each phase has a name of its own, the same at every reading of the same document."""
    document = copy.deepcopy(document)
    for number, phase in enumerate(list_of(document, "phases"), 1):
        phase.setdefault(KEY, f"p{number}")
    return document


def without_keys(document: Plain) -> Plain:
    """A copy that a reader of documents takes: no keys, nothing empty."""
    plain: Plain = filled(copy.deepcopy(document))
    for phase in plain.get("phases", ()):
        phase.pop(KEY, None)
    return plain


def filled(value: Any) -> Any:
    """Without what says nothing: empty texts, lists and mappings, a false flag."""
    if isinstance(value, dict):
        parts = {key: filled(part) for key, part in value.items()}
        return {key: part for key, part in parts.items() if part not in (None, "", {}, [], False)}
    if isinstance(value, list):
        return [filled(part) for part in value]
    return value


def mark_of(part: Plain) -> str:
    """The same for the same state, whatever the order of keys."""
    text = json.dumps(filled(part), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def plain_of_pasted(pasted: PastedVideo, language: str) -> Plain:
    """A video as it was pasted: its title is in the language that is spoken in it, where we have that one."""
    place: Plain = (
        {"youtube": pasted.address}
        if pasted.provider == "youtube"
        else {"file": pasted.address, "slug": file_slug(pasted.address)}
    )
    facts: Plain = {
        "title": {"ru" if language == "ru" else "en": pasted.title},
        "author": pasted.author,
        "language": language,
        "duration": clock(pasted.seconds) if pasted.seconds else "",
        "duration_is_approximate": bool(pasted.seconds) and pasted.provider == "youtube",
        "outcomes": [],
    }
    video: Plain = filled(place | facts)
    return video | {"outcomes": []}


def file_slug(address: str) -> str:
    stem = address.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()
    words = "".join(each if each.isascii() and each.isalnum() else " " for each in stem).split()
    return "-".join(words)[:80].strip("-") or "video"
