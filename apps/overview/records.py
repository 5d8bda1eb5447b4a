"""The record of completion: made by the learner when everything that counts is done twice, read by its address."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.cohorts.models import CompletionRecord, Membership
from apps.core.errors import DomainError, NotFound
from apps.overview.documents import ProgressDocument, VideoProgress
from apps.overview.selectors import progress_document
from apps.progress.completion import LIGHT
from apps.progress.models import Evidence
from apps.reminders.slots import local_date

LONGEST_CODE = CompletionRecord._meta.get_field("code").max_length or 0


class NotFinished(DomainError):
    code = "not_finished"
    title = _("Not everything is watched twice yet")


def passes_left(document: ProgressDocument) -> int:
    """How many passes of videos that count are still to be completed."""
    return sum(
        viewing is None or not viewing.is_completed
        for video in _counted(document)
        for viewing in (video.first, video.second)
    )


def record_of(*, membership: Membership) -> CompletionRecord | None:
    """The membership's record, if it was made."""
    return CompletionRecord.objects.filter(membership=membership).first()


def record_by_code(*, code: str) -> CompletionRecord:
    """A record by its address, for anyone; raises NotFound."""
    if not code or len(code) > LONGEST_CODE or "\0" in code:
        raise NotFound
    record = CompletionRecord.objects.filter(code=code).first()
    if record is None:
        raise NotFound
    return record


def make_record(*, membership: Membership, now: datetime) -> CompletionRecord:
    """Write down how it stands today; made anew it keeps its address. Raises NotFinished."""
    with transaction.atomic():
        Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
        document = progress_document(membership=membership, now=now)
        videos = _counted(document)
        left = passes_left(document)
        if left or not videos:
            raise NotFinished(
                ngettext(
                    "%(count)d pass is still to be done.",
                    "%(count)d passes are still to be done.",
                    left,
                )
                % {"count": left}
            )
        zone = membership.user.zone
        viewings = [each for video in videos for each in (video.first, video.second) if each]
        completed = [each.completed_at for each in viewings if each.completed_at]
        cohort = membership.cohort
        record, _made = CompletionRecord.objects.update_or_create(
            membership=membership,
            defaults={
                "name": membership.user.display_name,
                "cohort_name": cohort.name,
                "curriculum_title": cohort.revision.title,
                "revision_number": cohort.revision.number,
                "videos": len(videos),
                "self_reported": sum(_is_self_reported(video) for video in videos),
                "light": sum(LIGHT in each.second.flags for each in videos if each.second),
                "notes": sum(each.note_count for each in viewings),
                "active_seconds": document.totals.active_seconds,
                "started_on": local_date(min(each.opened_at for each in viewings), zone),
                "finished_on": local_date(max(completed), zone),
                "issued_at": now,
            },
        )
    return record


def withdraw_record(*, membership: Membership) -> None:
    """From now on its address shows nothing; one made later has another."""
    CompletionRecord.objects.filter(membership=membership).delete()


def _counted(document: ProgressDocument) -> list[VideoProgress]:
    return [each for each in document.videos if not each.placement.is_bonus]


def _is_self_reported(video: VideoProgress) -> bool:
    return any(
        each is not None and each.evidence == Evidence.SELF_REPORTED
        for each in (video.first, video.second)
    )
