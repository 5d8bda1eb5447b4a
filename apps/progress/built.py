"""What was built along with a coding video: a link, or a file that its learner uploads."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath
from typing import Final
from urllib.parse import urlsplit

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.cohorts.models import Membership
from apps.core.errors import DomainError, InvalidValue
from apps.progress.models import SECOND_PASS, Built, Viewing

LARGEST_FILE: Final = 10 * 1024 * 1024
FILE_TYPES: Final = (
    ".ipynb", ".py", ".zip", ".md", ".txt", ".pdf", ".png", ".jpg", ".jpeg", ".csv", ".json",
)  # fmt: skip
LONGEST_LINK: Final = 2000
LONGEST_NAME: Final = 200


class NothingToBuild(DomainError):
    code = "nothing_to_build"
    title = _("What was built is asked in the second pass of a coding video")


def keep_built(
    *, viewing: Viewing, now: datetime, link: str = "", file: "File[bytes] | None" = None
) -> Built:
    """Keep a link or a file, in place of what was there. Raises NothingToBuild, InvalidValue."""
    if viewing.number != SECOND_PASS or not viewing.video.is_coding:
        raise NothingToBuild
    link = _checked_link(link.strip())
    if file is not None:
        _check_file(file)
    if bool(link) == (file is not None):
        raise InvalidValue(_("Give a link or a file, one of the two."), field="link")
    with transaction.atomic():
        Viewing.objects.select_for_update(of=("self",), no_key=True).get(pk=viewing.pk)
        built = Built.objects.filter(viewing=viewing).first() or Built(
            viewing=viewing, created_at=now
        )
        _throw_away(built)
        built.link, built.updated_at = link, now
        built.file_name, built.file_size = "", 0
        if file is None:
            built.file = ""
        else:
            built.file_name, built.file_size = PurePath(file.name or "").name, file.size
            built.file.save(built.file_name, file, save=False)
        try:
            built.save()
        except Exception:
            # A file that no row names would stay for ever.
            if built.file:
                built.file.storage.delete(str(built.file.name))
            raise
    return built


def remove_built(*, viewing: Viewing) -> None:
    """Take it away; what is not there stays so."""
    with transaction.atomic():
        built = Built.objects.select_for_update().filter(viewing=viewing).first()
        if built is not None:
            built.delete()


def built_of(*, viewings: Iterable[Viewing]) -> dict[int, Built]:
    """What was built, by the video's id."""
    found = Built.objects.filter(viewing__in=list(viewings)).select_related("viewing")
    return {built.viewing.video_id: built for built in found}


def built_by(*, membership: Membership) -> list[Built]:
    """All that a member built, the latest first; with the videos."""
    return list(
        Built.objects.filter(viewing__membership=membership)
        .select_related("viewing__video")
        .order_by("-updated_at", "-id")
    )


def throw_away_with_its_row(
    sender: type[Built], instance: Built, using: str, **_signal: object
) -> None:
    """However the row goes, with its person or its cohort too, the file goes once that is certain."""
    _throw_away(instance, using=using)


def _throw_away(built: Built, *, using: str | None = None) -> None:
    if built.file:
        storage, name = built.file.storage, str(built.file.name)
        # What cannot be deleted on the disk undoes nothing here.
        transaction.on_commit(lambda: storage.delete(name), using=using, robust=True)


def _checked_link(link: str) -> str:
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        is_fine = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_fine = False
    if not is_fine or len(link) > LONGEST_LINK or any(sign.isspace() for sign in link):
        raise InvalidValue(_("A link begins with https:// or http://."), field="link")
    return link


def _check_file(file: "File[bytes]") -> None:
    name = PurePath(file.name or "").name
    if PurePath(name).suffix.lower() not in FILE_TYPES or len(name) > LONGEST_NAME:
        raise InvalidValue(
            _("A file of one of these kinds: %(kinds)s.") % {"kinds": ", ".join(FILE_TYPES)},
            field="file",
        )
    if not file.size:
        raise InvalidValue(_("The file is empty."), field="file")
    if file.size > LARGEST_FILE:
        raise InvalidValue(_("The file is larger than 10 MB."), field="file")
