"""What is written between the passes: the scaffold after the first, the recall before the second."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidValue
from apps.progress.models import FIRST_PASS, SECOND_PASS, Rating, Viewing
from apps.progress.recording import record_change
from apps.progress.services.opening import FirstPassFirst

MAX_CONCEPTS = 7
MAX_CONCEPT_LENGTH = 500
MAX_TEXT_LENGTH = 20_000


def write_scaffold(
    *, viewing: Viewing, concepts: Sequence[str], links: str, rating: str, now: datetime
) -> Viewing:
    """Keep the scaffold of a completed first pass: 1 to 7 concepts, how they connect, the rating."""
    kept = [concept.strip() for concept in concepts if concept.strip()]
    if not 1 <= len(kept) <= MAX_CONCEPTS:
        raise InvalidValue(_("Name one to seven concepts."), field="concepts")
    if any(len(concept) > MAX_CONCEPT_LENGTH for concept in kept):
        raise InvalidValue(_("A concept fits into 500 characters."), field="concepts")
    if rating not in Rating.values:
        raise InvalidValue(_("Choose how it went: again, hard, good or easy."), field="rating")
    text = _clean(links, "links")
    for concept in kept:
        _clean(concept, "concepts")
    return _write(
        viewing=viewing,
        now=now,
        needs_completed_first=True,
        scaffold={"concepts": kept, "links": text},
        scaffold_at=now,
        rating=rating,
    )


def skip_scaffold(*, viewing: Viewing, now: datetime) -> Viewing:
    """Put the scaffold off; it is asked once more on the way into the second pass."""
    return _write(viewing=viewing, now=now, needs_completed_first=True, scaffold_skipped_at=now)


def write_recall(*, viewing: Viewing, text: str, now: datetime) -> Viewing:
    """Keep what is remembered before a second pass begins."""
    cleaned = _clean(text, "text").strip()
    if not cleaned:
        raise InvalidValue(_("Write a word or two, or go on without."), field="text")
    return _write(viewing=viewing, now=now, recall=cleaned, recall_at=now)


def skip_recall(*, viewing: Viewing, now: datetime) -> Viewing:
    return _write(viewing=viewing, now=now, recall_skipped_at=now)


def _clean(text: str, field: str) -> str:
    if "\x00" in text:
        raise InvalidValue(_("The text contains a character that cannot be kept."), field=field)
    if len(text) > MAX_TEXT_LENGTH:
        raise InvalidValue(_("The text is longer than 20,000 characters."), field=field)
    return text


def _write(
    *, viewing: Viewing, now: datetime, needs_completed_first: bool = False, **values: Any
) -> Viewing:
    with transaction.atomic():
        locked = Viewing.objects.select_for_update(of=("self",), no_key=True).get(pk=viewing.pk)
        locked.video, locked.membership = viewing.video, viewing.membership
        if needs_completed_first and (locked.number != FIRST_PASS or not locked.is_completed):
            raise FirstPassFirst(_("The scaffold is written after the first pass."))
        if "recall" in values and locked.number < SECOND_PASS:
            raise FirstPassFirst(_("What you remember is asked before the second pass."))
        for name, value in values.items():
            setattr(locked, name, value)
        record_change(
            viewing=locked,
            membership=viewing.membership,
            video=viewing.video,
            now=now,
            update_fields=list(values),
        )
    return locked
