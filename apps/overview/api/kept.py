"""Progress documents as bytes, kept in this process for as long as their rows and the day are the same.

All of a document but three values follows from rows of the database and from the day where its learner
lives. `as_of` and what is planned by then are put in each time.
"""

import json
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from uuid import uuid4

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from apps.accounts.models import User
from apps.core.api.serializers import DEFAULT_PAGE_SIZE
from apps.overview.api.documents import progress_json, ratio
from apps.overview.documents import ProgressDocument, plan_rule, share_of
from apps.overview.selectors import learning_of, progress_documents
from apps.overview.statements import summaries_of, versions_of
from apps.progress.models import Summary
from apps.progress.summary import done_seconds
from apps.reminders.slots import local_date

# About ten thousand characters a document of twenty videos.
ROOM = 20_000_000
# What stands in a text in place of the three values; nobody can write it into a name.
_MARK = uuid4().hex
_AS_OF, _PLANNED, _PACE = (f'"{_MARK}{name}"' for name in ("as_of", "planned", "pace"))


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """The JSON of a document in the four pieces between its three moving values, and what those follow from: not its
    rows, which would take twenty times the room."""

    membership_id: int
    plan: partial[int]
    done: int
    pieces: tuple[str, str, str, str]

    def at(self, now: datetime) -> str:
        """The JSON as of this moment."""
        planned = self.plan(at=now)
        pace = json.dumps(ratio(share_of(self.done, planned=planned)))
        moment = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
        first, second, third, fourth = self.pieces
        return f'{first}"{moment}"{second}{planned}{third}{pace}{fourth}'


def kept_document(
    document: ProgressDocument, summary: Summary | None, request: Request
) -> KeptDocument:
    """Written once; the addresses in it are those of this request's host."""
    membership = document.membership
    written = progress_json(document, request)
    written["as_of"] = _AS_OF[1:-1]
    written["totals"]["planned_seconds"] = _PLANNED[1:-1]
    written["totals"]["pace"] = _PACE[1:-1]
    first, rest = JSONRenderer().render(written).decode().split(_AS_OF)
    second, rest = rest.split(_PLANNED)
    third, fourth = rest.split(_PACE)
    return KeptDocument(
        membership.pk,
        plan_rule(membership, [each.placement for each in document.videos]),
        round(done_seconds(summary.days)) if summary else 0,
        (first, second, third, fourth),
    )


class KeptDocuments:
    """By a key that names everything a document is made of; those not asked for the longest go first."""

    def __init__(self, *, characters: int = ROOM) -> None:
        self._room = characters
        self._used = 0
        self._found: OrderedDict[Hashable, KeptDocument] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> KeptDocument | None:
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def keep(self, key: Hashable, document: KeptDocument) -> None:
        with self._lock:
            before = self._found.pop(key, None)
            self._used += _size(document) - (_size(before) if before else 0)
            self._found[key] = document
            while self._used > self._room:
                _, gone = self._found.popitem(last=False)
                self._used -= _size(gone)


def _size(kept: KeptDocument) -> int:
    return sum(map(len, kept.pieces))


_kept = KeptDocuments()


def first_page(*, user: User, request: Request, now: datetime) -> bytes | None:
    """All of a person's documents as the page that the ordinary way writes; one statement where none
    has changed. None for who has more cohorts than a page."""
    versions = versions_of(user.pk)
    if len(versions) > DEFAULT_PAGE_SIZE:
        return None
    seen_from = (local_date(now, user.zone), request.build_absolute_uri("/"))
    keys = {
        membership_id: (membership_id, version, *seen_from) for membership_id, version in versions
    }
    found = {membership_id: _kept.find(key) for membership_id, key in keys.items()}
    missing = [membership_id for membership_id, kept in found.items() if kept is None]
    if missing:
        for kept in _written(user, missing, request, now):
            membership_id = kept.membership_id
            found[membership_id] = kept
            _kept.keep(keys[membership_id], kept)
    results = ",".join(kept.at(now) for kept in found.values() if kept is not None)
    return f'{{"next":null,"previous":null,"results":[{results}]}}'.encode()


def _written(
    user: User, membership_ids: list[int], request: Request, now: datetime
) -> list[KeptDocument]:
    # Read after the versions: what changes in between is kept under a version that is asked for no more.
    rows = learning_of(user=user).in_bulk(membership_ids)
    summaries = {each.membership_id: each for each in summaries_of(membership_ids)}
    return [
        kept_document(document, summaries.get(document.membership.pk), request)
        for document in progress_documents(memberships=list(rows.values()), now=now)
    ]
