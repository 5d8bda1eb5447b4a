"""What somebody asks of the notes: read from the address, and put into words again for the form."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.outline import Outline
from apps.curriculum.selectors import revision_outline
from apps.notes.models import Note

MINE, SHARED = "mine", "shared"
NEWEST, MOMENT = "newest", "moment"
LONGEST_QUERY = 200
ORDERS = ((NEWEST, _("newest first")), (MOMENT, _("by video and moment")))


@dataclass(frozen=True, slots=True)
class Part:
    """A phase or a video to narrow the notes to; `value` is what the address says."""

    value: str
    label: object
    video_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class PartGroup:
    """The phases and videos of one curriculum, for one group of a choice."""

    label: object
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The question; whatever the address says that nobody can mean is left out."""

    query: str = ""
    kinds: tuple[str, ...] = ()
    where: str = MINE
    order: str = NEWEST
    cohort: str = ""
    part: Part | None = None
    since: date | None = None
    until: date | None = None
    wrong_days: tuple[str, ...] = field(default=())

    @property
    def is_narrowed(self) -> bool:
        return bool(
            self.query or self.kinds or self.cohort or self.part or self.since or self.until
        )

    def narrowing(self, user: User) -> dict[str, Any]:
        """The arguments of the selectors of notes; days are the reader's own."""
        return {
            "user": user,
            "q": self.query,
            "cohort_slug": self.cohort or None,
            "video_ids": self.part.video_ids if self.part else None,
            "since": _midnight(self.since, user) if self.since else None,
            "before": _midnight(self.until + timedelta(days=1), user) if self.until else None,
        }


def asked_of(data: QueryDict, groups: Sequence[PartGroup]) -> Asked:
    """The question in a query string."""
    parts = {part.value: part for group in groups for part in group.parts}
    since, since_is_wrong = _day(data.get("since", ""))
    until, until_is_wrong = _day(data.get("until", ""))
    return Asked(
        query=" ".join(data.get("q", "").split())[:LONGEST_QUERY],
        kinds=tuple(kind for kind in Note.Kind.values if kind in data.getlist("kind")),
        where=SHARED if data.get("where") == SHARED else MINE,
        order=MOMENT if data.get("order") == MOMENT else NEWEST,
        cohort=data.get("cohort", "")[:80].replace("\x00", ""),
        part=parts.get(data.get("part", "")),
        since=since,
        until=until,
        wrong_days=tuple(
            name
            for name, is_wrong in (("since", since_is_wrong), ("until", until_is_wrong))
            if is_wrong
        ),
    )


def part_groups(memberships: Sequence[Membership]) -> list[PartGroup]:
    """The phases and videos of the curricula these memberships are about."""
    outlines = {
        each.cohort.revision_id: revision_outline(revision_id=each.cohort.revision_id)
        for each in memberships
    }
    return [PartGroup(outline.title, _parts(outline)) for outline in outlines.values()]


def _parts(outline: Outline) -> tuple[Part, ...]:
    parts: list[Part] = []
    for phase in outline.phases:
        ids = frozenset(video.id for video in phase.videos)
        label = _("Phase %(number)d: %(title)s") % {"number": phase.number, "title": phase.title}
        parts.append(Part(f"{outline.slug}/phase-{phase.number}", label, ids))
        parts += [
            Part(f"{outline.slug}/{video.slug}", video.title, frozenset({video.id}))
            for video in phase.videos
        ]
    return tuple(parts)


def _day(text: str) -> tuple[date | None, bool]:
    """The day, and whether something was written that is none."""
    if not text.strip():
        return None, False
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None, True
    return (day, False) if 1900 < day.year < 2200 else (None, True)


def _midnight(day: date, user: User) -> datetime:
    return datetime.combine(day, time(), tzinfo=user.zone)
