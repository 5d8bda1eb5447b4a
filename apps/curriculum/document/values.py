"""Reading single values of a document: texts, flags, durations, hours, addresses.

A reader collects faults and goes on: an author sees all of them at once. Where a value is no
good its method answers an empty value of the right kind, which nobody sees, since any fault
refuses the document.
"""

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches

from django.utils.translation import gettext as _

from apps.curriculum.document.faults import Fault
from apps.curriculum.document.patterns import (
    ADDRESS_LENGTH,
    CODE,
    FILE,
    LANGUAGE,
    LINK,
    MAX_DURATION_SECONDS,
    MAX_HOURS,
    TEXT_LENGTH,
    TITLE_LENGTH,
    YOUTUBE_ID,
    YOUTUBE_LINK,
    clock_seconds,
)
from apps.curriculum.document.tree import Entries, Items, Node, Scalar
from apps.curriculum.texts import LANGUAGES, Hours, LocalizedText


def joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


class ValueReader:
    """Reads nodes and remembers every fault it meets."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, line: int, path: str, code: str, reason: str) -> None:
        self.faults.append(Fault(line, path, code, reason))

    def entries(
        self, node: Node, path: str, *, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> dict[str, Node]:
        """The values of a mapping by key; unknown and missing keys are faults, null is an absent value."""
        if not isinstance(node, Entries):
            self.fault(
                node.line, path, "wrong_type", _("A mapping of keys and values must stand here.")
            )
            return {}
        known = required + optional
        found: dict[str, Node] = {}
        for key, value in self.unrepeated(node, path):
            if key.text not in known:
                near = get_close_matches(key.text, known, n=1)
                reason = (
                    _("The key “%(key)s” is unknown; did you mean “%(near)s”?")
                    % {"key": key.text[:80], "near": near[0]}
                    if near
                    else _("The key “%(key)s” is unknown; known here: %(known)s.")
                    % {"key": key.text[:80], "known": ", ".join(known)}
                )
                self.fault(key.line, joined(path, key.text[:80]), "unknown_key", reason)
            elif not (isinstance(value, Scalar) and value.is_null):
                found[key.text] = value
        for key_name in required:
            if key_name not in found:
                code = "missing_translation" if key_name in LANGUAGES else "missing"
                self.fault(
                    node.line,
                    joined(path, key_name),
                    code,
                    _("The key “%(key)s” is missing.") % {"key": key_name},
                )
        return found

    def unrepeated(self, node: Entries, path: str) -> Iterator[tuple[Scalar, Node]]:
        """The parts of a mapping; a key that comes again is a fault and left out."""
        lines: dict[str, int] = {}
        for key, value in node.entries:
            if key.text in lines:
                self.fault(
                    key.line,
                    joined(path, key.text[:80]),
                    "duplicate_key",
                    _("“%(key)s” stands here a second time; the first is on line %(line)d.")
                    % {"key": key.text[:80], "line": lines[key.text]},
                )
                continue
            lines[key.text] = key.line
            yield key, value

    def items(
        self, node: Node | None, path: str, *, most: int, fewest: int = 0
    ) -> tuple[Node, ...]:
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.fault(node.line, path, "wrong_type", _("A list must stand here."))
            return ()
        if not fewest <= len(node.items) <= most:
            self.fault(
                node.line,
                path,
                "wrong_count",
                _("The list must have from %(fewest)d to %(most)d parts.")
                % {"fewest": fewest, "most": most},
            )
        return node.items

    def line_of_text(self, node: Node | None, path: str, *, length: int = TITLE_LENGTH) -> str:
        """A text of one line, not empty."""
        text = self.text(node, path, length=length)
        if node is not None and "\n" in text:
            self.fault(node.line, path, "wrong_type", _("This text must be one line."))
        return text

    def text(self, node: Node | None, path: str, *, length: int = TEXT_LENGTH) -> str:
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.fault(node.line, path, "wrong_type", _("A text must stand here."))
            return ""
        text = node.text.strip()
        if not text:
            self.fault(node.line, path, "empty", _("This text is empty."))
        elif len(text) > length:
            self.fault(
                node.line,
                path,
                "too_long",
                _("This text has %(count)d characters; at most %(limit)d fit.")
                % {"count": len(text), "limit": length},
            )
        return text

    def localized(self, node: Node | None, path: str, *, is_title: bool = False) -> LocalizedText:
        """A text in every language of the interface; an absent node is an absent text."""
        if node is None:
            return LocalizedText()
        if isinstance(node, Scalar):
            self.fault(
                node.line,
                path,
                "missing_translation",
                _("This text is needed in each language: %(languages)s.")
                % {"languages": ", ".join(LANGUAGES)},
            )
            return LocalizedText()
        found = self.entries(node, path, required=LANGUAGES)
        read = self.line_of_text if is_title else self.text
        texts = {
            language: read(found.get(language), joined(path, language)) for language in LANGUAGES
        }
        return LocalizedText(**texts)

    def flag(self, node: Node | None, path: str) -> bool:
        if node is None:
            return False
        if isinstance(node, Scalar) and node.is_plain and node.text in ("true", "false"):
            return node.text == "true"
        self.fault(node.line, path, "wrong_type", _("Only true or false may stand here."))
        return False

    def matching(
        self,
        node: Node | None,
        path: str,
        pattern: re.Pattern[str],
        *,
        length: int,
        code: str,
        reason: Callable[[], str],
    ) -> str:
        if node is None:
            return ""
        if isinstance(node, Scalar) and len(node.text) <= length and pattern.fullmatch(node.text):
            return node.text
        self.fault(node.line, path, code, reason())
        return ""

    def code(self, node: Node | None, path: str) -> str:
        return self.matching(
            node,
            path,
            CODE,
            length=80,
            code="bad_slug",
            reason=lambda: _(
                "Only small Latin letters, digits and single hyphens may stand here, at most 80."
            ),
        )

    def spoken_language(self, node: Node | None, path: str) -> str:
        return self.matching(
            node,
            path,
            LANGUAGE,
            length=8,
            code="bad_language",
            reason=lambda: _("A language code must stand here, such as en or ru."),
        )

    def file_name(self, node: Node | None, path: str, *endings: str) -> str:
        name = self.matching(
            node,
            path,
            FILE,
            length=ADDRESS_LENGTH,
            code="bad_file",
            reason=lambda: _(
                "The path of a file below the media folder must stand here, in Latin letters, digits, "
                "dots, hyphens and underscores."
            ),
        )
        if node is not None and name and not name.endswith(endings):
            self.fault(
                node.line,
                path,
                "bad_file",
                _("The file must end in one of: %(endings)s.") % {"endings": ", ".join(endings)},
            )
        return name

    def youtube_id(self, node: Node | None, path: str) -> str:
        def reason() -> str:
            link = YOUTUBE_LINK.search(node.text) if isinstance(node, Scalar) else None
            if link:
                return _("Only the id of the video must stand here: %(id)s.") % {"id": link[1]}
            return _("A YouTube id has 11 characters: letters, digits, hyphen, underscore.")

        return self.matching(
            node, path, YOUTUBE_ID, length=11, code="bad_youtube_id", reason=reason
        )

    def link(self, node: Node | None, path: str) -> str:
        return self.matching(
            node,
            path,
            LINK,
            length=ADDRESS_LENGTH,
            code="bad_link",
            reason=lambda: _("A link must stand here that begins with https://."),
        )

    def duration(self, node: Node | None, path: str) -> int:
        """ "19:00" or "2:25:00", in seconds."""
        if node is None:
            return 0
        seconds = clock_seconds(node.text.strip()) if isinstance(node, Scalar) else 0
        if not 0 < seconds <= MAX_DURATION_SECONDS:
            self.fault(
                node.line,
                path,
                "bad_duration",
                _(
                    "A length must stand here as minutes:seconds or hours:minutes:seconds, "
                    "above 0 and at most 24 hours."
                ),
            )
            return 0
        return seconds

    def hours(self, node: Node | None, path: str) -> Hours | None:
        """`5`, or `{min: 10, max: 15}`."""
        if node is None:
            return None
        if isinstance(node, Entries):
            found = self.entries(node, path, required=("min", "max"))
            low = self.whole_hours(found.get("min"), joined(path, "min"))
            high = self.whole_hours(found.get("max"), joined(path, "max"))
            if low and high and low > high:
                self.fault(
                    node.line, path, "bad_hours", _("The lower estimate is above the upper one.")
                )
            return Hours(low, high)
        only = self.whole_hours(node, path)
        return Hours(only, only)

    def whole_hours(self, node: Node | None, path: str) -> int:
        if node is None:
            return 0
        if (
            isinstance(node, Scalar)
            and re.fullmatch(r"[1-9][0-9]{0,3}", node.text)
            and int(node.text) <= MAX_HOURS
        ):
            return int(node.text)
        self.fault(
            node.line,
            path,
            "bad_hours",
            _("Whole hours must stand here, from 1 to %(limit)d.") % {"limit": MAX_HOURS},
        )
        return 0
