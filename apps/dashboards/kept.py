"""The boards of large cohorts, kept between requests and counted anew only where something has changed.

What a row is made of changes with its facts, which all say so by `Summary.updated_at` in their own transaction, with
the person and with their open questions: all three are compared. And it changes with the clock, at the midnights of
the cohort and of the learner. Another plan, or another day of the cohort, is counted from the beginning. A board is
kept in the process, and in the shared cache for processes that have none; losing either costs time.
"""

import logging
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import xor
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import connection

from apps.cohorts.models import Cohort
from apps.dashboards.board import Board
from apps.dashboards.rows import LearnerRow, Plan
from apps.dashboards.versions import VERSION
from apps.notes.selectors import Asked, asked_in
from apps.reminders.slots import local_date

# Counting anew what changed is cheap, and a finished pass has to show on an open page within five seconds.
KEPT_FOR = timedelta(seconds=2)
KEPT_FROM_LEARNERS = 200
KEPT_ROWS = 25_000
SHARED_AGAIN = timedelta(minutes=1)
SHARED_FOR_SECONDS = 24 * 3600
# Names as the ORM gives them in a query for learners.
MARK = """
    hash_record_extended(ROW(
        cohorts_membership.id, cohorts_membership.joined_at, cohorts_membership.external_id,
        accounts_user.name, accounts_user.email, accounts_user.sort_name, accounts_user.time_zone,
        progress_summary.updated_at), 0)
"""
logger = logging.getLogger(__name__)

NEVER = datetime.min.replace(tzinfo=UTC)
# A number for each learner that changes with their facts, their name and their zone.
People = dict[int, int]
# The rows of these memberships, or of all.
Count = Callable[[Plan, Asked, Collection[int] | None], Iterable[LearnerRow]]


@dataclass(slots=True)
class Kept:
    """A board and what it was counted from; `shared_at` is when other processes were last given it."""

    board: Board
    rules: tuple[Any, ...]
    people: People
    asked: Asked
    # The day it was in each of the learners' zones.
    days: dict[str, date]
    shared_at: datetime = NEVER


_kept: OrderedDict[int, Kept] = OrderedDict()
_lock = Lock()
_counting: defaultdict[int, Lock] = defaultdict(Lock)


def forget_boards() -> None:
    """Drop what this process keeps."""
    with _lock:
        _kept.clear()


def board_of(*, plan: Plan, count: Count) -> Board:
    """The board as of `plan.now`, or of the last seconds, out of what is kept where that is possible."""
    key, now = plan.cohort.pk, plan.now
    if (kept := _young(_kept.get(key), now)) is not None:
        return kept.board
    with _counting[key]:
        if (kept := _young(_kept.get(key), now)) is not None:
            return kept.board
        kept = _kept.get(key) or _shared(plan)
        if kept is None or now < kept.board.as_of or not _still_holds(kept, plan):
            kept = _counted(plan, count)
        else:
            kept = _refreshed(kept, plan, count)
        if len(kept.board.rows) >= KEPT_FROM_LEARNERS:
            _keep(key, kept)
            if now - kept.shared_at >= SHARED_AGAIN:
                _share(key, kept)
    return kept.board


def _young(kept: Kept | None, now: datetime) -> Kept | None:
    return kept if kept and timedelta(0) <= now - kept.board.as_of < KEPT_FOR else None


def _still_holds(kept: Kept, plan: Plan) -> bool:
    return kept.board.plan.today == plan.today and kept.rules == _rules(plan)


def _rules(plan: Plan) -> tuple[Any, ...]:
    """Everything of the cohort and its curriculum that a figure may depend on."""
    said = tuple(str(getattr(plan.cohort, field.attname)) for field in Cohort._meta.concrete_fields)
    videos = tuple((each.id, each.duration_seconds, each.is_bonus) for each in plan.outline.videos)
    return (VERSION, said, videos)


def _counted(plan: Plan, count: Count) -> Kept:
    asked = asked_in(cohort=plan.cohort)
    rows = sorted(count(plan, asked, None), key=_by_name)
    people = {row.membership_id: row.mark for row in rows}
    zones = {row.time_zone for row in rows}
    return Kept(
        Board(plan, rows, asked.of_videos), _rules(plan), people, asked, _days(zones, plan.now)
    )


