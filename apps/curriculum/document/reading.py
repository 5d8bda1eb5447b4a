"""From a document's text to its values, or to all of its faults with their lines."""

from django.utils.translation import gettext as _

from apps.curriculum.document.content import (
    FORMAT,
    CaptionEntry,
    CreditEntry,
    CurriculumDocument,
    OutcomeEntry,
    PhaseEntry,
    SourceEntry,
    VideoEntry,
)
from apps.curriculum.document.faults import DocumentRefused, Fault
from apps.curriculum.document.patterns import NAME_LENGTH
from apps.curriculum.document.tree import Items, Node, Scalar, TreeError, read_tree
from apps.curriculum.document.values import ValueReader, joined

MAX_PHASES, MAX_VIDEOS, MAX_OUTCOMES, MAX_CREDITS, MAX_SOURCES = 40, 500, 60, 60, 8

# Every key a document may have, by where it stands; docs/curriculum-document.md tells of each.
DOCUMENT_NEEDS = ("format", "slug", "title", "summary", "phases")
DOCUMENT_MAY = ("role", "result", "prerequisites", "hours", "outcomes", "credits")
PHASE_NEEDS = ("title", "goal", "videos")
PHASE_MAY = ("prerequisites", "hours")
VIDEO_NEEDS = ("title", "author", "duration", "outcomes")
VIDEO_MAY = (
    "youtube", "file", "slug", "sources", "captions", "topics", "description", "hint", "language",
    "credits", "duration_is_approximate", "is_bonus", "is_guest", "is_coding", "needs_torch",
)  # fmt: skip
SOURCE_MAY = ("youtube", "file", "link", "language")
PAIR_NEEDS = ("code", "is_not", "is")
OUTCOME_NEEDS = ("code", "text")
CREDIT_NEEDS, CREDIT_MAY = ("name",), ("for",)

# The document's headings of outcomes and the kinds they are stored as.
OUTCOME_KINDS = {"is_not": "is_not", "does": "does", "must_know": "knows"}


def read_document(text: str | bytes) -> CurriculumDocument:
    """The curriculum that a YAML or JSON text describes; raises DocumentRefused with every fault."""
    try:
        root = read_tree(_decoded(text))
    except TreeError as error:
        raise DocumentRefused((Fault(error.line, "", error.code, error.reason),)) from error
    reader = DocumentReader()
    document = reader.document(root)
    if reader.faults:
        raise DocumentRefused(tuple(sorted(reader.faults)))
    return document


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise TreeError(
            line, "not_utf8", _("The document must be UTF-8; it is not from here on.")
        ) from error


