"""How single values of a document are written, and how long they may be. Pure."""

import re

TITLE_LENGTH, TEXT_LENGTH, NAME_LENGTH, ADDRESS_LENGTH = 200, 4000, 200, 500
MAX_HOURS = 2000
MAX_DURATION_SECONDS = 24 * 3600

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DURATION = re.compile(r"(?:(\d{1,2}):([0-5]\d)|(\d{1,3})):([0-5]\d)")
YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
YOUTUBE_LINK = re.compile(
    r"(?:youtu\.be/|[?&]v=|/embed/|/shorts/)([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])"
)
FILE = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
LINK = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,}(?::\d{1,5})?(?:/[!-~]*)?")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")


def clock_seconds(text: str) -> int:
    """What "19:00" or "2:25:00" says; 0 where it is no length."""
    match = DURATION.fullmatch(text)
    if match is None:
        return 0
    hours, minutes, only_minutes, rest = (int(part or 0) for part in match.groups())
    return hours * 3600 + (minutes + only_minutes) * 60 + rest


def is_youtube_id(text: str) -> bool:
    return YOUTUBE_ID.fullmatch(text) is not None


def is_file_name(text: str) -> bool:
    """Whether it can be the path of a file below the media folder."""
    return len(text) <= ADDRESS_LENGTH and FILE.fullmatch(text) is not None
