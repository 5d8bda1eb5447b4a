"""The curriculum document: YAML (or JSON) that people write, read without trusting it.

`read_document` answers frozen values or raises DocumentRefused with every fault and its line;
`write_yaml` goes the other way. Pure: no database, no clock. Keys: docs/curriculum-document.md.
"""

from apps.curriculum.document.content import (
    CaptionEntry,
    CreditEntry,
    CurriculumDocument,
    OutcomeEntry,
    PhaseEntry,
    SourceEntry,
    VideoEntry,
)
from apps.curriculum.document.faults import DocumentRefused, Fault
from apps.curriculum.document.reading import read_document
from apps.curriculum.document.writing import document_digest, plain_document, write_yaml

__all__ = [
    "CaptionEntry",
    "CreditEntry",
    "CurriculumDocument",
    "DocumentRefused",
    "Fault",
    "OutcomeEntry",
    "PhaseEntry",
    "SourceEntry",
    "VideoEntry",
    "document_digest",
    "plain_document",
    "read_document",
    "write_yaml",
]
