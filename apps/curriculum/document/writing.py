"""From a document's values back to plain data, YAML and a digest; reading it again gives the same."""

import hashlib
import json
from typing import Any

import yaml

from apps.curriculum.document.content import (
    FORMAT,
    CreditEntry,
    CurriculumDocument,
    OutcomeEntry,
    PhaseEntry,
    SourceEntry,
    VideoEntry,
)
from apps.curriculum.texts import Hours, LocalizedText

Plain = dict[str, Any]


def plain_document(document: CurriculumDocument) -> Plain:
    """The document as lists, dicts, strings and numbers, keys in the order people write them."""
    return _filled(
        {
            "format": FORMAT,
            "slug": document.slug,
            "title": _text(document.title),
            "summary": _text(document.summary),
            "role": _text(document.role),
            "result": _text(document.result),
            "hours": _hours(document.hours),
            "prerequisites": _text(document.prerequisites),
            "outcomes": _filled(
                {
                    heading: [
                        _outcome(outcome) for outcome in document.outcomes if outcome.kind == kind
                    ]
                    for heading, kind in (
                        ("is_not", "is_not"),
                        ("does", "does"),
                        ("must_know", "knows"),
                    )
                }
            ),
            "phases": [_phase(phase) for phase in document.phases],
            "credits": [_credit(credit) for credit in document.credits],
        }
    )


def write_yaml(document: CurriculumDocument) -> str:
    """The document as YAML for people."""
    return yaml.dump(
        plain_document(document),
        Dumper=_PlainDumper,
        sort_keys=False,
        allow_unicode=True,
        width=110,
    )


def plain_video(video: VideoEntry) -> Plain:
    """One video as the document writes it."""
    return _video(video)


def document_digest(document: CurriculumDocument) -> str:
    """SHA-256 of what the document says; comments, order of keys and line breaks change nothing."""
    text = json.dumps(
        plain_document(document), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def clock(seconds: int) -> str:
    """Seconds as a document writes them: "19:00", "2:25:00"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours}:{minutes_left:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class _PlainDumper(yaml.SafeDumper):
    """Without anchors, which our own reader refuses."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _filled(values: Plain) -> Plain:
    return {key: value for key, value in values.items() if value not in (None, "", {}, [], False)}


def _text(text: LocalizedText) -> dict[str, str]:
    return text.as_dict()


def _hours(hours: Hours | None) -> int | Plain | None:
    if hours is None:
        return None
    return hours.low if hours.is_about else {"min": hours.low, "max": hours.high}


def _outcome(outcome: OutcomeEntry) -> Plain:
    if outcome.kind == "is_not":
        return {"code": outcome.code, "is_not": _text(outcome.text), "is": _text(outcome.instead)}
    return {"code": outcome.code, "text": _text(outcome.text)}


def _credit(credit: CreditEntry) -> Plain:
    return _filled({"name": credit.name, "for": _text(credit.reason)})


def _phase(phase: PhaseEntry) -> Plain:
    return _filled(
        {
            "title": _text(phase.title),
            "goal": _text(phase.goal),
            "prerequisites": _text(phase.prerequisites),
            "hours": _hours(phase.hours),
            "videos": [_video(video) for video in phase.videos],
        }
    )


def _source(source: SourceEntry) -> Plain:
    return {source.provider: source.address} | _filled({"language": source.language})


def _video(video: VideoEntry) -> Plain:
    place = (
        {"youtube": video.address}
        if video.provider == "youtube"
        else {"file": video.address, "slug": video.slug}
    )
    return place | _filled(
        {
            "sources": [_source(source) for source in video.sources],
            "captions": {caption.language: caption.address for caption in video.captions},
            "title": _text(video.title),
            "topics": _text(video.topics),
            "description": _text(video.description),
            "hint": _text(video.hint),
            "author": video.author,
            "credits": [_credit(credit) for credit in video.credits],
            "language": video.spoken_language,
            "duration": clock(video.duration_seconds) if video.duration_seconds else None,
            "duration_is_approximate": video.duration_is_approximate,
            "is_bonus": video.is_bonus,
            "is_guest": video.is_guest,
            "is_coding": video.is_coding,
            "needs_torch": video.needs_torch,
            "outcomes": list(video.outcomes),
        }
    )
