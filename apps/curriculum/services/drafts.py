"""The draft of the next revision: begun by the first change, saved with each one, published as a whole.

Nobody's words are overwritten unseen: who changes a part says which state of it they saw (`mark`), and
who publishes says which draft and which newest revision they read the differences of.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError, InvalidValue, NotFound
from apps.curriculum.document import DocumentRefused, plain_document
from apps.curriculum.draft.checking import lenient
from apps.curriculum.draft.outlines import document_of_outline
from apps.curriculum.draft.plan import PartGone, Plain, Plan, mark_of, with_keys
from apps.curriculum.models import Curriculum, Draft, Revision
from apps.curriculum.selectors import current_revisions, revision_outline
from apps.curriculum.services.importing import ImportedCurriculum, check_may_edit, import_curriculum

__all__ = ["PartGone"]

Answer = TypeVar("Answer")


class DraftChanged(DomainError):
    """Somebody else changed it since it was shown."""

    code = "draft_changed"
    title: str | Promise = _("Somebody else has changed this meanwhile")


class NothingToPublish(DomainError):
    """The draft says what the newest revision says."""

    code = "nothing_to_publish"
    title: str | Promise = _("The draft says nothing new")


@dataclass(frozen=True, slots=True)
class Seen:
    """The state of a part that was shown to whoever changes it."""

    kind: str
    name: str
    mark: str


@transaction.atomic
def begin_curriculum(*, slug: str, title: Plain, copied: str, by: Any, now: datetime) -> Draft:
    """The draft of a new curriculum, empty or a copy of the newest revision of `copied`.

    Raises InvalidValue on `slug` where there is a curriculum or a draft of that name.
    """
    check_may_edit(user=by)
    if Curriculum.objects.filter(slug=slug).exists() or Draft.objects.filter(slug=slug).exists():
        raise InvalidValue(_("A curriculum has this name already."), field="slug")
    document: Plain = {"format": 1, "outcomes": {}, "phases": []}
    if copied:
        document = newest_plain(slug=copied)
    document |= {"slug": slug, "title": title}
    draft, is_new = Draft.objects.get_or_create(
        slug=slug,
        defaults={
            "document": with_keys(document),
            "begun_at": now,
            "changed_at": now,
            "changed_by": by,
        },
    )
    if not is_new:
        # Somebody else was faster by a blink.
        raise InvalidValue(_("A curriculum has this name already."), field="slug")
    return draft


@transaction.atomic
def change_draft(
    *,
    slug: str,
    change: Callable[[Plan], Answer],
    by: Any,
    now: datetime,
    seen: Seen | None = None,
) -> Answer:
    """Do `change` to the draft, which begins here where there is none, and save it.

    Raises DraftChanged where `seen` is not how the part stands now, PartGone where it is not
    there any more, NotFound where there is no such curriculum.
    """
    check_may_edit(user=by)
    draft = _locked(slug, now)
    plan = Plan(draft.document, draft.aside)
    if seen is not None and mark_of(plan.part(seen.kind, seen.name)) != seen.mark:
        raise DraftChanged
    before = copy.deepcopy((draft.document, draft.aside))
    answer = change(plan)
    if before != (plan.document, plan.aside) or draft.pk is None:
        draft.document, draft.aside = plan.document, plan.aside
        draft.version += 1
        draft.changed_at, draft.changed_by = now, by
        draft.save()
    return answer


@transaction.atomic
def discard_draft(*, slug: str, version: int, by: Any) -> None:
    """Throw the draft away as it was shown; raises DraftChanged where it is another one by now."""
    check_may_edit(user=by)
    draft = Draft.objects.select_for_update(no_key=True).filter(slug=slug).first()
    if draft is None:
        raise NotFound
    if draft.version != version:
        raise DraftChanged
    draft.delete()


@transaction.atomic
def publish_draft(
    *, slug: str, version: int, newest: int, by: Any, now: datetime
) -> ImportedCurriculum:
    """Make the draft the next revision; `newest` is the revision it was compared with (0: none).

    Raises DraftChanged where the draft or the newest revision is another one than was shown,
    DocumentRefused where something is missing, NothingToPublish.
    """
    check_may_edit(user=by)
    # The same order as an import: the curriculum, then what belongs to it.
    Curriculum.objects.select_for_update(no_key=True).filter(slug=slug).first()
    draft = Draft.objects.select_for_update(no_key=True).filter(slug=slug).first()
    if draft is None:
        raise NothingToPublish
    revision = current_revisions().filter(curriculum__slug=slug).first()
    if draft.version != version or (revision.number if revision else 0) != newest:
        raise DraftChanged
    document, faults = lenient(draft.document)
    if faults:
        raise DocumentRefused(faults)
    if revision is not None and _outline_document(revision) == document:
        raise NothingToPublish
    imported = import_curriculum(document=document, now=now, by=by, keeps_measured=False)
    draft.delete()
    return imported


def newest_plain(*, slug: str) -> Plain:
    """The document of the newest revision with its videos' facts of today; raises NotFound."""
    revision = current_revisions().filter(curriculum__slug=slug).first()
    if revision is None:
        raise NotFound
    return plain_document(_outline_document(revision))


def _outline_document(revision: Revision) -> Any:
    return document_of_outline(revision_outline(revision_id=revision.pk))


def _locked(slug: str, now: datetime) -> Draft:
    """The draft under its lock, or a new one that is not saved yet; two who begin wait for each other."""
    draft = Draft.objects.select_for_update(no_key=True).filter(slug=slug).first()
    if draft is not None:
        return draft
    Curriculum.objects.select_for_update(no_key=True).filter(slug=slug).first()
    draft = Draft.objects.select_for_update(no_key=True).filter(slug=slug).first()
    if draft is not None:
        return draft
    revision = current_revisions().filter(curriculum__slug=slug).first()
    if revision is None:
        raise NotFound
    return Draft(
        slug=slug,
        base=revision,
        document=with_keys(plain_document(_outline_document(revision))),
        aside=[],
        version=0,
        begun_at=now,
    )
