"""What the demo's learners write: scaffolds, recalls and notes, by video and language."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

TEXT_COLUMNS = ("body", "code", "output", "changed", "expected", "happened")

Draft = Mapping[str, Any]


def notes(slug: str, language: str) -> Sequence[Draft]:
    """Drafts of the notes on one video, in its order, each with its `share` of the way through."""
    written = _texts(language)
    return cast("Sequence[Draft]", written["notes"].get(slug, written["coding_notes"]))


def scaffold(slug: str, language: str) -> dict[str, Any]:
    """The scaffold of a first pass, as `progress` keeps it."""
    written = _texts(language)
    return cast("dict[str, Any]", written["scaffolds"].get(slug, written["any_scaffold"]))


def recall(slug: str, language: str) -> str:
    """What is remembered of a video some days later: a part of its scaffold, in a few words."""
    concepts = scaffold(slug, language)["concepts"]
    return str(_texts(language)["recall"]) % {"first": concepts[0], "second": concepts[-1]}


def answers(language: str) -> Mapping[str, str]:
    """What is said to each question that the notes ask, by its text."""
    return cast("Mapping[str, str]", _texts(language)["answers"])


def columns(draft: Draft) -> dict[str, str]:
    """The texts of a draft, empty where it has none."""
    return {name: draft.get(name, "") for name in TEXT_COLUMNS}


@cache
def _texts(language: str) -> dict[str, Any]:
    path = Path(__file__).with_name(f"texts.{'ru' if language == 'ru' else 'en'}.yaml")
    return cast("dict[str, Any]", yaml.safe_load(path.read_text(encoding="utf-8")))
