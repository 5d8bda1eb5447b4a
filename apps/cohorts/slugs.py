"""The address of a cohort, made from its name. Pure.

Cyrillic letters are written in Latin ones, so that a Russian name makes an address that can be read
aloud; a name without any letter we can write falls back to a word.
"""

from collections.abc import Iterator

from django.utils.text import slugify

MAX_LENGTH = 80
FALLBACK = "cohort"
# Words that addresses beside cohorts use, now or likely soon.
RESERVED = frozenset({"new", "join", "open", "start", "mine", "all", "archive", "summary"})

LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u",
}  # fmt: skip


def slug_of(name: str) -> str:
    """ "Осень 2026" gives "osen-2026"; "秋" and "!" give "cohort"."""
    latin = "".join(LATIN.get(letter, letter) for letter in name.lower())
    return slugify(latin.replace("_", " ")).strip("-")[:MAX_LENGTH].strip("-") or FALLBACK


def candidates(name: str) -> Iterator[str]:
    """Addresses to try in turn: the name's own unless reserved, then with -2, -3 and so on."""
    base = slug_of(name)
    if base not in RESERVED:
        yield base
    for number in range(2, 1000):
        ending = f"-{number}"
        yield base[: MAX_LENGTH - len(ending)].strip("-") + ending
