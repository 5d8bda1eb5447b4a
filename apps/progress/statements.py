"""The SQL of the rows that every heartbeat touches, each statement in one named place."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from apps.cohorts.models import Cohort, Membership
from apps.core.rows import Columns
from apps.curriculum.models import Video
from apps.progress.models import HeartbeatClient, Summary, Viewing

VIEWINGS, SUMMARIES = Columns(Viewing), Columns(Summary)
VIDEOS = Columns(Video, ["id", "duration_seconds", "duration_is_approximate", "is_coding"])
MEMBERSHIPS = Columns(Membership, ["id", "user_id", "cohort_id"])
COHORTS = Columns(Cohort, ["id", "time_zone", "revision_id"])
# In the order in which they are selected.
_PARTS = ((VIEWINGS, "v"), (VIDEOS, "film"), (MEMBERSHIPS, "m"), (COHORTS, "c"))


def lock_viewing(viewing_id: int, *, user_id: int | None = None) -> Viewing | None:
    """The viewing under its row lock, with the columns of video, membership and cohort that folding needs.

    With `user_id` only that person's own, while they have not left.
    """
    selected = ", ".join(columns.selected(alias) for columns, alias in _PARTS)
    sql = f"""
        SELECT {selected}
          FROM progress_viewing v
          JOIN curriculum_video film ON film.id = v.video_id
          JOIN cohorts_membership m ON m.id = v.membership_id
          JOIN cohorts_cohort c ON c.id = m.cohort_id
         WHERE v.id = %(viewing)s
               {"AND m.user_id = %(user)s AND m.ended_at IS NULL" if user_id is not None else ""}
           FOR NO KEY UPDATE OF v
    """  # noqa: S608 - columns of our models
    with connection.cursor() as cursor:
        cursor.execute(sql, {"viewing": viewing_id, "user": user_id})
        row = cursor.fetchone()
    if row is None:
        return None
    loaded, begin = [], 0
    for columns, _ in _PARTS:
        end = begin + len(columns.fields)
        loaded.append(columns.load(row[begin:end]))
        begin = end
    viewing, video, membership, cohort = loaded
    assert isinstance(viewing, Viewing)  # noqa: S101 - in the order of _PARTS
    assert isinstance(membership, Membership)  # noqa: S101 - the same
    membership.cohort = cohort  # type: ignore[assignment]  # in the order of _PARTS
    viewing.video, viewing.membership = video, membership  # type: ignore[assignment]  # the same
    return viewing


def note_sequence(*, viewing_id: int, client: UUID, sequence: int) -> bool:
    """Note the sequence number as seen; False when it was seen before."""
    table = connection.ops.quote_name(HeartbeatClient._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS seen (viewing_id, client, sequences)"  # noqa: S608 - our table
            " VALUES (%(viewing)s, %(client)s, int4multirange(int4range(%(n)s, %(n)s + 1)))"
            " ON CONFLICT (viewing_id, client) DO UPDATE"
            " SET sequences = seen.sequences + EXCLUDED.sequences"
            " WHERE NOT seen.sequences @> %(n)s::int RETURNING 1",
            {"viewing": viewing_id, "client": client, "n": sequence},
        )
        return cursor.fetchone() is not None


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
    sql = (
        f"SELECT {SUMMARIES.selected('s')} FROM progress_summary s"  # noqa: S608 - columns of our model
        " WHERE s.membership_id = %s FOR NO KEY UPDATE"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [membership_id])
        row = cursor.fetchone()
    return None if row is None else SUMMARIES.load(row)
