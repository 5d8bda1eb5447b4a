"""One learner in one cohort, for those who read its figures: counts and dates, no texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.cohorts.models import Membership
from apps.curriculum.outline import Outline
from apps.dashboards.rows import LearnerRow
from apps.dashboards.selectors import learner_row, plan_of
from apps.dashboards.timeline import (
    OwnWeek,
    Span,
    Timeline,
    WeekBars,
    own_weeks,
    timeline,
    week_bars,
)
from apps.notes.models import Note
from apps.notes.selectors import notes_shown_to_instructors
from apps.overview.documents import ProgressDocument
from apps.overview.lines import Line, lines_of
from apps.overview.selectors import progress_document
from apps.progress.models import FIRST_PASS, SECOND_PASS, Viewing
from apps.progress.selectors import viewings_of
from apps.reminders.findings import Why
from apps.reminders.models import Channel, Wake
from apps.reminders.selectors import wake_of
from apps.reminders.services import may_nudge
from apps.reminders.slots import local_date
from apps.reminders.why import why
from apps.reminders.why_words import sentence

NOTES_SHOWN = 20
# 4 January 2027 is a Monday, and Django names days of the week by dates.
MONDAYS_WEEK = tuple(date(2027, 1, 4 + number) for number in range(7))


@dataclass(frozen=True, slots=True)
class Event:
    """A pass opened or finished. `active_seconds` only where it is finished."""

    at: datetime
    is_finished: bool
    number: int
    title: object
    active_seconds: int = 0
    notes: int = 0
    pauses: int = 0
    is_self_reported: bool = False


@dataclass(frozen=True, slots=True)
class NoteCount:
    kind: str
    label: str | Promise
    count: int


@dataclass(frozen=True)
class LearnerPage:
    membership: Membership
    row: LearnerRow
    outline: Outline
    planned_seconds: int
    document: ProgressDocument
    lines: Sequence[Line]
    events: Sequence[Event]
    timeline: Timeline | None
    weeks: Sequence[OwnWeek]
    week_bars: WeekBars | None
    notes: Sequence[NoteCount]
    shared: Sequence[Note]
    wake: Wake
    reminders: Why

    @property
    def today(self) -> date:
        """In the learner's zone."""
        return self.document.today

    @property
    def due(self) -> list[Line]:
        """Owed rewatches, the oldest promise first."""
        lines = [
            line for line in self.lines if line.is_due and line.rewatch and line.rewatch.is_owed
        ]
        return sorted(lines, key=lambda line: (line.due_on or date.max, line.position))

    @property
    def phases(self) -> list[list[Line]]:
        by_video = {line.video.pk: line for line in self.lines}
        return [
            [by_video[video.id] for video in phase.videos if video.id in by_video]
            for phase in self.outline.phases
        ]

    @property
    def note_total(self) -> int:
        return sum(each.count for each in self.notes)

    @property
    def hours_a_week(self) -> float | None:
        """The learner's own pace; None while there is none to tell."""
        finish = self.row.finish
        return finish.hours_per_week if finish is not None and finish.is_own else None

    @property
    def channels(self) -> list[str]:
        return [str(Channel(name).label) for name in self.wake.channels if name in Channel.values]

    @property
    def quiet_days(self) -> list[str]:
        return [
            date_format(day, "l")
            for number, day in enumerate(MONDAYS_WEEK)
            if self.wake.quiet_days >> number & 1
        ]

    @property
    def may_be_nudged(self) -> bool:
        return may_nudge(self.reminders)

    @property
    def next_reminder(self) -> str:
        return sentence(self.reminders.next, self.reminders)

    @property
    def why_none_today(self) -> list[str]:
        return [sentence(finding, self.reminders) for finding in self.reminders.stands]

    @property
    def reminders_so_far(self) -> list[str]:
        return [sentence(finding, self.reminders) for finding in self.reminders.log]

    @property
    def answers(self) -> list[Line]:
        """What they said about how much is left, the latest first."""
        said = [line for line in self.lines if line.rewatch and line.rewatch.recall_answered_at]
        return sorted(said, key=_answered_at, reverse=True)

    @property
    def is_paused(self) -> bool:
        until = self.wake.paused_until
        return self.wake.paused and (until is None or until > self.today)


