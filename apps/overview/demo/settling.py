"""The columns of a made-up learner's passes from the time that was worked, with the notes and the flags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from apps.curriculum.models import Video
from apps.notes.models import Note
from apps.overview.demo import texts
from apps.overview.demo.people import Habits
from apps.overview.demo.story import Course, Story, Work
from apps.progress import coverage
from apps.progress.models import SECOND_PASS, Viewing
from apps.progress.recording import judge

# What a person calls a note's moment is seldom the video's first or last seconds.
EARLIEST_NOTE, LATEST_NOTE = 0.04, 0.97


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes: their course, habits, language and luck, and the moment their story ends."""

    course: Course
    habits: Habits
    language: str
    random: Random
    now: datetime


def settle(work: Work, story: Story, hand: Hand) -> None:
    """The viewing's columns from the time that was worked, its notes, and its flags."""
    viewing, video = work.viewing, hand.course.videos[work.viewing.video_id]
    done = min(1.0, work.done_ms / work.need_ms) if work.need_ms else 0.0
    viewing.covered_ms = int(video.duration_ms * work.share * done)
    viewing.coverage = ((0, viewing.covered_ms),) if viewing.covered_ms else ()
    viewing.position_ms = viewing.covered_ms
    viewing.active = coverage.merge(work.active)
    viewing.active_seconds = coverage.milliseconds(viewing.active) // 1000
    viewing.elsewhere = _in_jupyter(work, int(work.elsewhere_seconds * done), hand.now)
    viewing.elsewhere_seconds = coverage.milliseconds(viewing.elsewhere) // 1000
    viewing.last_heartbeat_at = viewing.active[-1][1] if viewing.active else None
    if viewing.number == SECOND_PASS:
        _write_notes(work, video, story, hand)
    judge(viewing, video)


def _write_notes(work: Work, video: Video, story: Story, hand: Hand) -> None:
    viewing, random = work.viewing, hand.random
    drafts = texts.notes(video.slug, hand.language)
    if work.is_light:
        drafts = drafts[:1]
    written = [
        draft for draft in drafts if draft["share"] * video.duration_ms <= viewing.covered_ms
    ] or drafts[: int(viewing.is_completed)]
    shared = "instructors" if random.random() < 0.5 else "cohort"
    for draft in written:
        moment = _moment_at(work.active, draft["share"])
        story.notes.append(_note(viewing, video, draft, moment, shared, hand))
    mine = [note for note in story.notes if note.viewing_id == viewing.pk]
    typed = [note.typed_share for note in mine if note.typed_share is not None]
    viewing.note_count = len(mine)
    viewing.code_count = sum(note.kind == Note.Kind.CODE for note in mine)
    viewing.experiment_count = sum(note.kind == Note.Kind.EXPERIMENT for note in mine)
    viewing.question_count = sum(note.kind == Note.Kind.QUESTION for note in mine)
    viewing.typed_share = sum(typed) / len(typed) if typed else None


def _note(
    viewing: Viewing,
    video: Video,
    draft: Mapping[str, Any],
    moment: datetime,
    shared: str,
    hand: Hand,
) -> Note:
    place = min(LATEST_NOTE, max(EARLIEST_NOTE, draft["share"] + hand.random.uniform(-0.02, 0.02)))
    is_shared = hand.random.random() < hand.habits.shares
    is_code = draft["kind"] == Note.Kind.CODE
    return Note(
        viewing_id=viewing.pk,
        at_ms=min(int(video.duration_ms * place), max(viewing.covered_ms, 1000)),
        kind=draft["kind"],
        **texts.columns(draft),
        typed_share=hand.random.choice((1.0, 1.0, 1.0, 0.96, 0.9)) if is_code else None,
        visibility=shared if is_shared else "private",
        shared_in=hand.course.cohort if is_shared else None,
        created_at=moment,
        updated_at=moment,
    )


def _in_jupyter(work: Work, seconds: int, now: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Time of their own, right after the desk."""
    if not work.active or not seconds:
        return ()
    begin = work.active[-1][1]
    end = min(begin + timedelta(seconds=seconds), now)
    return ((begin, end),) if begin < end else ()


def _moment_at(active: Sequence[tuple[datetime, datetime]], share: float) -> datetime:
    """The moment at which this share of the active time had passed."""
    total = sum(((upper - lower) for lower, upper in active), timedelta())
    left = total * min(share, 0.99)
    for lower, upper in active:
        if left <= upper - lower:
            return lower + left
        left -= upper - lower
    return active[-1][1]
