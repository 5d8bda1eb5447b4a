"""Commands of watching: open a pass, finish it, write scaffold and recall.

Finishing is called by `reminders.services.finish_pass` and by nothing else, since a finished pass
makes or keeps a rewatch in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.cohorts.models import Cohort, Membership
from apps.core.errors import DomainError, InvalidValue
from apps.core.localized import localized
from apps.curriculum.models import Video
from apps.progress import order, selectors
from apps.progress import summary as summaries
from apps.progress.completion import is_covered, needed_share, share_covered
from apps.progress.models import FIRST_PASS, SECOND_PASS, Evidence, Rating, Summary, Viewing
from apps.progress.recording import locked_summary, record_change

MAX_CONCEPTS = 7
MAX_CONCEPT_LENGTH = 500
MAX_TEXT_LENGTH = 20_000


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


class CoverageMissing(DomainError):
    code = "coverage_missing"
    title = _("Part of the video has not been played yet")


class NoteMissing(DomainError):
    code = "note_missing"
    title = _("A second pass needs one note at least")


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


@dataclass(frozen=True, slots=True)
class NoteCounts:
    """What `notes` counts for a viewing; `typed_share` is None where no code says it."""

    notes: int
    code: int
    experiments: int
    questions: int
    typed_share: float | None


def recount_notes(*, viewing: Viewing, counts: NoteCounts, now: datetime) -> None:
    """Take over the counts of a viewing's notes; called by `notes.services` in its transaction."""
    with transaction.atomic():
        locked = Viewing.objects.select_for_update(of=("self",), no_key=True).get(pk=viewing.pk)
        locked.note_count, locked.code_count = counts.notes, counts.code
        locked.experiment_count, locked.question_count = counts.experiments, counts.questions
        locked.typed_share = counts.typed_share
        record_change(
            viewing=locked,
            membership=viewing.membership,
            video=viewing.video,
            now=now,
            update_fields=[
                "note_count", "code_count", "experiment_count", "question_count", "typed_share",
            ],
        )  # fmt: skip


def rebuild_summary(*, membership: Membership, now: datetime) -> Summary:
    """Recompute one summary from its facts; equal to the kept one unless something went wrong."""
    with transaction.atomic():
        kept = locked_summary(membership=membership, now=now)
        viewings = list(selectors.viewings_of(membership=membership).select_related("video"))
        rebuilt = summaries.rebuilt(
            kept,
            [(viewing, viewing.video.duration_seconds) for viewing in viewings],
            bonus=selectors.bonus_videos(cohort=membership.cohort),
            zone=membership.cohort.zone,
        )
        rebuilt.updated_at = now
        rebuilt.save()
    return rebuilt
