"""The SQL of the rows that every heartbeat touches, each statement in one named place.

A heartbeat reads all its rows by one statement without a lock, and writes them by another that does
nothing when one of them changed between: PostgreSQL says so by `xmin`, the transaction a row's version is of.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from apps.cohorts.models import Cohort, Membership
from apps.core.rows import Columns, prepared_cursor
from apps.curriculum.models import Video
from apps.progress.models import HeartbeatClient, Summary, Viewing

VIEWINGS, SUMMARIES = Columns(Viewing), Columns(Summary)
# What a heartbeat moves, or its flags may; which viewing of whom it is never changes.
FOLDED = Columns(
    Viewing,
    [
        *("coverage", "covered_ms", "position_ms", "active", "active_seconds", "elsewhere_seconds"),
        *("refused_ms", "pauses", "max_rate", "last_heartbeat_at", "evidence", "flags"),
    ],
)
SUMMED_UP = Columns(
    Summary,
    [
        field.attname
        for field in Summary._meta.concrete_fields
        if field.attname not in ("id", "membership_id")
    ],
)
_READ_OF_VIEWING = Columns(
    Viewing,
    [
        *("id", "membership_id", "video_id", "number", "opened_at", "completed_at", "elsewhere"),
        *("note_count", "code_count", "experiment_count", "typed_share", "rating"),
        *(field.attname for field in FOLDED.fields),
    ],
)
_VIDEOS = Columns(Video, ["id", "duration_seconds", "duration_is_approximate", "is_coding"])
_MEMBERSHIPS = Columns(Membership, ["id", "user_id", "cohort_id", "ended_at"])
_COHORTS = Columns(Cohort, ["id", "time_zone", "revision_id"])
# In the order in which they are selected.
_PARTS: tuple[tuple[Columns[Any], str], ...] = (
    (_READ_OF_VIEWING, "v"),
    (_VIDEOS, "film"),
    (_MEMBERSHIPS, "m"),
    (_COHORTS, "c"),
    (SUMMARIES, "s"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a viewing as they stand, and which versions of them these are."""

    viewing: Viewing
    summary: Summary | None
    was_seen: bool
    versions: tuple[str, str | None]


def read(viewing_id: int, *, user_id: int | None, client: UUID, sequence: int) -> Found | None:
    """The viewing with what folding needs of its video, membership, cohort and summary; no lock.

    With `user_id` only that person's own. `was_seen` says whether this sequence number
    of this page load was counted already.
    """
    values = {"viewing": str(viewing_id), "client": str(client), "sequence": str(sequence)}
    if user_id is not None:
        values["user"] = str(user_id)
    with prepared_cursor() as cursor:
        cursor.execute(_reading(of_one_person=user_id is not None), values)
        row = cursor.fetchone()
    if row is None:
        return None
    loaded: list[Any] = []
    begin = 3
    for columns, _ in _PARTS:
        end = begin + len(columns.fields)
        loaded.append(columns.load(row[begin:end]) if row[begin] is not None else None)
        begin = end
    viewing, video, membership, cohort, summary = loaded
    membership.cohort = cohort
    viewing.video, viewing.membership = video, membership
    return Found(viewing, summary, was_seen=bool(row[2]), versions=(row[0], row[1]))


@cache
def _reading(*, of_one_person: bool) -> str:
    selected = ", ".join(columns.selected(alias) for columns, alias in _PARTS)
    return f"""
        SELECT v.xmin::text, s.xmin::text, h.sequences @> %(sequence)s::int, {selected}
          FROM {VIEWINGS.table} v
          JOIN {_VIDEOS.table} film ON film.id = v.video_id
          JOIN {_MEMBERSHIPS.table} m ON m.id = v.membership_id
          JOIN {_COHORTS.table} c ON c.id = m.cohort_id
          LEFT JOIN {SUMMARIES.table} s ON s.membership_id = m.id
          LEFT JOIN {_clients()} h ON h.viewing_id = v.id AND h.client = %(client)s::uuid
         WHERE v.id = %(viewing)s::bigint
               {"AND m.user_id = %(user)s::bigint" if of_one_person else ""}
    """  # noqa: S608 - columns of our models


