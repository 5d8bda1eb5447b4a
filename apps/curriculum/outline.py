"""A revision as one frozen value: what pages, REST and rules read instead of rows.

Texts print themselves in the reader's language, so an outline serves every reader.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict
from urllib.parse import urlsplit

from apps.curriculum.estimates import Estimate
from apps.curriculum.models import Outcome, Phase, Placement, Provider, Revision, Video
from apps.curriculum.texts import Hours, LocalizedText, hours_or_none


@dataclass(frozen=True, slots=True)
class Credit:
    name: str
    reason: LocalizedText


@dataclass(frozen=True, slots=True)
class Caption:
    language: str
    address: str


@dataclass(frozen=True, slots=True)
class SourceOutline:
    """One place where a video can be watched; the one with position 1 is the video's own."""

    position: int
    provider: str
    address: str
    language: str

    @property
    def link(self) -> str:
        """Where it is watched elsewhere: on YouTube's own site, behind a link; a file has none."""
        if self.provider == Provider.YOUTUBE:
            return f"https://www.youtube.com/watch?v={self.address}"
        return self.address if self.provider == Provider.LINK else ""

    @property
    def place(self) -> str:
        """Whose page the link is: a name for it; a file has none."""
        if self.provider == Provider.LINK:
            return (urlsplit(self.address).hostname or self.address).removeprefix("www.")
        return "YouTube" if self.provider == Provider.YOUTUBE else ""


@dataclass(frozen=True, slots=True)
class OutcomeOutline:
    """`instead` says what one is, beside what one `is_not`."""

    slug: str
    kind: str
    text: LocalizedText
    instead: LocalizedText


@dataclass(frozen=True, slots=True)
class VideoOutline:
    """A video in its place; `position` counts through all phases from 1, `id` is the Video's."""

    id: int
    placement_id: int
    slug: str
    position: int
    phase_number: int
    provider: str
    address: str
    title: LocalizedText
    topics: LocalizedText
    description: LocalizedText
    hint: LocalizedText
    author: str
    credits: tuple[Credit, ...]
    duration_seconds: int
    duration_is_approximate: bool
    is_bonus: bool
    is_guest: bool
    is_coding: bool
    needs_torch: bool
    spoken_language: str
    captions: tuple[Caption, ...]
    sources: tuple[SourceOutline, ...]
    outcomes: tuple[OutcomeOutline, ...]

    @property
    def duration_ms(self) -> int:
        return self.duration_seconds * 1000

    @property
    def outcome_slugs(self) -> tuple[str, ...]:
        return tuple(outcome.slug for outcome in self.outcomes)

    @property
    def original_title(self) -> str:
        """The title in the language that is spoken in it."""
        return self.title.in_language(self.spoken_language)

    @property
    def other_title(self) -> str:
        """The original title where the reader's language shows another one, else ''."""
        return self.original_title if str(self.title) != self.original_title else ""


@dataclass(frozen=True, slots=True)
class ServedOutcome(OutcomeOutline):
    """An outcome with the videos that serve it, in their order; none is an answer too."""

    videos: tuple[VideoOutline, ...]


@dataclass(frozen=True)
class PhaseOutline:
    number: int
    title: LocalizedText
    goal: LocalizedText
    prerequisites: LocalizedText
    hours: Hours | None
    videos: tuple[VideoOutline, ...]

    @cached_property
    def estimate(self) -> Estimate:
        return Estimate(sum(video.duration_seconds for video in self.videos), self.hours)


@dataclass(frozen=True)
class Outline:
    revision_id: int
    videos_version: int
    number: int
    slug: str
    title: LocalizedText
    summary: LocalizedText
    role: LocalizedText
    result: LocalizedText
    prerequisites: LocalizedText
    hours: Hours | None
    credits: tuple[Credit, ...]
    outcomes: tuple[ServedOutcome, ...]
    phases: tuple[PhaseOutline, ...]

    @cached_property
    def videos(self) -> tuple[VideoOutline, ...]:
        """All videos in their order through all phases."""
        return tuple(video for phase in self.phases for video in phase.videos)

    @cached_property
    def videos_by_slug(self) -> Mapping[str, VideoOutline]:
        return {video.slug: video for video in self.videos}

    @cached_property
    def videos_by_id(self) -> Mapping[int, VideoOutline]:
        return {video.id: video for video in self.videos}

    @cached_property
    def outcomes_by_slug(self) -> Mapping[str, ServedOutcome]:
        return {outcome.slug: outcome for outcome in self.outcomes}

    @cached_property
    def estimate(self) -> Estimate:
        return Estimate(sum(video.duration_seconds for video in self.videos), self.hours)

    @property
    def is_not(self) -> tuple[ServedOutcome, ...]:
        return self._of_kind(Outcome.Kind.IS_NOT)

    @property
    def does(self) -> tuple[ServedOutcome, ...]:
        return self._of_kind(Outcome.Kind.DOES)

    @property
    def must_know(self) -> tuple[ServedOutcome, ...]:
        return self._of_kind(Outcome.Kind.KNOWS)

    def _of_kind(self, kind: str) -> tuple[ServedOutcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.kind == kind)


