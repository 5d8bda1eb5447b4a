"""The plan of a cohort as one learner stands in it: phases, lines, estimates, what is closed yet."""

from dataclasses import dataclass
from datetime import datetime

from apps.classroom.steps import Step, step_words
from apps.classroom.today import finish_of
from apps.cohorts.models import Cohort, Membership
from apps.curriculum.outline import Outline, PhaseOutline, VideoOutline
from apps.curriculum.selectors import revision_outline
from apps.overview.documents import ProgressDocument
from apps.overview.lines import Line, lines_of, ratio_of
from apps.overview.pace import Finish
from apps.overview.selectors import progress_document
from apps.progress.order import Place, earlier_video
from apps.reminders.budget import DEFAULT_RATIO


@dataclass(frozen=True, slots=True)
class Stop:
    """One video on the roadmap. `waits_for` is the title of the video that a strict order asks for first."""

    line: Line
    outline: VideoOutline
    is_next: bool
    waits_for: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """One phase; `plan_seconds` are both passes with the ratio we plan with."""

    phase: PhaseOutline
    stops: tuple[Stop, ...]
    plan_seconds: float


@dataclass(frozen=True, slots=True)
class Roadmap:
    document: ProgressDocument
    outline: Outline
    step: Step
    stretches: tuple[Stretch, ...]
    finish: Finish
    plan_seconds: float
    ratio: float
    is_own_ratio: bool


def roadmap_of(*, membership: Membership, now: datetime) -> Roadmap:
    """Cohort, revision and user have to be loaded with the membership."""
    document = progress_document(membership=membership, now=now)
    outline = revision_outline(revision_id=membership.cohort.revision_id)
    lines = {line.video.pk: line for line in lines_of(document)}
    step = step_words(document, list(lines.values()))
    own = ratio_of(document)
    ratio = own or DEFAULT_RATIO
    closed = _closed(membership.cohort, list(lines.values()))
    stretches = tuple(
        Stretch(
            phase=phase,
            stops=tuple(
                Stop(
                    line=lines[video.id],
                    outline=video,
                    is_next=step.line is lines[video.id],
                    waits_for=str(outline.videos_by_id[closed[video.id]].title)
                    if video.id in closed
                    else "",
                )
                for video in phase.videos
                if video.id in lines
            ),
            plan_seconds=phase.estimate.once_seconds * (1 + ratio),
        )
        for phase in outline.phases
    )
    return Roadmap(
        document=document,
        outline=outline,
        step=step,
        stretches=stretches,
        finish=finish_of(document),
        plan_seconds=sum(stretch.plan_seconds for stretch in stretches),
        ratio=ratio,
        is_own_ratio=own is not None,
    )


def _closed(cohort: Cohort, lines: list[Line]) -> dict[int, int]:
    """Videos that a strict order does not open yet, each with the one that comes first."""
    if cohort.order_rule != Cohort.OrderRule.STRICT:
        return {}
    places = [Place(line.video.pk, line.position, line.is_bonus) for line in lines]
    completed = {line.video.pk for line in lines if line.is_first_done}
    closed = {}
    for line in lines:
        if line.first is not None:
            continue
        before = earlier_video(places, video_id=line.video.pk, completed=completed)
        if before is not None:
            closed[line.video.pk] = before
    return closed
