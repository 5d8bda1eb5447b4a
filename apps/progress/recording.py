"""One way to write a changed viewing: its flags, and the membership's summary, in one transaction.

The caller holds the viewing's row lock; the summary's row is locked here (lock order: Viewing,
Summary).
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from apps.cohorts.models import Membership
from apps.core.fields import Moments
from apps.curriculum.models import Video
from apps.progress import coverage, statements
from apps.progress import summary as summaries
from apps.progress.completion import PassFacts, flags, is_covered
from apps.progress.models import Evidence, Summary, Viewing
from apps.progress.selectors import bonus_videos


def record_change(
    *,
    viewing: Viewing,
    membership: Membership,
    video: Video,
    now: datetime,
    update_fields: Iterable[str],
    added_active: Moments = (),
    added_seconds: int = 0,
) -> None:
    """Save `viewing` and fold the change into the summary.

    A self-reported viewing which meanwhile reached its coverage becomes tracked, its dates stay;
    flags of a completed viewing are judged anew.
    """
    judge(viewing, video)
    statements.VIEWINGS.update(viewing, [*update_fields, "evidence", "flags"])
    summary = locked_summary(membership=membership, now=now)
    fold_into_summary(
        summary,
        viewing=viewing,
        membership=membership,
        video=video,
        now=now,
        added_active=added_active,
        added_seconds=added_seconds,
    )
    statements.SUMMARIES.update(summary, [field.name for field in statements.SUMMED_UP.fields])


def fold_into_summary(
    summary: Summary,
    *,
    viewing: Viewing,
    membership: Membership,
    video: Video,
    now: datetime,
    added_active: Moments,
    added_seconds: int,
) -> None:
    """Fold a changed viewing into its membership's summary, which the caller writes."""
    summaries.put_viewing(summary, viewing, video.duration_seconds)
    if added_active and viewing.video_id not in bonus_videos(cohort=membership.cohort):
        zone = ZoneInfo(membership.cohort.time_zone)
        summaries.add_days(summary, coverage.by_day(added_active, zone))
    summary.active_seconds += added_seconds
    summaries.touch(summary, viewing)
    if viewing.is_completed:
        summaries.recount(summary, bonus=bonus_videos(cohort=membership.cohort))
    summary.updated_at = now


def judge(viewing: Viewing, video: Video) -> None:
    """Set evidence and flags of a completed viewing by the rules; an open one has none."""
    if not viewing.is_completed:
        return
    if viewing.evidence == Evidence.SELF_REPORTED and is_covered(
        number=viewing.number,
        covered_ms=viewing.covered_ms,
        duration_seconds=video.duration_seconds,
    ):
        viewing.evidence = Evidence.TRACKED
    viewing.flags = flags(
        PassFacts(
            number=viewing.number,
            evidence=viewing.evidence,
            duration_seconds=video.duration_seconds,
            active_seconds=viewing.active_seconds + viewing.elsewhere_seconds,
            is_coding=video.is_coding,
            code_count=viewing.code_count,
            experiment_count=viewing.experiment_count,
            typed_share=viewing.typed_share,
        )
    )


def locked_summary(*, membership: Membership, now: datetime) -> Summary:
    """The membership's summary under its row lock, made when it is the first time."""
    return statements.lock_summary(membership.pk, now=now)