def outline_of(
    *,
    revision: Revision,
    phases: Sequence[Phase],
    placements: Sequence[Placement],
    outcomes: Sequence[Outcome],
    served: Mapping[int, Sequence[int]],
) -> Outline:
    """Put rows together; `served` has the outcomes' ids by placement's id. Rows come in order."""
    plain = {outcome.pk: OutcomeOutline(**_outcome(outcome)) for outcome in outcomes}
    numbers = {phase.pk: phase.position for phase in phases}
    videos = [
        _video(
            placement,
            numbers[placement.phase_id],
            # In the order in which the curriculum declares them.
            tuple(each for pk, each in plain.items() if pk in served.get(placement.pk, ())),
        )
        for placement in placements
    ]
    return Outline(
        revision_id=revision.pk,
        videos_version=revision.videos_version,
        number=revision.number,
        slug=revision.curriculum.slug,
        title=LocalizedText.of(revision.title),
        summary=LocalizedText.of(revision.summary),
        role=LocalizedText.of(revision.role),
        result=LocalizedText.of(revision.result),
        prerequisites=LocalizedText.of(revision.prerequisites),
        hours=hours_or_none(revision.estimate_min_hours, revision.estimate_max_hours),
        credits=_credits(revision.credits),
        outcomes=tuple(
            ServedOutcome(
                **_outcome(outcome),
                videos=tuple(video for video in videos if plain[outcome.pk] in video.outcomes),
            )
            for outcome in outcomes
        ),
        phases=tuple(
            PhaseOutline(
                number=phase.position,
                title=LocalizedText.of(phase.title),
                goal=LocalizedText.of(phase.goal),
                prerequisites=LocalizedText.of(phase.prerequisites),
                hours=hours_or_none(phase.estimate_min_hours, phase.estimate_max_hours),
                videos=tuple(video for video in videos if video.phase_number == phase.position),
            )
            for phase in phases
        ),
    )


class _OutcomeFields(TypedDict):
    slug: str
    kind: str
    text: LocalizedText
    instead: LocalizedText


def _outcome(outcome: Outcome) -> _OutcomeFields:
    return {
        "slug": outcome.slug,
        "kind": outcome.kind,
        "text": LocalizedText.of(outcome.text),
        "instead": LocalizedText.of(outcome.instead),
    }


def _video(
    placement: Placement, phase_number: int, outcomes: tuple[OutcomeOutline, ...]
) -> VideoOutline:
    video: Video = placement.video
    return VideoOutline(
        id=video.pk,
        placement_id=placement.pk,
        slug=video.slug,
        position=placement.position,
        phase_number=phase_number,
        provider=video.provider,
        address=video.address,
        title=LocalizedText.of(video.title),
        topics=LocalizedText.of(video.topics),
        description=LocalizedText.of(video.description),
        hint=LocalizedText.of(video.hint),
        author=video.author,
        credits=_credits(video.credits),
        duration_seconds=video.duration_seconds,
        duration_is_approximate=video.duration_is_approximate,
        is_bonus=placement.is_bonus,
        is_guest=video.is_guest,
        is_coding=video.is_coding,
        needs_torch=video.needs_torch,
        spoken_language=video.spoken_language,
        sources=(
            SourceOutline(1, video.provider, video.address, video.spoken_language),
            *(
                SourceOutline(
                    each.position,
                    each.provider,
                    each.address,
                    each.language or video.spoken_language,
                )
                for each in video.sources.all()
            ),
        ),
        captions=tuple(Caption(each["language"], each["address"]) for each in video.captions),
        outcomes=outcomes,
    )


def _credits(stored: Sequence[Mapping[str, object]]) -> tuple[Credit, ...]:
    credits_read = []
    for each in stored:
        reason = each.get("for")
        text = LocalizedText.of(reason) if isinstance(reason, Mapping) else LocalizedText()
        credits_read.append(Credit(str(each["name"]), text))
    return tuple(credits_read)
