"""What people paste to add videos: a link, several, or a playlist as text (titles, ids, lengths).

Nothing is fetched: what a playlist says must stand in the text. Lines may be in any order of columns
(`title | id | 12:34`, a table's tabs, a link alone); YAML or JSON lists with `id`, `title`, `duration`
are read too, such as other tools write them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import gettext as _

from apps.curriculum.document.patterns import (
    NAME_LENGTH,
    TITLE_LENGTH,
    clock_seconds,
    is_file_name,
    is_youtube_id,
)
from apps.curriculum.document.tree import Entries, Items, Node, Scalar, TreeError, read_tree

MAX_LINES = 500
_HOSTS = {"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"}
_LINK = re.compile(r"(?:https?://)?(?:[a-z]+\.)?youtu(?:be(?:-nocookie)?\.com|\.be)/\S*", re.I)
_TREE = re.compile(r"\s*(?:[\[{]|- |entries:|items:|videos:)")
_COLUMNS = re.compile(r"\t+|\s*\|\s*|\s*;\s*")
_NUMBERING = re.compile(r"^(?:\d{1,3}[.)]|[-*•])\s+")
_EDGES = " ,;|()[]\"'–—-·:"
_HEADINGS = {"title", "name", "id", "link", "url", "length", "duration", "author", "channel"}
_IDS = ("youtube", "id", "videoId", "url", "webpage_url", "link", "file")
_LENGTHS = ("duration", "length", "time")
_AUTHORS = ("author", "channel", "uploader")


@dataclass(frozen=True, slots=True)
class PastedVideo:
    """`seconds` is 0, title and author are empty where the text does not say them."""

    line: int
    provider: str
    address: str
    title: str = ""
    author: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class LineFault:
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Pasted:
    videos: tuple[PastedVideo, ...]
    faults: tuple[LineFault, ...]


def youtube_id_of(text: str) -> str:
    """The video's id in any of YouTube's links (watch, youtu.be, shorts, embed, live), or ''."""
    text = text.strip()
    parts = urlsplit(text if "//" in text else f"https://{text}")
    host = (parts.hostname or "").removeprefix("www.")
    found = ""
    if host == "youtu.be":
        found = parts.path.strip("/").split("/")[0]
    elif host in _HOSTS:
        kind, _slash, rest = parts.path.strip("/").partition("/")
        if kind in ("shorts", "embed", "live", "v"):
            found = rest.split("/")[0]
        else:
            found = parse_qs(parts.query).get("v", [""])[0]
    return found if is_youtube_id(found) else ""


def read_pasted(text: str) -> Pasted:
    """Every video of the text in its order, and every line that names none; one video once."""
    found: list[PastedVideo] = []
    faults: list[LineFault] = []
    lines: dict[str, int] = {}
    reading = _of_tree(text) if _TREE.match(text) else _of_lines(text)
    for each in reading:
        if isinstance(each, LineFault):
            faults.append(each)
        elif each.address in lines:
            reason = _("This video stands here a second time; the first is on line %(line)d.")
            faults.append(LineFault(each.line, reason % {"line": lines[each.address]}))
        else:
            lines[each.address] = each.line
            found.append(each)
    if len(found) > MAX_LINES:
        reason = _("At most %(limit)d videos fit.") % {"limit": MAX_LINES}
        faults.append(LineFault(found[MAX_LINES].line, reason))
    return Pasted(tuple(found), tuple(faults))


def _of_lines(text: str) -> Iterator[PastedVideo | LineFault]:
    is_first = True
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        words = {word.strip(_EDGES).lower() for word in re.split(r"[\s,;|]+", line)}
        if is_first and len(words) > 1 and words <= _HEADINGS:
            is_first = False
            continue
        is_first = False
        yield _of_line(number, line, text)


def _of_line(number: int, line: str, text: str) -> PastedVideo | LineFault:
    columns = [part.strip() for part in _COLUMNS.split(line)]
    is_table = len(columns) > 1
    parts = columns if is_table else line.split()
    places = [
        (index, *place) for index, part in enumerate(parts) if (place := _place(part)) is not None
    ]
    sure = [each for each in places if each[3]] or (places if len(parts) == 1 else [])
    if is_table and not sure:
        sure = places
    if len(sure) > 1:
        # A link says it plainly. What stands on other lines too is a name, such as the channel's.
        plain = [each for each in sure if _LINK.search(parts[each[0]])]
        sure = plain or [each for each in sure if text.count(parts[each[0]]) == 1] or sure
    if len(sure) != 1:
        return LineFault(number, _several() if sure else _none_of(line))
    index, provider, address, _is_sure = sure[0]
    rest = [part for at, part in enumerate(parts) if at != index]
    seconds = 0
    for part in reversed(rest):
        if (seconds := clock_seconds(part.strip(_EDGES))) > 0:
            rest.remove(part)
            break
    words = [part for part in rest if part.strip(_EDGES)]
    title = words[0] if is_table and words else " ".join(words)
    author = words[1] if is_table and len(words) > 1 else ""
    title = _NUMBERING.sub("", title).strip(" ,;|–—-·").strip()
    if title.startswith('"') and title.endswith('"'):
        title = title[1:-1]
    return PastedVideo(
        number, provider, address, title[:TITLE_LENGTH], author[:NAME_LENGTH], seconds
    )


def _place(part: str) -> tuple[str, str, bool] | None:
    """Provider, address, and whether it can be nothing else: many a word has eleven letters."""
    bare = part.strip(" ,;()[]<>\"'")
    if _LINK.fullmatch(bare):
        found = youtube_id_of(bare)
        return ("youtube", found, True) if found else None
    if is_file_name(bare) and bare.endswith((".webm", ".mp4")):
        return "file", bare, True
    if is_youtube_id(bare):
        inner = bare[1:]
        is_mixed = inner != inner.lower() and bare != bare.upper()
        return "youtube", bare, is_mixed or any(letter.isdigit() for letter in bare)
    return None


def _none_of(line: str) -> str:
    if "list=" in line and "youtu" in line:
        return _(
            "This is a whole playlist’s address, and nothing is fetched from there. "
            "Paste its videos: a line for each, with title, link and length."
        )
    return _("No YouTube link or id stands here, and no file.")


def _several() -> str:
    return _("Several videos stand on this line; give each a line of its own.")


def _of_tree(text: str) -> Iterator[PastedVideo | LineFault]:
    try:
        root = read_tree(text)
    except TreeError as error:
        yield LineFault(error.line, error.reason)
        return
    if isinstance(root, Entries):
        lists = [value for key, value in root.entries if key.text in ("entries", "items", "videos")]
        root = lists[0] if lists else Items(root.line, (root,))
    if not isinstance(root, Items):
        yield LineFault(root.line, _("A list of videos must stand here."))
        return
    for item in root.items:
        yield _of_item(item)


def _of_item(item: Node) -> PastedVideo | LineFault:
    if isinstance(item, Scalar):
        return _of_line(item.line, item.text, item.text)
    if not isinstance(item, Entries):
        return LineFault(item.line, _("A video must stand here, with its id and title."))
    values = {
        key.text: value.text
        for key, value in item.entries
        if isinstance(value, Scalar) and not value.is_null
    }
    place = next((found for key in _IDS if key in values and (found := _place(values[key]))), None)
    if place is None:
        return LineFault(item.line, _none_of(" ".join(values.values())[:500]))
    length = next((values[key] for key in _LENGTHS if key in values), "")
    seconds = clock_seconds(length)
    if not seconds and re.fullmatch(r"\d{1,5}(?:\.\d+)?", length):
        seconds = round(float(length))
    return PastedVideo(
        item.line,
        place[0],
        place[1],
        " ".join(values.get("title", "").split())[:TITLE_LENGTH],
        next((values[key] for key in _AUTHORS if key in values), "")[:NAME_LENGTH],
        seconds,
    )
