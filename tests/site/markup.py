"""Reads a rendered page and tells what is wrong with it: the house rules every page has to keep."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
NAMED_BY = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
FIELDS = ("input", "select", "textarea")
# Without an end tag; the parser never closes them.
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}


@dataclass
class Tag:
    """One element with its attributes, and the words inside it."""

    name: str
    attributes: dict[str, str]
    inside: tuple[str, ...]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


class Page(HTMLParser):
    """All elements of a page in order."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[Tag] = []
        self._open: list[Tag] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        found = Tag(tag, values, tuple(each.name for each in self._open))
        self.tags.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop().name == tag:
                return

    def handle_data(self, data: str) -> None:
        for each in self._open:
            each.words.append(data)

    def named(self, *names: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name in names]

    @property
    def ids(self) -> Counter[str]:
        return Counter(tag.attributes["id"] for tag in self.tags if "id" in tag.attributes)


def faults(markup: str) -> list[str]:
    """Everything that breaks a house rule, in words; empty for a page as it should be."""
    page = Page(markup)
    return [
        *_frame(page),
        *_headings(page),
        *_inline(page),
        *_references(page),
        *_names(page),
        *_addresses(page),
    ]


def _frame(page: Page) -> Iterator[str]:
    if [tag.attributes.get("lang") in ("en", "ru") for tag in page.named("html")] != [True]:
        yield "the page does not say its language"
    titles = [tag.text for tag in page.named("title") if "svg" not in tag.inside]
    if len(titles) != 1 or titles[0].startswith("·"):
        yield f"the title is {titles}"
    if len(page.named("main")) != 1:
        yield "there is not one main part"
    links = page.named("a")
    if not links or links[0].attributes.get("href") != "#main":
        yield "the first link does not skip to the content"


def _headings(page: Page) -> Iterator[str]:
    levels = [int(tag.name[1]) for tag in page.named(*HEADINGS)]
    if levels.count(1) != 1:
        yield f"there are {levels.count(1)} h1"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"an h{after} follows an h{before}"
    for tag in page.named(*HEADINGS):
        if not tag.text:
            yield f"an empty {tag.name}"


def _inline(page: Page) -> Iterator[str]:
    for tag in page.tags:
        if "style" in tag.attributes or tag.name == "style":
            yield f"an inline style on {tag.name}"
        if any(name.startswith("on") for name in tag.attributes):
            yield f"an inline handler on {tag.name}"
        is_code = tag.name == "script" and tag.attributes.get("type") != "application/json"
        if is_code and "src" not in tag.attributes:
            yield "an inline script"
        address = tag.attributes.get("src") or (
            tag.attributes.get("href", "") if tag.name == "link" else ""
        )
        if address.startswith(("http:", "https:", "//")):
            yield f"{tag.name} comes from another host: {address}"


def _references(page: Page) -> Iterator[str]:
    ids = page.ids
    for name, count in ids.items():
        if count > 1:
            yield f"the id {name} occurs {count} times"
    for tag in page.tags:
        for attribute in NAMED_BY:
            for name in tag.attributes.get(attribute, "").split():
                if name not in ids:
                    yield f"{tag.name} {attribute} names {name}, which is not there"
        target = tag.attributes.get("href", "") if tag.name in ("a", "use") else ""
        if target.startswith("#") and target[1:] not in ids:
            yield f"{tag.name} leads to {target}, which is not there"


def _names(page: Page) -> Iterator[str]:
    labelled = {tag.attributes.get("for") for tag in page.named("label")}
    for tag in page.tags:
        attributes = tag.attributes
        has_name = bool(attributes.get("aria-label") or attributes.get("aria-labelledby"))
        hidden = attributes.get("aria-hidden") == "true"
        if tag.name in FIELDS and attributes.get("type") not in ("hidden", "submit", "button"):
            if not (has_name or attributes.get("id") in labelled or "label" in tag.inside):
                yield f"{tag.name} {attributes.get('name')} has no label"
        elif tag.name in ("a", "button") and not (has_name or tag.text or attributes.get("title")):
            if not hidden and not _holds_a_name(page, tag):
                yield f"{tag.name} {attributes} has no name"
        elif tag.name == "img" and "alt" not in attributes:
            yield f"img {attributes.get('src')} has no alt"
        elif tag.name == "svg" and not hidden and attributes.get("role") != "img":
            yield f"svg {attributes.get('class')} is neither hidden nor an image"
        elif tag.name == "svg" and attributes.get("role") == "img" and not has_name:
            yield f"svg {attributes.get('class')} is an image without words"
        elif tag.name == "nav" and not has_name:
            yield "nav has no name"


def _holds_a_name(page: Page, outer: Tag) -> bool:
    """Whether an image inside says what a link or a button is for."""
    start = page.tags.index(outer) + 1
    depth = len(outer.inside)
    for tag in page.tags[start:]:
        if len(tag.inside) <= depth:
            return False
        if tag.attributes.get("aria-label") or tag.attributes.get("alt"):
            return True
    return False


def _addresses(page: Page) -> Iterator[str]:
    for tag in page.named("a", "form", "iframe"):
        for attribute in ("href", "action", "src"):
            if attribute not in tag.attributes:
                continue
            address = tag.attributes[attribute]
            path = urlsplit(address).path
            if attribute != "action" and not address:
                yield f"{tag.name} leads nowhere"
            if address.startswith("/") and not address.startswith(("//", "/static/")):
                try:
                    resolve(path)
                except Resolver404:
                    yield f"{tag.name} leads to {path}, which is no page"
