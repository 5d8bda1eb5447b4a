"""The documents that this app's tests read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from apps.curriculum.document import CurriculumDocument, read_document
from apps.curriculum.models import Revision
from apps.curriculum.selectors import forget_outlines
from apps.curriculum.services import import_curriculum

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CURRICULA = Path(settings.ROOT) / "curricula"
SMALL = (Path(__file__).parent / "small.yaml").read_text()


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    forget_outlines()


@pytest.fixture
def small() -> CurriculumDocument:
    return read_document(SMALL)


@pytest.fixture(scope="session")
def roadmap() -> CurriculumDocument:
    return read_document((CURRICULA / "ml-engineer-50h.yaml").read_bytes())


@pytest.fixture
def roadmap_revision(roadmap: CurriculumDocument, db: None) -> Revision:
    return import_curriculum(document=roadmap, now=NOW).revision
