"""Choosing the reader's language of a text that exists in several."""

from collections.abc import Mapping

from django.utils.translation import get_language, get_language_info

DEFAULT_LANGUAGE = "en"


def localized(text: Mapping[str, str], language: str | None = None) -> str:
    """The text in `language` (default: the active one), else English, else whatever there is, else ''."""
    wanted = (language or get_language() or DEFAULT_LANGUAGE).split("-")[0]
    return text.get(wanted) or text.get(DEFAULT_LANGUAGE) or next(iter(text.values()), "")


def language_name(code: str) -> str:
    """The name of a language in the reader's own; the code itself where nobody knows it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
