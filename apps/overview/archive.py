"""Everything of a person as one archive: JSON as it lies in the tables, and their notes in every format that there is.

Each part is written while it is read, into a temporary file once it is large: any number of rows costs the same memory.
Left out are digests of passwords and tokens, and what belongs to others.
"""

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from shutil import copyfileobj
from typing import IO, Any

from allauth.account.models import EmailAddress
from django.db.models import Model, QuerySet
from django.utils import translation
from django.utils.text import get_valid_filename
from rest_framework.utils.encoders import JSONEncoder

from apps.accounts.models import Token, User
from apps.cohorts.models import CompletionRecord, JoinRequest, Membership, MessageCopy
from apps.notes.exporting import FORMATS, exported
from apps.notes.models import Answer, Draft
from apps.notes.selectors import my_notes
from apps.progress.models import Built, Summary, Viewing
from apps.reminders.models import Delivery, Rewatch, Wake

IN_MEMORY = 5_000_000
AT_ONCE = 500
# Of nobody's use outside, or secrets of ours.
NEVER = frozenset({"password", "digest", "token_key", "calendar_key", "search", "code_search"})


def archive_of(*, user: User, now: datetime) -> IO[bytes]:
    """A ZIP file, open at its beginning; whoever closes it throws it away."""
    made = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    with (
        translation.override(user.language),
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, rows in _tables(user).items():
            _write(archive, f"{name}.json", _listed(rows))
        for shape in FORMATS.values():
            _write(archive, f"notes.{shape.suffix}", exported(my_notes(user=user), shape, now=now))
        for built in Built.objects.filter(viewing__membership__user=user).exclude(file=""):
            name = f"built/{built.pk}-{get_valid_filename(built.file_name)}"
            with built.file.open("rb") as kept, archive.open(name, "w") as copy:
                copyfileobj(kept, copy)
    made.seek(0)
    return made


def archive_name(*, user: User, now: datetime) -> str:
    """A file name of ours alone, with the reader's day."""
    return f"second-pass-{now.astimezone(user.zone):%Y-%m-%d}.zip"


def _tables(user: User) -> Mapping[str, QuerySet[Any]]:
    own = {"membership__user": user}
    return {
        "profile": User.objects.filter(pk=user.pk),
        "addresses": EmailAddress.objects.filter(user=user),
        "access_tokens": Token.objects.filter(user=user),
        "memberships": Membership.objects.filter(user=user).select_related("cohort"),
        "requests_to_join": JoinRequest.objects.filter(user=user),
        "passes": Viewing.objects.filter(**own).select_related("video"),
        "built": Built.objects.filter(viewing__membership__user=user),
        "drafts": Draft.objects.filter(viewing__membership__user=user),
        "answers": Answer.objects.filter(author__user=user),
        "figures": Summary.objects.filter(**own),
        "rewatches": Rewatch.objects.filter(**own).select_related("video"),
        "reminder_settings": Wake.objects.filter(user=user),
        "reminders": Delivery.objects.filter(user=user),
        "messages": MessageCopy.objects.filter(**own).select_related("message"),
        "completion_records": CompletionRecord.objects.filter(**own),
    }


# What an id of another table means to a reader.
NAMES: Mapping[type[Model], Callable[[Any], dict[str, Any]]] = {
    Membership: lambda row: {"cohort": row.cohort.slug},
    Viewing: lambda row: {"video": row.video.slug},
    Rewatch: lambda row: {"video": row.video.slug},
    MessageCopy: lambda row: {"body": row.message.body, "written_at": row.message.made_at},
}


def _listed(rows: QuerySet[Any]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows.order_by("pk").iterator(chunk_size=AT_ONCE)):
        text = json.dumps(_document(row), cls=JSONEncoder, ensure_ascii=False, default=str)
        yield f"{',' if number else ''}\n{text}"
    yield "\n]\n"


def _document(row: Model) -> dict[str, Any]:
    fields = (field for field in row._meta.concrete_fields if field.attname not in NEVER)
    document = {field.attname: _fit(getattr(row, field.attname)) for field in fields}
    more = NAMES.get(type(row))
    return document | (more(row) if more else {})


def _fit(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_fit(each) for each in value]
    is_plain = value is None or isinstance(value, str | int | float | bool | dict | datetime)
    return value if is_plain else str(value)


def _write(archive: zipfile.ZipFile, name: str, parts: Iterator[str] | Iterator[bytes]) -> None:
    with archive.open(name, "w") as file:
        for part in parts:
            file.write(part.encode() if isinstance(part, str) else part)