def _refreshed(kept: Kept, plan: Plan, count: Count) -> Kept:
    was = kept.board
    # Before the facts: what changes between is read twice rather than never.
    people = kept.people if _is_same(plan.cohort, kept.people) else _people(plan.cohort)
    asked = asked_in(cohort=plan.cohort)
    days = _days(kept.days, plan.now)
    turned = {zone for zone, day in days.items() if kept.days[zone] != day}
    stale = dict(asked.oldest.items() ^ kept.asked.oldest.items()).keys() | set()
    if people is not kept.people:
        stale |= dict(people.items() - kept.people.items()).keys()
    if turned:
        stale |= {row.membership_id for row in was.rows if row.time_zone in turned}
    fresh = {row.membership_id: row for row in count(plan, asked, stale)} if stale else {}
    before = {row.membership_id: row for row in was.rows if row.membership_id in fresh}
    if fresh == before and people is kept.people:
        return Kept(
            was.as_of_now(plan, asked.of_videos), kept.rules, people, asked, days, kept.shared_at
        )
    rows = [
        row for row in was.rows if row.membership_id in people and row.membership_id not in fresh
    ]
    rows = sorted([*rows, *fresh.values()], key=_by_name)
    days |= _days({row.time_zone for row in fresh.values()}, plan.now)
    return Kept(Board(plan, rows, asked.of_videos), kept.rules, people, asked, days, kept.shared_at)


_LEARNERS = """
  FROM cohorts_membership JOIN accounts_user ON accounts_user.id = cohorts_membership.user_id
  LEFT JOIN progress_summary ON progress_summary.membership_id = cohorts_membership.id
 WHERE cohorts_membership.cohort_id = %s AND cohorts_membership.role = 'learner'
   AND cohorts_membership.ended_at IS NULL
"""


def _people(cohort: Cohort) -> People:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT cohorts_membership.id, {MARK} {_LEARNERS}", [cohort.pk])
        return dict(cursor.fetchall())


def _is_same(cohort: Cohort, people: People) -> bool:
    """Whether the learners are these, without reading each of them."""
    with connection.cursor() as cursor:
        summed = f"SELECT count(*), coalesce(bit_xor({MARK}), 0) {_LEARNERS}"
        cursor.execute(summed, [cohort.pk])
        found: tuple[int, int] = cursor.fetchone()
    return found == (len(people), reduce(xor, people.values(), 0))


def _days(zones: Iterable[str], now: datetime) -> dict[str, date]:
    return {zone: local_date(now, ZoneInfo(zone)) for zone in zones}


def _by_name(row: LearnerRow) -> tuple[str, int]:
    return (row.sort_name, row.membership_id)


def _keep(key: int, kept: Kept) -> None:
    with _lock:
        _kept[key] = kept
        _kept.move_to_end(key)
        while len(_kept) > 1 and sum(len(each.board.rows) for each in _kept.values()) > KEPT_ROWS:
            _kept.popitem(last=False)


def _shared(plan: Plan) -> Kept | None:
    """What another process has counted of this cohort."""
    try:
        found = cache.get(_name(plan.cohort.pk))
    except Exception:  # the cache is away, or holds what another version wrote
        logger.warning("no board of cohort %s from the cache", plan.cohort.pk, exc_info=True)
        return None
    if found is None:
        return None
    as_of, rows, rules, people, asked, *rest = found
    board = Board(Plan(plan.cohort, plan.outline, as_of), rows, asked.of_videos)
    return Kept(board, rules, people, asked, *rest)


def _share(key: int, kept: Kept) -> None:
    kept.shared_at = kept.board.as_of
    whole = (
        kept.board.as_of, kept.board.rows, kept.rules, kept.people, kept.asked, kept.days,
        kept.shared_at,
    )  # fmt: skip
    try:
        cache.set(_name(key), whole, SHARED_FOR_SECONDS)
    except Exception:
        logger.warning("the board of cohort %s could not be shared", key, exc_info=True)


def _name(key: int) -> str:
    return f"dashboards.board.{VERSION}.{key}"