class DocumentReader(ValueReader):
    """Reads a document, or one part of it, and remembers every fault."""

    def __init__(self) -> None:
        super().__init__()
        self.outcome_lines: dict[str, int] = {}
        self.video_lines: dict[str, int] = {}

    def document(self, root: Node) -> CurriculumDocument:
        found = self.entries(root, "", required=DOCUMENT_NEEDS, optional=DOCUMENT_MAY)
        self.format(found.get("format"))
        outcomes = self.outcomes(found.get("outcomes"))
        return CurriculumDocument(
            slug=self.code(found.get("slug"), "slug"),
            title=self.localized(found.get("title"), "title", is_title=True),
            summary=self.localized(found.get("summary"), "summary"),
            role=self.localized(found.get("role"), "role", is_title=True),
            result=self.localized(found.get("result"), "result"),
            prerequisites=self.localized(found.get("prerequisites"), "prerequisites"),
            hours=self.hours(found.get("hours"), "hours"),
            outcomes=outcomes,
            phases=self.phases(found.get("phases")),
            credits=self.credits(found.get("credits"), "credits"),
        )

    def about(self, root: Node) -> None:
        """Read what belongs to the curriculum itself, for its faults."""
        found = self.entries(root, "", required=(), optional=DOCUMENT_NEEDS + DOCUMENT_MAY)
        self.localized(found.get("title"), "title", is_title=True)
        self.localized(found.get("summary"), "summary")
        self.localized(found.get("role"), "role", is_title=True)
        self.localized(found.get("result"), "result")
        self.localized(found.get("prerequisites"), "prerequisites")
        self.hours(found.get("hours"), "hours")
        self.credits(found.get("credits"), "credits")

    def format(self, node: Node | None) -> None:
        if node is not None and not (isinstance(node, Scalar) and node.text == str(FORMAT)):
            self.fault(
                node.line,
                "format",
                "bad_format",
                _("Only format %(known)d is known.") % {"known": FORMAT},
            )

    def outcomes(self, node: Node | None) -> tuple[OutcomeEntry, ...]:
        if node is None:
            return ()
        found = self.entries(node, "outcomes", required=(), optional=tuple(OUTCOME_KINDS))
        return tuple(
            self.outcome(item, f"outcomes.{heading}[{index}]", heading)
            for heading in OUTCOME_KINDS
            for index, item in enumerate(
                self.items(found.get(heading), f"outcomes.{heading}", most=MAX_OUTCOMES)
            )
        )

    def outcome(self, node: Node, path: str, heading: str) -> OutcomeEntry:
        is_pair = heading == "is_not"
        keys = PAIR_NEEDS if is_pair else OUTCOME_NEEDS
        found = self.entries(node, path, required=keys)
        code = self.code(found.get("code"), joined(path, "code"))
        if code in self.outcome_lines:
            self.fault(
                node.line,
                joined(path, "code"),
                "duplicate_slug",
                _(
                    "The outcome “%(code)s” stands here a second time; the first is on line %(line)d."
                )
                % {"code": code, "line": self.outcome_lines[code]},
            )
        elif code:
            self.outcome_lines[code] = node.line
        text_key = "is_not" if is_pair else "text"
        return OutcomeEntry(
            code=code,
            kind=OUTCOME_KINDS[heading],
            text=self.localized(found.get(text_key), joined(path, text_key)),
            instead=self.localized(found.get("is"), joined(path, "is")),
        )

    def phases(self, node: Node | None) -> tuple[PhaseEntry, ...]:
        items = self.items(node, "phases", fewest=1, most=MAX_PHASES)
        phases = tuple(self.phase(item, f"phases[{index}]") for index, item in enumerate(items))
        if node is not None and len(self.video_lines) > MAX_VIDEOS:
            self.fault(
                node.line,
                "phases",
                "wrong_count",
                _("A curriculum has at most %(limit)d videos.") % {"limit": MAX_VIDEOS},
            )
        return phases

    def phase(self, node: Node, path: str) -> PhaseEntry:
        found = self.entries(node, path, required=PHASE_NEEDS, optional=PHASE_MAY)
        videos = joined(path, "videos")
        return PhaseEntry(
            title=self.localized(found.get("title"), joined(path, "title"), is_title=True),
            goal=self.localized(found.get("goal"), joined(path, "goal")),
            prerequisites=self.localized(found.get("prerequisites"), joined(path, "prerequisites")),
            hours=self.hours(found.get("hours"), joined(path, "hours")),
            videos=tuple(
                self.video(item, f"{videos}[{index}]")
                for index, item in enumerate(
                    self.items(found.get("videos"), videos, fewest=1, most=MAX_VIDEOS)
                )
            ),
        )

    def video(self, node: Node, path: str) -> VideoEntry:
        found = self.entries(node, path, required=VIDEO_NEEDS, optional=VIDEO_MAY)
        provider, address, slug = self.place(node, found, path)
        self.only_once(node, slug, path)
        sources = self.sources(found.get("sources"), joined(path, "sources"), provider, address)
        has_file = "file" in {provider, *(source.provider for source in sources)}
        return VideoEntry(
            slug=slug,
            provider=provider,
            address=address,
            title=self.localized(found.get("title"), joined(path, "title"), is_title=True),
            author=self.line_of_text(
                found.get("author"), joined(path, "author"), length=NAME_LENGTH
            ),
            duration_seconds=self.duration(found.get("duration"), joined(path, "duration")),
            duration_is_approximate=self.flag(
                found.get("duration_is_approximate"), joined(path, "duration_is_approximate")
            ),
            outcomes=self.served(found.get("outcomes"), joined(path, "outcomes")),
            topics=self.localized(found.get("topics"), joined(path, "topics"), is_title=True),
            description=self.localized(found.get("description"), joined(path, "description")),
            hint=self.localized(found.get("hint"), joined(path, "hint")),
            spoken_language=self.spoken_language(found.get("language"), joined(path, "language"))
            or "en",
            sources=sources,
            captions=self.captions(found.get("captions"), joined(path, "captions"), has_file),
            credits=self.credits(found.get("credits"), joined(path, "credits")),
            is_bonus=self.flag(found.get("is_bonus"), joined(path, "is_bonus")),
            is_guest=self.flag(found.get("is_guest"), joined(path, "is_guest")),
            is_coding=self.flag(found.get("is_coding"), joined(path, "is_coding")),
            needs_torch=self.flag(found.get("needs_torch"), joined(path, "needs_torch")),
        )

    def place(self, node: Node, found: dict[str, Node], path: str) -> tuple[str, str, str]:
        """Provider, address and slug; the id of a YouTube video is its slug."""
        youtube, file, slug = found.get("youtube"), found.get("file"), found.get("slug")
        if (youtube is None) == (file is None):
            self.fault(
                node.line,
                path,
                "missing",
                _("Exactly one of the keys “youtube” and “file” says where the video is."),
            )
            return "file", "", ""
        if youtube is not None:
            if slug is not None:
                self.fault(
                    slug.line,
                    joined(path, "slug"),
                    "unknown_key",
                    _("A YouTube video has its id as its slug; leave this key out."),
                )
            address = self.youtube_id(youtube, joined(path, "youtube"))
            return "youtube", address, address
        if slug is None:
            self.fault(
                node.line,
                joined(path, "slug"),
                "missing",
                _("The key “%(key)s” is missing.") % {"key": "slug"},
            )
        address = self.file_name(file, joined(path, "file"), ".webm", ".mp4")
        return "file", address, self.code(slug, joined(path, "slug"))

    def only_once(self, node: Node, slug: str, path: str) -> None:
        if slug in self.video_lines:
            self.fault(
                node.line,
                path,
                "duplicate_slug",
                _("The video “%(slug)s” stands here a second time; the first is on line %(line)d.")
                % {"slug": slug, "line": self.video_lines[slug]},
            )
        elif slug:
            self.video_lines[slug] = node.line

    def served(self, node: Node | None, path: str) -> tuple[str, ...]:
        """Codes of outcomes which are declared above, each once; sorted, as their order says nothing."""
        codes: list[str] = []
        for index, item in enumerate(self.items(node, path, fewest=1, most=MAX_OUTCOMES)):
            place = f"{path}[{index}]"
            code = self.code(item, place)
            if code and code not in self.outcome_lines:
                self.fault(
                    item.line,
                    place,
                    "unknown_outcome",
                    _("The outcome “%(code)s” is not declared under “outcomes”.") % {"code": code},
                )
            elif code and code in codes:
                self.fault(
                    item.line,
                    place,
                    "duplicate_slug",
                    _("The outcome “%(code)s” is named twice.") % {"code": code},
                )
            codes.append(code)
        return tuple(sorted(codes))

    def sources(
        self, node: Node | None, path: str, provider: str, address: str
    ) -> tuple[SourceEntry, ...]:
        """Further places of the same video, none of them named twice."""
        places = {(provider, address)}
        sources = []
        for index, item in enumerate(self.items(node, path, most=MAX_SOURCES)):
            source = self.source(item, f"{path}[{index}]")
            if source.address and (source.provider, source.address) in places:
                self.fault(
                    item.line,
                    f"{path}[{index}]",
                    "duplicate_source",
                    _("This place is named already."),
                )
            places.add((source.provider, source.address))
            sources.append(source)
        return tuple(sources)

    def source(self, node: Node, path: str) -> SourceEntry:
        found = self.entries(node, path, required=(), optional=SOURCE_MAY)
        language = self.spoken_language(found.get("language"), joined(path, "language"))
        match [name for name in ("youtube", "file", "link") if name in found]:
            case ["youtube"]:
                address = self.youtube_id(found["youtube"], joined(path, "youtube"))
                return SourceEntry("youtube", address, language)
            case ["file"]:
                address = self.file_name(found["file"], joined(path, "file"), ".webm", ".mp4")
                return SourceEntry("file", address, language)
            case ["link"]:
                return SourceEntry("link", self.link(found["link"], joined(path, "link")), language)
        self.fault(
            node.line,
            path,
            "missing",
            _("Exactly one of the keys “youtube”, “file” and “link” says where the video is."),
        )
        return SourceEntry("link", "", language)

    def captions(self, node: Node | None, path: str, has_file: bool) -> tuple[CaptionEntry, ...]:
        if node is None:
            return ()
        if not has_file:
            self.fault(
                node.line, path, "unknown_key", _("A YouTube video brings its own captions.")
            )
            return ()
        if isinstance(node, Items | Scalar):
            self.fault(
                node.line, path, "wrong_type", _("Captions are a mapping of language and file.")
            )
            return ()
        captions = []
        for key, value in self.unrepeated(node, path):
            language = self.spoken_language(key, joined(path, key.text[:80]))
            address = self.file_name(value, joined(path, key.text[:80]), ".vtt")
            captions.append(CaptionEntry(language, address))
        return tuple(sorted(captions, key=lambda caption: caption.language))

    def credits(self, node: Node | None, path: str) -> tuple[CreditEntry, ...]:
        entries = []
        for index, item in enumerate(self.items(node, path, most=MAX_CREDITS)):
            place = f"{path}[{index}]"
            found = self.entries(item, place, required=CREDIT_NEEDS, optional=CREDIT_MAY)
            entries.append(
                CreditEntry(
                    name=self.line_of_text(
                        found.get("name"), joined(place, "name"), length=NAME_LENGTH
                    ),
                    reason=self.localized(found.get("for"), joined(place, "for")),
                )
            )
        return tuple(entries)
