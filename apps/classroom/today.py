"""What a learner's home shows, read in five statements whatever the cohort's size."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Func, Q, Sum, Value

from apps.classroom.steps import Step, step_words
from apps.classroom.week import Week, monday_of, week_of
from apps.cohorts.models import Cohort, Membership
from apps.cohorts.schedule import day_start, plan_begins_at
from apps.cohorts.selectors import learners_of
from apps.core.fields import MomentMultirangeField
from apps.overview.documents import ProgressDocument, document_of
from apps.overview.lines import Line, lines_of, ratio_of
from apps.overview.next_step import FIRST_PASS
from apps.overview.pace import Finish, Length, finishing, seconds_to_go, whole_seconds
from apps.overview.statements import (
    VIEWING_FIELDS,
    placements_of,
    rewatches_of,
    summaries_of,
)
from apps.progress import coverage
from apps.progress.models import Viewing
from apps.reminders.slots import local_date

DUE_SHOWN = 6
COMING_SHOWN = 2
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Pulse:
    """True figures of the cohort: how many of its learners were here since `since`, and all passes."""

    learners: int
    here: int
    first_passes: int
    second_passes: int


@dataclass(frozen=True, slots=True)
class Home:
    document: ProgressDocument
    step: Step
    due: tuple[Line, ...]
    due_total: int
    due_seconds: float
    coming: tuple[Line, ...]
    then: Line | None
    lines: tuple[Line, ...]
    week: Week
    finish: Finish
    pulse: Pulse | None

    @property
    def more_due(self) -> int:
        """Due rewatches beyond those listed and the one on the card."""
        shown = len(self.due) + (self.step.line is not None and self.step.line.is_due)
        return max(0, self.due_total - shown)

    @property
    def is_empty(self) -> bool:
        """Nothing was watched yet."""
        return not any(line.first or line.second for line in self.lines)


class _Within(Func):
    """The part of one multirange that lies in another."""

    template = "(%(expressions)s)"
    arg_joiner = " * "


def home_of(*, membership: Membership, now: datetime) -> Home:
    """The home of a learner; cohort, revision and user have to be loaded with the membership."""
    user, cohort = membership.user, membership.cohort
    today = local_date(now, user.zone)
    monday = monday_of(today)
    week = (day_start(monday, user.zone), day_start(monday + timedelta(days=7), user.zone))
    viewings = list(
        Viewing.objects.filter(membership=membership)
        .only(*VIEWING_FIELDS)
        .annotate(
            active_this_week=_Within(
                F("active"),
                Value((week,), output_field=MomentMultirangeField()),
                output_field=MomentMultirangeField(),
            )
        )
    )
    document = document_of(
        membership=membership,
        summary=next(iter(summaries_of([membership.pk])), None),
        placements=placements_of([cohort.revision_id]),
        viewings=viewings,
        rewatches=rewatches_of([membership.pk]),
        now=now,
    )
    lines = lines_of(document)
    step = step_words(document, lines)
    others = [line for line in lines if line.due_on and line is not step.line]
    others.sort(key=lambda line: (line.due_on or date.max, line.position))
    due = [line for line in lines if line.is_due]
    active = coverage.merge(
        stretch
        for viewing in viewings
        for stretch in viewing.active_this_week  # type: ignore[attr-defined]  # annotated above
    )
    by_day = coverage.by_day(active, user.zone)
    return Home(
        document=document,
        step=step,
        due=tuple([line for line in others if line.is_due][:DUE_SHOWN]),
        due_total=len(due),
        due_seconds=sum(line.second_seconds_left for line in due),
        coming=tuple([line for line in others if not line.is_due][:COMING_SHOWN]),
        then=_then(document, lines),
        lines=tuple(lines),
        week=week_of(
            {day: milliseconds // 1000 for day, milliseconds in by_day.items()},
            today=today,
            planned=round(float(cohort.hours_per_week) * HOUR),
        ),
        finish=finish_of(document),
        pulse=None if cohort.is_solo else pulse_of(cohort=cohort, since=week[0]),
    )


def finish_of(document: ProgressDocument) -> Finish:
    """When the learner will be through, at their own pace and by the plan."""
    membership = document.membership
    cohort = membership.cohort
    ratio = ratio_of(document)
    lengths = [
        Length(
            seconds=line.video.duration_seconds,
            is_bonus=line.is_bonus,
            first_share=1.0 if line.is_first_done else line.progress.coverage(line.first),
            second_share=1.0 if line.is_second_done else line.progress.coverage(line.second),
        )
        for line in lines_of(document)
    ]
    begins_at = plan_begins_at(
        starts_on=cohort.starts_on, zone=cohort.zone, joined_at=membership.joined_at
    )
    return finishing(
        left=seconds_to_go(lengths, own_ratio=ratio),
        done=document.totals.active_seconds,
        begins_at=begins_at,
        now=document.as_of,
        today=document.today,
        planned_hours=float(cohort.hours_per_week),
        plan_seconds=whole_seconds(lengths, own_ratio=ratio),
        plan_from=local_date(begins_at, cohort.zone),
        zone=cohort.zone,
        breaks=cohort.break_list,
    )


def pulse_of(*, cohort: Cohort, since: datetime) -> Pulse:
    """The cohort's figures in one statement."""
    counted = learners_of(cohort=cohort).aggregate(
        learners=Count("pk"),
        here=Count("pk", filter=Q(summary__last_active_at__gte=since)),
        first_passes=Sum("summary__first_passes", default=0),
        second_passes=Sum("summary__second_passes", default=0),
    )
    return Pulse(**counted)


def _then(document: ProgressDocument, lines: list[Line]) -> Line | None:
    """The first pass that comes after the step, unless the step is one itself."""
    if document.next_step.kind == FIRST_PASS:
        return None
    left = [line for line in lines if not line.is_first_done and not line.is_bonus]
    return next(iter([line for line in left if line.first] or left), None)
