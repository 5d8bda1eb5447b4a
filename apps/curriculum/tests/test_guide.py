"""docs/curriculum-document.md tells the truth: its example reads, and it names every key."""

import re
from pathlib import Path

from django.conf import settings

from apps.curriculum.document import reading
from apps.curriculum.document.reading import OUTCOME_KINDS, read_document

GUIDE = (Path(settings.ROOT) / "docs" / "curriculum-document.md").read_text()
KEYS = {
    *reading.DOCUMENT_NEEDS,
    *reading.DOCUMENT_MAY,
    *reading.PHASE_NEEDS,
    *reading.PHASE_MAY,
    *reading.VIDEO_NEEDS,
    *reading.VIDEO_MAY,
    *reading.PAIR_NEEDS,
    *reading.OUTCOME_NEEDS,
    *reading.SOURCE_MAY,
    *reading.CREDIT_NEEDS,
    *reading.CREDIT_MAY,
    *OUTCOME_KINDS,
}


def example() -> str:
    (text,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    return str(text)


def test_the_example_is_a_document() -> None:
    document = read_document(example())

    assert [video.slug for video in document.videos] == ["aaaaaaaaaaa", "oven"]
    assert document.videos[0].credits[0].reason.ru == "мука"


def test_the_example_and_the_tables_have_every_key_and_no_other() -> None:
    in_tables = set(re.findall(r"`([a-z_]+)`", GUIDE[GUIDE.index("## Every key") :]))

    assert set(re.findall(r"(?:^|[\s{])([a-z_]+):(?=\s)", example())) >= KEYS
    assert in_tables >= KEYS
    # What else stands in code there.
    assert in_tables - KEYS <= {"true", "en", "ru", "no"}
