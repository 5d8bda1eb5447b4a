"""The SQL of a learner's home and progress document: asked by everyone, all day long."""

from collections.abc import Collection
from typing import Any

from apps.core.rows import Columns, prepared_cursor, read_parts
from apps.curriculum.models import Phase, Placement, Video
from apps.progress.models import Summary, Viewing
from apps.reminders.models import Rewatch

# All of a viewing that a document shows: not its ranges, and no text of the learner.
VIEWING_FIELDS = (
    "membership_id", "video_id", "number", "opened_at", "completed_at", "evidence", "covered_ms",
    "active_seconds", "elsewhere_seconds", "pauses", "max_rate", "last_heartbeat_at", "note_count",
    "code_count", "experiment_count", "question_count", "typed_share", "scaffold_at",
    "scaffold_skipped_at", "recall_at", "recall_skipped_at", "rating", "flags",
)  # fmt: skip

VIEWINGS, REWATCHES = Columns(Viewing, ("id", *VIEWING_FIELDS)), Columns(Rewatch)
SUMMARIES = Columns(
    Summary, [field.attname for field in Summary._meta.concrete_fields if field.name != "videos"]
)
_PLACES = (
    (Columns(Placement), "place"),
    (Columns(Video), "film"),
    (Columns(Phase, ["id", "position"]), "phase"),
)


def placements_of(revision_ids: Collection[int]) -> list[Placement]:
    """In their order, with video and phase."""
    found = read_parts(
        _PLACES,
        "FROM curriculum_placement place"
        " JOIN curriculum_video film ON film.id = place.video_id"
        " JOIN curriculum_phase phase ON phase.id = place.phase_id"
        " WHERE place.revision_id = ANY(%s) ORDER BY place.position",
        [revision_ids],
    )
    for placement, video, phase in found:
        placement.video, placement.phase = video, phase
    return [placement for placement, _, _ in found]


def viewings_of(membership_ids: Collection[int]) -> list[Viewing]:
    """All passes, with VIEWING_FIELDS."""
    return VIEWINGS.read(
        "v", "FROM progress_viewing v WHERE v.membership_id = ANY(%s)", [membership_ids]
    )


def rewatches_of(membership_ids: Collection[int]) -> list[Rewatch]:
    """All promises, kept and stopped ones too."""
    return REWATCHES.read(
        "r", "FROM reminders_rewatch r WHERE r.membership_id = ANY(%s)", [membership_ids]
    )


def summaries_of(membership_ids: Collection[int]) -> list[Summary]:
    """Of members who have watched anything; the states of their videos are told by the viewings."""
    return SUMMARIES.read(
        "s", "FROM progress_summary s WHERE s.membership_id = ANY(%s)", [membership_ids]
    )


def _states(table: str, condition: str) -> str:
    """Which versions of these rows there are. PostgreSQL writes each change of a row as another row, whose
    place (`ctid`) and writer (`xmin`) no other version has."""
    return (
        "(SELECT string_agg(x.xmin::text || x.ctid::text, '' ORDER BY x.id)"  # noqa: S608 - names of ours
        f" FROM {table} x WHERE {condition})"
    )


_SINGLE = ("member", "person", "cohort", "revision", "curriculum")
_VERSIONS = (
    "SELECT member.id, md5(concat_ws(',', "  # noqa: S608 - names of ours
    + ", ".join(f"{each}.xmin::text || {each}.ctid::text" for each in _SINGLE)
    + ", "
    + ", ".join(
        (
            _states("progress_summary", "x.membership_id = member.id"),
            _states("progress_viewing", "x.membership_id = member.id"),
            _states("reminders_rewatch", "x.membership_id = member.id"),
            _states("curriculum_placement", "x.revision_id = revision.id"),
            _states("curriculum_phase", "x.revision_id = revision.id"),
            _states(
                "curriculum_video",
                "x.id IN (SELECT p.video_id FROM curriculum_placement p"
                " WHERE p.revision_id = revision.id)",
            ),
        )
    )
    + ")) FROM cohorts_membership member"
    " JOIN accounts_user person ON person.id = member.user_id"
    " JOIN cohorts_cohort cohort ON cohort.id = member.cohort_id"
    " JOIN curriculum_revision revision ON revision.id = cohort.revision_id"
    " JOIN curriculum_curriculum curriculum ON curriculum.id = revision.curriculum_id"
    " WHERE member.user_id = %s AND member.ended_at IS NULL AND member.role = 'learner'"
    " ORDER BY member.joined_at DESC, member.id DESC"
)


def versions_of(user_id: int) -> list[tuple[int, str]]:
    """The memberships in which this person learns, the latest first, each with a text that changes
    whenever a row changes that its document is made of."""
    with prepared_cursor() as cursor:
        cursor.execute(_VERSIONS, [str(user_id)])
        found: list[tuple[int, str]] = cursor.fetchall()
    return found


# Days come as numbers and only what is not done twice comes whole: a learner has dozens of these rows.
_BEGUN = (
    "WITH member AS MATERIALIZED (SELECT m.id, u.time_zone FROM unnest(%s::bigint[]) AS wanted(id)"
    " JOIN cohorts_membership m USING (id) JOIN accounts_user u ON u.id = m.user_id),"
    " first AS MATERIALIZED (SELECT v.*, (v.completed_at AT TIME ZONE member.time_zone)::date AS day"
    " FROM member JOIN progress_viewing v ON v.membership_id = member.id AND v.number = 1),"
    " second AS MATERIALIZED (SELECT v.* FROM member JOIN progress_viewing v"
    " ON v.membership_id = member.id AND v.number = 2),"
    " promise AS MATERIALIZED (SELECT r.* FROM member JOIN reminders_rewatch r"
    " ON r.membership_id = member.id),"
    " fact AS (SELECT membership_id, video_id, first.id IS NOT NULL AS first_opened,"
    " first.day - DATE '0001-01-01' + 1 AS first_day,"
    " first.scaffold_at IS NOT NULL OR first.scaffold_skipped_at IS NOT NULL AS is_settled,"
    " second.id IS NOT NULL AS second_opened, second.completed_at IS NOT NULL AS second_completed,"
    " extract(epoch FROM coalesce(second.last_heartbeat_at, second.opened_at))::float8 AS touched,"
    " promise.is_owed, promise.due_on - DATE '0001-01-01' + 1 AS due_day,"
    " promise.kept_at IS NOT NULL AS is_kept, promise.stopped_at IS NOT NULL AS is_stopped"
    " FROM first FULL JOIN second USING (membership_id, video_id)"
    " LEFT JOIN promise USING (membership_id, video_id))"
    " SELECT membership_id, video_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
    " FROM fact WHERE first_day IS NOT NULL AND second_completed AND"
    " (is_owed IS NULL OR is_kept OR is_stopped)"
    " UNION ALL SELECT * FROM fact WHERE NOT (first_day IS NOT NULL AND second_completed AND"
    " (is_owed IS NULL OR is_kept OR is_stopped))"
)


def begun_videos(membership_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """What the rule of the next step looks at, of each video that a member has begun: the membership, the
    video, and nothing more where both passes are done. Days are ordinals, in the learner's zone."""
    with prepared_cursor() as cursor:
        cursor.execute(_BEGUN, ["{" + ",".join(map(str, membership_ids)) + "}"])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
