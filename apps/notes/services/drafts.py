"""Commands of drafts: keep what is being typed, put it away, and make a note of it exactly once."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError, InvalidValue
from apps.notes.models import Draft, Note
from apps.notes.services.notebook import (
    MAX_TEXT_LENGTH,
    change_note,
    hold_notebook,
    write_note,
)
from apps.progress.models import Viewing

MAX_DRAFTS: Final = 50
MAX_FIELDS: Final = 16
MAX_NAME_LENGTH: Final = 20
_KEY = re.compile(r"[a-z0-9-]{1,36}\Z")


class DraftChangedElsewhere(DomainError):
    """Another device wrote on; `draft` is what it wrote."""

    code = "draft_changed_elsewhere"
    title = _("This draft was changed in another place meanwhile")
    status = 412

    def __init__(self, draft: Draft) -> None:
        super().__init__(version=draft.version)
        self.draft = draft


class DraftIsSaved(DomainError):
    """The draft is a note already, or its note was deleted since."""

    code = "draft_is_saved"
    title = _("This draft is a note already")

    def __init__(self, note: Note | None) -> None:
        super().__init__()
        self.note = note


class TooManyDrafts(DomainError):
    code = "too_many_drafts"
    title = _("There are too many unfinished drafts of this video; save or discard some")


def keep_draft(
    *,
    viewing: Viewing,
    key: str,
    values: Mapping[str, Any],
    now: datetime,
    kind: str = "",
    at_ms: int | None = None,
    expected_version: int = 0,
) -> Draft:
    """Write a draft down; `expected_version` is the one that this device has seen, 0 for none.

    The same text again changes nothing. Raises DraftChangedElsewhere, DraftIsSaved, TooManyDrafts,
    InvalidValue.
    """
    texts = _checked(key, values)
    with transaction.atomic():
        # Drafts of one pass are written one after another, so that two devices cannot both be first.
        hold_notebook(viewing.pk)
        draft = Draft.objects.filter(viewing=viewing, key=key).first()
        if draft is None:
            if Draft.objects.filter(viewing=viewing, saved_at=None).count() >= MAX_DRAFTS:
                raise TooManyDrafts
            return Draft.objects.create(
                viewing=viewing,
                key=key,
                kind=kind,
                at_ms=at_ms,
                values=texts,
                created_at=now,
                updated_at=now,
            )
        if draft.saved_at is not None:
            raise DraftIsSaved(draft.note)
        if draft.values == texts and draft.kind == kind:
            return draft
        if draft.version != expected_version:
            raise DraftChangedElsewhere(draft)
        draft.kind, draft.at_ms, draft.values = kind, at_ms, texts
        draft.version += 1
        draft.updated_at = now
        draft.save(update_fields=["kind", "at_ms", "values", "version", "updated_at"])
    return draft


def discard_draft(*, viewing: Viewing, key: str, expected_version: int | None = None) -> None:
    """Put a draft away; one that is not there, or is a note, stays as it is.

    Raises DraftChangedElsewhere where `expected_version` is given and is not the latest.
    """
    with transaction.atomic():
        draft = (
            Draft.objects.select_for_update(of=("self",))
            .filter(viewing=viewing, key=key, saved_at=None)
            .first()
        )
        if draft is None:
            return
        if expected_version is not None and draft.version != expected_version:
            raise DraftChangedElsewhere(draft)
        draft.delete()


def write_note_of_draft(*, viewing: Viewing, key: str, now: datetime, **values: Any) -> Note:
    """Make a note of a draft, once: the same save sent again finds its note.

    A save that says something else than its first one is a change of that note, as long as nobody
    else has changed it. Raises DraftIsSaved where the note was deleted since, and what `write_note`
    and `change_note` raise.
    """
    _check_key(key)
    with transaction.atomic():
        hold_notebook(viewing.pk)
        draft = Draft.objects.filter(viewing=viewing, key=key).first()
        if draft is not None and draft.saved_at is not None:
            return _saved_again(draft, viewing, now, values)
        note = write_note(viewing=viewing, now=now, **values)
        Draft.objects.update_or_create(
            viewing=viewing,
            key=key,
            defaults={"values": {}, "note": note, "saved_at": now, "updated_at": now},
            create_defaults={
                "note": note,
                "saved_at": now,
                "created_at": now,
                "updated_at": now,
            },
        )
    return note


def _saved_again(draft: Draft, viewing: Viewing, now: datetime, values: dict[str, Any]) -> Note:
    note = draft.note
    if note is None:
        raise DraftIsSaved(None)
    note.viewing = viewing
    changes = {name: value for name, value in values.items() if getattr(note, name) != value}
    if not changes:
        return note
    return change_note(note=note, expected_version=1, now=now, **changes)


def _check_key(key: str) -> None:
    if _KEY.match(key) is None:
        raise InvalidValue(_("A draft is named by small letters, digits and dashes."), field="key")


def _checked(key: str, values: Mapping[str, Any]) -> dict[str, str]:
    _check_key(key)
    if len(values) > MAX_FIELDS:
        raise InvalidValue(_("A draft has too many fields."), field="values")
    for name, text in values.items():
        if len(name) > MAX_NAME_LENGTH or not isinstance(text, str):
            raise InvalidValue(_("A draft is made of texts."), field="values")
        if "\x00" in text:
            raise InvalidValue(
                _("The text contains a character that cannot be kept."), field="values"
            )
        if len(text) > MAX_TEXT_LENGTH:
            raise InvalidValue(_("The text is longer than 20,000 characters."), field="values")
    kept = {name: text for name, text in values.items() if text}
    # Half of a character (a lone surrogate) can be typed by no keyboard and kept by no database.
    try:
        json.dumps(kept, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidValue(
            _("The text contains a character that cannot be kept."), field="values"
        ) from None
    return kept
