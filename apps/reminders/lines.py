"""What a message says about each rewatch: title, minutes, where the learner stands, a line of their scaffold.

Mails, the inbox and the preview on the settings page say it in the same words. Texts come in the active language.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from apps.core.dates import date_words
from apps.core.durations import video_clock
from apps.core.glyph import GlyphState, PassState, glyph_state
from apps.core.localized import localized
from apps.progress.completion import LIGHT, share_covered
from apps.progress.models import FIRST_PASS, SECOND_PASS, Evidence, Viewing
from apps.reminders.budget import own_ratio, seconds_left
from apps.reminders.models import Rewatch
from apps.reminders.spacing import RewatchState, state_on

CUE_LENGTH = 90
VIEWING_FACTS = (
    "membership_id", "video_id", "number", "covered_ms", "position_ms", "completed_at", "evidence",
    "flags", "scaffold", "rating",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DueLine:
    """One rewatch as a message shows it. `path` leads to the second pass; `cue` may be empty."""

    rewatch_id: int
    title: str
    path: str
    seconds: float
    is_begun: bool
    facts: str
    cue: str
    state: RewatchState
    glyph: GlyphState
    due_on: date
    # The last answer to "how much do you remember?" in words, and the day of the message that asked.
    recall_answer: str
    recall_asked_on: date | None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What lines are written from, for as many rewatches as one likes."""

    rewatches: dict[int, Rewatch]
    viewings: dict[tuple[int, int, int], Viewing]


def line_facts(*, rewatch_ids: Collection[int]) -> LineFacts:
    """Two queries."""
    rewatches = Rewatch.objects.select_related(
        "membership__cohort", "membership__summary", "video"
    ).in_bulk(list(rewatch_ids))
    viewings: dict[tuple[int, int, int], Viewing] = {}
    for viewing in Viewing.objects.filter(
        membership_id__in={rewatch.membership_id for rewatch in rewatches.values()},
        video_id__in={rewatch.video_id for rewatch in rewatches.values()},
        number__in=[FIRST_PASS, SECOND_PASS],
        # Not what was played when: that is the bulk of a viewing.
    ).only(*VIEWING_FACTS):
        viewings[viewing.membership_id, viewing.video_id, viewing.number] = viewing
    return LineFacts(rewatches, viewings)


def due_lines(
    *, rewatch_ids: Sequence[int], today: date, facts: LineFacts | None = None
) -> list[DueLine]:
    """The lines of these rewatches, in their order; two queries where their facts are not known yet."""
    known = facts or line_facts(rewatch_ids=rewatch_ids)
    rewatches, viewings = known.rewatches, known.viewings
    lines = []
    for rewatch_id in rewatch_ids:
        rewatch = rewatches.get(rewatch_id)
        if rewatch is None:
            continue
        where = (rewatch.membership_id, rewatch.video_id)
        first = viewings.get((*where, FIRST_PASS))
        second = viewings.get((*where, SECOND_PASS))
        lines.append(_line(rewatch, first, second, today))
    return lines


def second_pass_path(rewatch: Rewatch) -> str:
    """Where the second pass begins: with what the learner remembers."""
    return _recall_path(rewatch.membership.cohort.slug, rewatch.video.slug)


@lru_cache(maxsize=1024)
def _recall_path(cohort: str, video: str) -> str:
    return reverse("classroom:recall", kwargs={"cohort": cohort, "video": video})


def _line(rewatch: Rewatch, first: Viewing | None, second: Viewing | None, today: date) -> DueLine:
    duration = rewatch.video.duration_seconds
    covered = share_covered(second.covered_ms, duration) if second else 0.0
    summary = getattr(rewatch.membership, "summary", None)
    ratio = (
        own_ratio(second_passes=summary.second_passes, effort_ratio=summary.effort_ratio)
        if summary
        else None
    )
    state = state_on(
        today,
        due_on=rewatch.due_on,
        is_kept=rewatch.kept_at is not None,
        is_stopped=rewatch.stopped_at is not None,
    )
    return DueLine(
        rewatch_id=rewatch.pk,
        title=localized(rewatch.video.title),
        path=second_pass_path(rewatch),
        seconds=seconds_left(duration=duration, own_ratio=ratio, covered=covered),
        is_begun=covered > 0,
        facts=_facts(rewatch, first, second, covered, today),
        cue=_cue(first),
        state=state,
        glyph=glyph_state(_mark(first, duration), _mark(second, duration), state),
        due_on=rewatch.due_on,
        recall_answer=rewatch.get_recall_answer_display() if rewatch.recall_answer else "",
        recall_asked_on=rewatch.recall_asked_on,
    )


def _mark(viewing: Viewing | None, duration: int) -> PassState:
    if viewing is None:
        return PassState()
    return PassState(
        percent=int(share_covered(viewing.covered_ms, duration) * 100),
        is_completed=viewing.is_completed,
        is_self_reported=viewing.evidence == Evidence.SELF_REPORTED,
        is_light=LIGHT in viewing.flags,
    )


def _facts(
    rewatch: Rewatch, first: Viewing | None, second: Viewing | None, covered: float, today: date
) -> str:
    if second is not None and covered > 0:
        return _("Second pass at %(percent)d %%. You stopped at %(clock)s.") % {
            "percent": int(covered * 100),
            "clock": video_clock(second.position_ms),
        }
    words = _("First pass on %(day)s.") % {"day": date_words(rewatch.anchor_on, today)}
    if first is not None and first.rating:
        rated = _("You rated it “%(rating)s”.") % {"rating": first.get_rating_display()}
        return f"{words} {rated}"
    return words


def _cue(first: Viewing | None) -> str:
    """The first concept of the learner's own scaffold: a thread to pull at, not the answer."""
    concepts = (first.scaffold or {}).get("concepts", []) if first else []
    return Truncator(" ".join(str(concepts[0]).split())).chars(CUE_LENGTH) if concepts else ""
