"""Everything that changes notes and answers. Doors call these and nothing else."""

from apps.notes.services.answers import (
    LONGEST_ANSWER,
    AnswerChangedElsewhere,
    NotAQuestion,
    OwnQuestion,
    change_answer,
    delete_answer,
    settle_question,
    write_answer,
)
from apps.notes.services.drafts import (
    DraftChangedElsewhere,
    DraftIsSaved,
    TooManyDrafts,
    discard_draft,
    keep_draft,
    write_note_of_draft,
)
from apps.notes.services.moving import hold_passes, take_back_shared
from apps.notes.services.notebook import (
    MAX_TEXT_LENGTH,
    TEXTS,
    NoNotesInFirstPass,
    NoteChangedElsewhere,
    change_note,
    delete_note,
    write_note,
)

__all__ = [
    "LONGEST_ANSWER",
    "MAX_TEXT_LENGTH",
    "TEXTS",
    "AnswerChangedElsewhere",
    "DraftChangedElsewhere",
    "DraftIsSaved",
    "NoNotesInFirstPass",
    "NotAQuestion",
    "NoteChangedElsewhere",
    "OwnQuestion",
    "TooManyDrafts",
    "change_answer",
    "change_note",
    "delete_answer",
    "delete_note",
    "discard_draft",
    "hold_passes",
    "keep_draft",
    "settle_question",
    "take_back_shared",
    "write_answer",
    "write_note",
    "write_note_of_draft",
]
