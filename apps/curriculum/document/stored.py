"""A document as a revision keeps it, read again. It was valid when it was stored."""

import json
from collections.abc import Mapping
from typing import Any

from apps.curriculum.document.content import CurriculumDocument
from apps.curriculum.document.reading import read_document


def document_of_plain(plain: Mapping[str, Any]) -> CurriculumDocument:
    """The values of `plain_document`'s data; JSON is YAML, so the one reader serves both."""
    return read_document(json.dumps(plain, ensure_ascii=False, indent=1))
