"""What changes curricula: documents, drafts that become revisions, a player's correction of a length."""

from apps.curriculum.services.drafts import (
    DraftChanged,
    NothingToPublish,
    PartGone,
    begin_curriculum,
    change_draft,
    discard_draft,
    publish_draft,
)
from apps.curriculum.services.importing import (
    LARGEST_CORRECTION,
    DurationNotCorrectable,
    EditingNotAllowed,
    ImportedCurriculum,
    check_may_edit,
    correct_duration,
    import_curriculum,
)

__all__ = [
    "LARGEST_CORRECTION",
    "DraftChanged",
    "DurationNotCorrectable",
    "EditingNotAllowed",
    "ImportedCurriculum",
    "NothingToPublish",
    "PartGone",
    "begin_curriculum",
    "change_draft",
    "check_may_edit",
    "correct_duration",
    "discard_draft",
    "import_curriculum",
    "publish_draft",
]
