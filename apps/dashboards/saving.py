"""The tables of a cohort as files: their headings and their rows, drawn one by one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.cohorts.access import is_instructor
from apps.cohorts.models import Membership
from apps.cohorts.selectors import events_of, members_of
from apps.core.localized import localized
from apps.dashboards.board import Board
from apps.dashboards.care import care_in, need_list
from apps.dashboards.heatmap import heatmap_lines
from apps.dashboards.history import entries_of
from apps.dashboards.rows import LearnerRow
from apps.dashboards.selectors import cohort_board, rings_of
from apps.dashboards.table import Asked, listed
from apps.notes.models import Note
from apps.notes.selectors import notes_shared_with

# So many rows are read at a time.
AT_ONCE = 200

LEARNER = gettext_lazy("Learner")
OUR_ID = gettext_lazy("External id")


@dataclass(frozen=True, slots=True)
class Wish:
    """Who saves, what the address asks for, and when."""

    reader: Membership
    got: QueryDict
    now: datetime

    @property
    def with_ids(self) -> bool:
        """External ids are of nobody's but the instructors' business."""
        return is_instructor(self.reader)

    def board(self) -> Board:
        return cohort_board(cohort=self.reader.cohort, now=self.now)


@dataclass(frozen=True, slots=True)
class Table:
    """`count` is how many rows there are."""

    heads: Sequence[str | Promise]
    rows: Iterable[Sequence[Any]]
    count: int


@dataclass(frozen=True, slots=True)
class Saved:
    """A table that may be saved, and by whom."""

    of: Callable[[Wish], Table]
    for_instructors: bool = False


def _learners(wish: Wish) -> Table:
    """The table of everyone as it is asked for: its rows, its order, its columns of words and numbers."""
    board, asked = _asked(wish)
    rows = listed(board, asked, with_ids=wish.with_ids)
    columns = asked.words + asked.numbers
    return Table(
        [LEARNER, *(capfirst(str(column.label)) for column in columns)],
        ([row.name, *(column.saved(row, board.plan) for column in columns)] for row in rows),
        len(rows),
    )


def _heatmap(wish: Wish) -> Table:
    """Everyone video by video, in the words that a screen reader says."""
    board, asked = _asked(wish)
    rows = listed(board, asked, with_ids=wish.with_ids)
    videos = [f"{video.position}. {video.title}" for video in board.plan.outline.videos]
    return Table(
        [LEARNER, *_ids(wish, OUR_ID), *videos], _heatmap_rows(wish, board, rows), len(rows)
    )


def _heatmap_rows(wish: Wish, board: Board, rows: Sequence[LearnerRow]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        lines = heatmap_lines(
            part,
            outline=board.plan.outline,
            shown=rings_of(rows=part),
            now=wish.now,
        )
        for line in lines:
            words = (cell.words.partition(". ")[2] for cell in line.cells)
            yield [line.row.name, *_ids(wish, line.row.external_id), *words]


def _needing(wish: Wish) -> Table:
    """Those who need help, with all reasons, hidden ones too."""
    board = wish.board()
    care = care_in(cohort=wish.reader.cohort, today=board.plan.today)
    found = need_list(board, care, most=len(board.rows), with_hidden=True)
    heads = [
        LEARNER,
        *_ids(wish, OUR_ID),
        _("Verdict"),
        _("Why"),
        _("Hours"),
        _("Talked to"),
        pgettext("talked to", "By"),
        _("Hidden until"),
    ]
    rows = (
        [
            need.row.name,
            *_ids(wish, need.row.external_id),
            need.verdict,
            " ".join(need.reasons),
            round(need.row.active_seconds / 3600, 2),
            need.cared.talked_at,
            need.cared.talked_by,
            need.cared.hidden_until if need.is_hidden else None,
        ]
        for need in found.needs
    )
    return Table(heads, rows, len(found.needs))


def _funnel(wish: Wish) -> Table:
    """How many came how far with each video."""
    funnel = wish.board().funnel
    heads = [
        _("Video"),
        _("Title"),
        _("First pass begun"),
        _("First pass done"),
        _("Second pass begun"),
        _("Second pass done"),
    ]
    rows = (
        [
            steps.video.position,
            steps.video.title,
            steps.first_opened,
            steps.first_done,
            steps.second_opened,
            steps.second_done,
        ]
        for steps in funnel
    )
    return Table(heads, rows, len(funnel))


def _questions(wish: Wish) -> Table:
    """The questions that were shared with the instructors, with how many answers they have."""
    notes = notes_shared_with(
        user=wish.reader.user, cohort_slug=wish.reader.cohort.slug, kind=Note.Kind.QUESTION
    )
    heads: list[str | Promise] = [
        _("Asked"),
        LEARNER,
        OUR_ID,
        _("Video"),
        _("Second"),
        _("Question"),
        _("Answers"),
    ]
    rows = (
        [
            note.created_at,
            note.viewing.membership.user.display_name,
            note.viewing.membership.external_id,
            localized(note.viewing.video.title),
            note.at_ms // 1000,
            note.body,
            getattr(note, "answer_count", 0),
        ]
        for note in notes.iterator(chunk_size=AT_ONCE)
    )
    return Table(heads, rows, notes.count())


def _history(wish: Wish) -> Table:
    """The whole audit trail, newest first."""
    events = events_of(cohort=wish.reader.cohort)
    heads = [_("When"), _("What"), _("Who"), _("About whom"), _("Details")]
    rows = (
        [entry.at, capfirst(entry.what), entry.who, entry.about, "; ".join(entry.details)]
        for entry in entries_of(events.iterator(chunk_size=AT_ONCE))
    )
    return Table(heads, rows, events.count())


def _people(wish: Wish) -> Table:
    """All people of the cohort; addresses and external ids for instructors only."""
    members = members_of(cohort=wish.reader.cohort)
    heads: list[str | Promise] = [_("Name"), _("Role"), pgettext("a cohort", "Joined")]
    rows = (
        [
            member.user.display_name,
            capfirst(member.get_role_display()),
            member.joined_at,
            *_ids(wish, member.user.email),
            *_ids(wish, member.external_id),
        ]
        for member in members.iterator(chunk_size=AT_ONCE)
    )
    return Table([*heads, *_ids(wish, _("E-mail")), *_ids(wish, OUR_ID)], rows, members.count())


# By the last part of their addresses, as `TABLE_NAMES` are.
TABLES: dict[str, Saved] = {
    "learners": Saved(_learners),
    "heatmap": Saved(_heatmap),
    "needing": Saved(_needing),
    "funnel": Saved(_funnel),
    "questions": Saved(_questions, for_instructors=True),
    "history": Saved(_history, for_instructors=True),
    "people": Saved(_people),
}


def _asked(wish: Wish) -> tuple[Board, Asked]:
    board = wish.board()
    has_ids = any(row.external_id for row in board.rows)
    return board, Asked.of(wish.got, with_ids=wish.with_ids, has_ids=has_ids)


def _ids(wish: Wish, value: str | Promise) -> list[str | Promise]:
    return [value] if wish.with_ids else []