def write(found: Found, *, client: UUID, sequence: int) -> bool:
    """Write the folded viewing and summary and note the sequence number, all or nothing.

    False, and nothing is written, when viewing or summary are not the versions that were read.
    """
    assert found.summary is not None  # noqa: S101 - the caller folded into it
    values = {
        "viewing": str(found.viewing.pk),
        "viewing_version": found.versions[0],
        "summary": str(found.summary.pk),
        "summary_version": found.versions[1],
        "client": str(client),
        "sequence": str(sequence),
        "folded": FOLDED.document(found.viewing),
        "summed_up": SUMMED_UP.document(found.summary),
    }
    with prepared_cursor() as cursor:
        cursor.execute(_writing(), values)
        row = cursor.fetchone()
    return bool(row and row[0])


@cache
def _writing() -> str:
    # `same` locks the viewing first and the summary second, as everyone does; a version that
    # is no longer the newest when the lock is there is no row of it.
    return f"""
        WITH same AS (
            SELECT v.id AS viewing_id, s.id AS summary_id
              FROM {VIEWINGS.table} v JOIN {SUMMARIES.table} s ON s.membership_id = v.membership_id
             WHERE v.id = %(viewing)s::bigint AND v.xmin = %(viewing_version)s::xid
               AND s.id = %(summary)s::bigint AND s.xmin = %(summary_version)s::xid
               FOR NO KEY UPDATE OF v, s
        ), noted AS (
            INSERT INTO {_clients()} AS seen (viewing_id, client, sequences)
            SELECT same.viewing_id, %(client)s::uuid,
                   int4multirange(int4range(%(sequence)s::int, %(sequence)s::int + 1))
              FROM same
                ON CONFLICT (viewing_id, client) DO UPDATE
               SET sequences = seen.sequences + EXCLUDED.sequences
        ), folded AS (
            UPDATE {VIEWINGS.table} v SET {FOLDED.set_from("x")}
              FROM same, jsonb_to_record(%(folded)s::jsonb) AS x({FOLDED.types})
             WHERE v.id = same.viewing_id
        ), summed_up AS (
            UPDATE {SUMMARIES.table} s SET {SUMMED_UP.set_from("x")}
              FROM same, jsonb_to_record(%(summed_up)s::jsonb) AS x({SUMMED_UP.types})
             WHERE s.id = same.summary_id
        )
        SELECT count(*) FROM same
    """  # noqa: S608 - columns of our models


def lock(viewing_id: int, *, now: datetime) -> None:
    """Lock the viewing's row and its membership's summary, which is made when it is the first time."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT membership_id FROM {VIEWINGS.table}"  # noqa: S608 - our table
            " WHERE id = %s FOR NO KEY UPDATE",
            [viewing_id],
        )
        row = cursor.fetchone()
    if row is not None:
        lock_summary(row[0], now=now)


def lock_summary(membership_id: int, *, now: datetime) -> Summary:
    """The membership's summary under its row lock, made when it is the first time."""
    found = _locked_summary(membership_id)
    if found is None:
        fresh = Summary(membership_id=membership_id, updated_at=now)
        Summary.objects.bulk_create([fresh], ignore_conflicts=True)
        found = _locked_summary(membership_id)
    assert found is not None  # noqa: S101 - made a line above, and never deleted alone
    return found


def _locked_summary(membership_id: int) -> Summary | None:
    found = SUMMARIES.read(
        "s",
        f"FROM {SUMMARIES.table} s WHERE s.membership_id = %s FOR NO KEY UPDATE",
        [membership_id],
    )
    return found[0] if found else None


def _clients() -> str:
    return connection.ops.quote_name(HeartbeatClient._meta.db_table)