def _answered_at(line: Line) -> datetime:
    answered_at = line.rewatch.recall_answered_at if line.rewatch else None
    return answered_at or datetime.min.replace(tzinfo=UTC)


def learner_page(*, membership: Membership, now: datetime, with_texts: bool) -> LearnerPage:
    """Cohort, curriculum and user have to be loaded with the membership.

    `with_texts` adds the notes shared with the instructors: for them, not for observers.
    """
    document = progress_document(membership=membership, now=now)
    plan = plan_of(cohort=membership.cohort, now=now)
    row = learner_row(membership=membership, now=now)
    a_week = float(membership.cohort.hours_per_week) * 3600
    weeks = own_weeks(row.curves.weeks, done=row.done_seconds, a_week=a_week, budget=plan.budget)
    viewings = list(viewings_of(membership=membership).only(*_READ))
    return LearnerPage(
        membership=membership,
        row=row,
        outline=plan.outline,
        planned_seconds=plan.planned_now(row.begins_at),
        document=document,
        lines=lines_of(document),
        events=_events(viewings, plan.outline),
        timeline=timeline(
            list(_spans(viewings, plan.outline, membership.user.zone)),
            first_on=local_date(row.begins_at, membership.user.zone),
            today=document.today,
        ),
        weeks=weeks,
        week_bars=week_bars(weeks, a_week=a_week),
        notes=_note_counts(membership),
        shared=list(notes_shown_to_instructors(membership=membership)[:NOTES_SHOWN])
        if with_texts
        else [],
        wake=wake_of(user=membership.user),
        reminders=why(user=membership.user, now=now, membership=membership),
    )


_READ = (
    *("video_id", "number", "opened_at", "completed_at", "evidence", "active", "active_seconds"),
    *("elsewhere_seconds", "note_count", "pauses"),
)


def _events(viewings: Sequence[Viewing], outline: Outline) -> list[Event]:
    """The passes opened and finished, the newest first; a finished one says it once."""
    events = []
    for viewing in viewings:
        video = outline.videos_by_id.get(viewing.video_id)
        if video is not None:
            events.append(_event(viewing, video.title))
    return sorted(events, key=lambda event: event.at, reverse=True)


def _spans(viewings: Sequence[Viewing], outline: Outline, zone: ZoneInfo) -> Iterator[Span]:
    for viewing in viewings:
        video = outline.videos_by_id.get(viewing.video_id)
        if video is not None and viewing.number in (FIRST_PASS, SECOND_PASS):
            lately = viewing.active[-1][1] if viewing.active else viewing.opened_at
            yield Span(
                position=video.position,
                number=viewing.number,
                first_on=local_date(viewing.opened_at, zone),
                last_on=local_date(max(viewing.completed_at or lately, viewing.opened_at), zone),
                is_done=viewing.is_completed,
            )


def _event(viewing: Viewing, title: object) -> Event:
    return Event(
        at=viewing.completed_at or viewing.opened_at,
        is_finished=viewing.is_completed,
        number=viewing.number,
        title=title,
        active_seconds=viewing.active_seconds + viewing.elsewhere_seconds,
        notes=viewing.note_count,
        pauses=viewing.pauses,
        is_self_reported=viewing.evidence == "self_reported",
    )


def event_words(event: Event) -> str:
    """ "Finished the first pass of …"."""
    title = {"video": str(event.title)}
    if event.number == FIRST_PASS:
        words = (
            _("Finished the first pass of “%(video)s”.")
            if event.is_finished
            else _("Opened the first pass of “%(video)s”.")
        )
    elif event.number == SECOND_PASS:
        words = (
            _("Finished the second pass of “%(video)s”.")
            if event.is_finished
            else _("Opened the second pass of “%(video)s”.")
        )
    else:
        words = (
            _("Watched “%(video)s” once more.")
            if event.is_finished
            else _("Opened “%(video)s” once more.")
        )
    return words % title


def _note_counts(membership: Membership) -> list[NoteCount]:
    counts = dict(
        Note.objects.filter(viewing__membership=membership)
        .values_list("kind")
        .annotate(count=Count("id"))
        .order_by()
    )
    return [
        NoteCount(kind.value, kind.label, counts[kind.value])
        for kind in Note.Kind
        if kind.value in counts
    ]
