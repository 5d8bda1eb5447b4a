"""The SQL of a learner's home and progress document: asked by everyone, all day long."""

from collections.abc import Collection

from apps.core.rows import Columns, read_parts
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
