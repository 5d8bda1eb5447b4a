"""A text that exists in every language of the interface, and a span of hours; plain values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from apps.core.localized import localized

LANGUAGES = ("en", "ru")


@dataclass(frozen=True, slots=True)
class LocalizedText(Mapping[str, str]):
    """Prints itself in the reader's language: a template simply writes `{{ video.title }}`.

    It is also the mapping that a LocalizedTextField stores; an absent text is empty and false.
    """

    en: str = ""
    ru: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, str]) -> Self:
        """From the value of a LocalizedTextField."""
        return cls(en=stored.get("en", ""), ru=stored.get("ru", ""))

    def as_dict(self) -> dict[str, str]:
        return dict(self)

    def in_language(self, language: str) -> str:
        """The text in that language, or in English where it has none in that language."""
        return localized(self, language)

    def __getitem__(self, language: str) -> str:
        if language in LANGUAGES and (text := getattr(self, language)):
            return str(text)
        raise KeyError(language)

    def __iter__(self) -> Iterator[str]:
        return (language for language in LANGUAGES if getattr(self, language))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __str__(self) -> str:
        return localized(self)


@dataclass(frozen=True, slots=True)
class Hours:
    """An author's estimate; "about 5 hours" has two equal ends."""

    low: int
    high: int

    @property
    def is_about(self) -> bool:
        return self.low == self.high


def hours_or_none(low: int | None, high: int | None) -> Hours | None:
    """From two nullable columns that are filled or empty together."""
    return None if low is None or high is None else Hours(low, high)
