"""Between outlines (what pages read) and documents (what people write), without rows."""

from apps.curriculum.document import (
    CaptionEntry,
    CreditEntry,
    CurriculumDocument,
    OutcomeEntry,
    PhaseEntry,
    SourceEntry,
    VideoEntry,
)
from apps.curriculum.models import Video
from apps.curriculum.outline import (
    Caption,
    Credit,
    OutcomeOutline,
    Outline,
    PhaseOutline,
    ServedOutcome,
    SourceOutline,
    VideoOutline,
)
from apps.curriculum.texts import LocalizedText


def document_of_outline(outline: Outline) -> CurriculumDocument:
    """What the revision says today: its plan, and its videos' facts as they are now."""
    return CurriculumDocument(
        slug=outline.slug,
        title=outline.title,
        summary=outline.summary,
        role=outline.role,
        result=outline.result,
        prerequisites=outline.prerequisites,
        hours=outline.hours,
        credits=_credit_entries(outline.credits),
        outcomes=tuple(
            OutcomeEntry(each.slug, each.kind, each.text, each.instead)
            for kind in ("is_not", "does", "knows")
            for each in outline.outcomes
            if each.kind == kind
        ),
        phases=tuple(
            PhaseEntry(
                title=phase.title,
                goal=phase.goal,
                prerequisites=phase.prerequisites,
                hours=phase.hours,
                videos=tuple(_entry(video) for video in phase.videos),
            )
            for phase in outline.phases
        ),
    )


def _entry(video: VideoOutline) -> VideoEntry:
    return VideoEntry(
        slug=video.slug,
        provider=video.provider,
        address=video.address,
        title=video.title,
        author=video.author,
        duration_seconds=video.duration_seconds,
        duration_is_approximate=video.duration_is_approximate,
        outcomes=tuple(sorted(video.outcome_slugs)),
        topics=video.topics,
        description=video.description,
        hint=video.hint,
        spoken_language=video.spoken_language,
        captions=tuple(
            CaptionEntry(each.language, each.address)
            for each in sorted(video.captions, key=lambda caption: caption.language)
        ),
        sources=tuple(
            SourceEntry(
                each.provider,
                each.address,
                "" if each.language == video.spoken_language else each.language,
            )
            for each in video.sources
            if each.position > 1
        ),
        credits=_credit_entries(video.credits),
        is_bonus=video.is_bonus,
        is_guest=video.is_guest,
        is_coding=video.is_coding,
        needs_torch=video.needs_torch,
    )


def _credit_entries(credits_given: tuple[Credit, ...]) -> tuple[CreditEntry, ...]:
    return tuple(CreditEntry(each.name, each.reason) for each in credits_given)


def outline_of_document(document: CurriculumDocument, *, number: int) -> Outline:
    """The document as its revision's outline would be; ids are places, since there are no rows."""
    outcomes = {
        each.code: OutcomeOutline(each.code, each.kind, each.text, each.instead)
        for each in document.outcomes
    }
    phases = []
    position = 0
    for phase_number, phase in enumerate(document.phases, 1):
        videos = []
        for entry in phase.videos:
            position += 1
            videos.append(_video(entry, position, phase_number, outcomes))
        phases.append(
            PhaseOutline(
                number=phase_number,
                title=phase.title,
                goal=phase.goal,
                prerequisites=phase.prerequisites,
                hours=phase.hours,
                videos=tuple(videos),
            )
        )
    return Outline(
        revision_id=0,
        videos_version=0,
        number=number,
        slug=document.slug,
        title=document.title,
        summary=document.summary,
        role=document.role,
        result=document.result,
        prerequisites=document.prerequisites,
        hours=document.hours,
        credits=_credits(document.credits),
        outcomes=tuple(
            ServedOutcome(
                slug=each.slug,
                kind=each.kind,
                text=each.text,
                instead=each.instead,
                videos=tuple(
                    video for phase in phases for video in phase.videos if each in video.outcomes
                ),
            )
            for each in outcomes.values()
        ),
        phases=tuple(phases),
    )


def _video(
    entry: VideoEntry, position: int, phase_number: int, outcomes: dict[str, OutcomeOutline]
) -> VideoOutline:
    return VideoOutline(
        id=position,
        placement_id=position,
        slug=entry.slug,
        position=position,
        phase_number=phase_number,
        provider=entry.provider,
        address=entry.address,
        title=entry.title,
        topics=entry.topics,
        description=entry.description,
        hint=entry.hint,
        author=entry.author,
        credits=_credits(entry.credits),
        duration_seconds=entry.duration_seconds,
        duration_is_approximate=entry.duration_is_approximate,
        is_bonus=entry.is_bonus,
        is_guest=entry.is_guest,
        is_coding=entry.is_coding,
        needs_torch=entry.needs_torch,
        spoken_language=entry.spoken_language,
        captions=tuple(Caption(each.language, each.address) for each in entry.captions),
        sources=(
            SourceOutline(1, entry.provider, entry.address, entry.spoken_language),
            *(
                SourceOutline(
                    place, each.provider, each.address, each.language or entry.spoken_language
                )
                for place, each in enumerate(entry.sources, 2)
            ),
        ),
        outcomes=tuple(each for code, each in outcomes.items() if code in entry.outcomes),
    )


def _credits(entries: tuple[CreditEntry, ...]) -> tuple[Credit, ...]:
    return tuple(Credit(each.name, each.reason) for each in entries)


def entry_of_video(video: Video) -> VideoEntry:
    """A video that has no place now, as a document writes it; it serves no outcome until someone says so."""
    return VideoEntry(
        slug=video.slug,
        provider=video.provider,
        address=video.address,
        title=LocalizedText.of(video.title),
        author=video.author,
        duration_seconds=video.duration_seconds,
        duration_is_approximate=video.duration_is_approximate,
        outcomes=(),
        topics=LocalizedText.of(video.topics),
        description=LocalizedText.of(video.description),
        hint=LocalizedText.of(video.hint),
        spoken_language=video.spoken_language,
        captions=tuple(CaptionEntry(each["language"], each["address"]) for each in video.captions),
        sources=tuple(
            SourceEntry(each.provider, each.address, each.language) for each in video.sources.all()
        ),
        credits=tuple(
            CreditEntry(each["name"], LocalizedText.of(each.get("for", {})))
            for each in video.credits
        ),
        is_guest=video.is_guest,
        is_coding=video.is_coding,
        needs_torch=video.needs_torch,
    )
