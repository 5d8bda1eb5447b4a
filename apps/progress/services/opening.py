"""Opening a pass, and what stands before it: order, soft limit, a night's sleep."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.cohorts.models import Cohort, Membership
from apps.core.errors import DomainError
from apps.core.localized import localized
from apps.curriculum.models import Video
from apps.progress import order, selectors
from apps.progress.models import FIRST_PASS, SECOND_PASS, Viewing
from apps.progress.recording import record_change


class EarlierVideoFirst(DomainError):
    code = "earlier_video_first"
    title = _("An earlier video comes first")


class NightFirst(DomainError):
    code = "night_first"
    title = _("Sleep on it first")


class RewatchesFirst(DomainError):
    code = "rewatches_first"
    title = _("Second passes are waiting")


class FirstPassFirst(DomainError):
    code = "first_pass_first"
    title = _("The first pass comes first")


class CohortClosed(DomainError):
    code = "cohort_closed"
    title = _("This cohort is archived; nothing new begins in it")


def open_viewing(
    *,
    membership: Membership,
    video: Video,
    number: int,
    now: datetime,
    override: bool = False,
    since: datetime | None = None,
) -> Viewing:
    """Open the pass of this number, or return it if it was opened before.

    `since` is when its page was handed out, where that is known: what was played from then on without
    a network counts too.

    `override` goes past the order (not in a strict cohort), past the soft limit on first passes that
    run ahead, and past the night between the passes; it is recorded. Raises EarlierVideoFirst,
    RewatchesFirst, NightFirst, FirstPassFirst, CohortClosed.
    """
    viewing = selectors.viewing_of(membership=membership, video_id=video.pk, number=number)
    if viewing is not None:
        return viewing
    marks = _opening_marks(membership, video, number=number, now=now, override=override)
    marks["opened_at"] = min(now, since or now)
    return _make_viewing(membership, video, number=number, now=now, marks=marks)


def refusal_to_open(
    *, membership: Membership, video: Video, number: int, now: datetime
) -> DomainError | None:
    """What `open_viewing` without `override` would raise; None where it opens or is open already."""
    if selectors.viewing_of(membership=membership, video_id=video.pk, number=number) is None:
        try:
            _opening_marks(membership, video, number=number, now=now, override=False)
        except DomainError as refusal:
            return refusal
    return None


def _opening_marks(
    membership: Membership, video: Video, *, number: int, now: datetime, override: bool
) -> dict[str, Any]:
    """What is recorded about an opening that its rules allow; raises the rule's error otherwise."""
    if membership.cohort.archived_at is not None:
        raise CohortClosed
    if number == FIRST_PASS:
        if _out_of_order(membership=membership, video=video, override=override):
            return {"order_overridden_at": now}
        if _past_the_limit(membership=membership, override=override):
            return {"limit_overridden_at": now}
    elif _before_the_night(membership, video, number=number, now=now, override=override):
        return {"night_overridden_at": now}
    return {}


def open_extra_pass(
    *, membership: Membership, video: Video, now: datetime, since: datetime | None = None
) -> Viewing:
    """The extra pass that is open, or the next one; extra passes disturb no record.

    `since` as in `open_viewing`.
    """
    extras = selectors.viewings_of(membership=membership).filter(
        video=video, number__gt=SECOND_PASS
    )
    last = extras.order_by("-number").first()
    if last is not None and not last.is_completed:
        return last
    number = max(SECOND_PASS, last.number if last else 0) + 1
    return open_viewing(membership=membership, video=video, number=number, now=now, since=since)


def _out_of_order(*, membership: Membership, video: Video, override: bool) -> bool:
    rule = membership.cohort.order_rule
    if rule == Cohort.OrderRule.FREE:
        return False
    completed = set(
        selectors.viewings_of(membership=membership)
        .filter(number=FIRST_PASS, completed_at__isnull=False)
        .values_list("video_id", flat=True)
    )
    places = selectors.places_of(cohort=membership.cohort)
    earlier_id = order.earlier_video(places, video_id=video.pk, completed=completed)
    if earlier_id is None:
        return False
    if override and rule == Cohort.OrderRule.GUIDED:
        return True
    earlier = Video.objects.get(pk=earlier_id)
    raise EarlierVideoFirst(
        _("“%(title)s” comes before this one.") % {"title": localized(earlier.title)},
        video=earlier.slug,
        may_override=rule == Cohort.OrderRule.GUIDED,
    )


def _past_the_limit(*, membership: Membership, override: bool) -> bool:
    limit = membership.cohort.soft_limit
    if limit is None:
        return False
    ahead = selectors.first_passes_ahead(summary=selectors.summary_of(membership=membership))
    if ahead < limit:
        return False
    if override:
        return True
    raise RewatchesFirst(
        ngettext(
            "You owe %(count)d rewatch. Do it first?",
            "You owe %(count)d rewatches. Do one first?",
            ahead,
        )
        % {"count": ahead},
        may_override=True,
    )


def _before_the_night(
    membership: Membership, video: Video, *, number: int, now: datetime, override: bool
) -> bool:
    first = selectors.viewing_of(membership=membership, video_id=video.pk, number=FIRST_PASS)
    if first is None or first.completed_at is None:
        raise FirstPassFirst(_("Watch it once from start to end; then come back."))
    if number != SECOND_PASS or not membership.cohort.night_rule:
        return False
    slept = order.slept_between(completed_at=first.completed_at, now=now, zone=membership.user.zone)
    if slept:
        return False
    if override:
        return True
    raise NightFirst(
        _(
            "You finished the first pass today. A night’s sleep in between makes the second worth more."
        ),
        may_override=True,
    )


def _make_viewing(
    membership: Membership, video: Video, *, number: int, now: datetime, marks: dict[str, Any]
) -> Viewing:
    with transaction.atomic():
        viewing, is_new = Viewing.objects.get_or_create(
            membership=membership, video=video, number=number, defaults=marks
        )
        if is_new:
            record_change(
                viewing=viewing, membership=membership, video=video, now=now, update_fields=[]
            )
    return viewing
