"""Completing a pass. Called by `reminders.services.finish_pass` and by nothing else, since a finished pass
makes or keeps a rewatch in the same transaction.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.curriculum.models import Video
from apps.progress.completion import is_covered, needed_share, share_covered
from apps.progress.models import SECOND_PASS, Evidence, Viewing
from apps.progress.recording import record_change


class CoverageMissing(DomainError):
    code = "coverage_missing"
    title = _("Part of the video has not been played yet")


class NoteMissing(DomainError):
    code = "note_missing"
    title = _("A second pass needs one note at least")


def finish_viewing(*, viewing: Viewing, now: datetime, self_reported: bool = False) -> Viewing:
    """Complete the pass if its rule is met; completing it again changes nothing.

    Raises CoverageMissing (unless self-reported) and, in a second pass, NoteMissing.
    Runs inside the transaction of `reminders.services.finish_pass`.
    """
    video = viewing.video
    with transaction.atomic():
        locked = Viewing.objects.select_for_update(of=("self",), no_key=True).get(pk=viewing.pk)
        locked.video, locked.membership = video, viewing.membership
        if locked.is_completed:
            return locked
        covered = is_covered(
            number=locked.number,
            covered_ms=locked.covered_ms,
            duration_seconds=video.duration_seconds,
        )
        missing = []
        if not covered and not self_reported:
            missing.append("coverage")
        if locked.number == SECOND_PASS and locked.note_count == 0:
            missing.append("note")
        if missing:
            raise _what_is_missing(locked, video, missing)
        locked.completed_at = now
        locked.evidence = Evidence.TRACKED if covered else Evidence.SELF_REPORTED
        record_change(
            viewing=locked,
            membership=viewing.membership,
            video=video,
            now=now,
            update_fields=["completed_at"],
        )
    return locked


def _what_is_missing(viewing: Viewing, video: Video, missing: list[str]) -> DomainError:
    covered = share_covered(viewing.covered_ms, video.duration_seconds)
    needed = needed_share(viewing.number)
    extra = {"missing": missing, "covered": int(covered * 10_000) / 10_000, "needed": needed}
    if "coverage" not in missing:
        return NoteMissing(_("Write at least one note, then finish the pass."), **extra)
    return CoverageMissing(
        _("%(covered)d %% of the video was played; %(needed)d %% finish the pass.")
        % {"covered": int(covered * 100), "needed": round(needed * 100)},
        **extra,
    )
