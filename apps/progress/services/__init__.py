"""Everything that changes what is known of watching. Doors call these and nothing else."""

from apps.progress.services.counting import (
    NoteCounts,
    rebuild_summary,
    recount_notes,
    touch_summary,
)
from apps.progress.services.finishing import CoverageMissing, NoteMissing, finish_viewing
from apps.progress.services.opening import (
    CohortClosed,
    EarlierVideoFirst,
    FirstPassFirst,
    NightFirst,
    RewatchesFirst,
    open_extra_pass,
    open_viewing,
    refusal_to_open,
)
from apps.progress.services.recounting import (
    correct_duration,
    is_recounting,
    note_plan,
    publish_draft,
    recount_changed,
)
from apps.progress.services.texts import (
    MAX_CONCEPT_LENGTH,
    MAX_CONCEPTS,
    MAX_TEXT_LENGTH,
    skip_recall,
    skip_scaffold,
    write_recall,
    write_scaffold,
)

__all__ = [
    "MAX_CONCEPTS",
    "MAX_CONCEPT_LENGTH",
    "MAX_TEXT_LENGTH",
    "CohortClosed",
    "CoverageMissing",
    "EarlierVideoFirst",
    "FirstPassFirst",
    "NightFirst",
    "NoteCounts",
    "NoteMissing",
    "RewatchesFirst",
    "correct_duration",
    "finish_viewing",
    "is_recounting",
    "note_plan",
    "open_extra_pass",
    "open_viewing",
    "publish_draft",
    "rebuild_summary",
    "recount_changed",
    "recount_notes",
    "refusal_to_open",
    "skip_recall",
    "skip_scaffold",
    "touch_summary",
    "write_recall",
    "write_scaffold",
]
