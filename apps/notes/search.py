"""Words that somebody looks for, as PostgreSQL's full-text search reads them.

All words have to be there, "phrases", or and -without as on the web. The last word may be the beginning of one, where
nothing but words is asked for. Every question is the same SQL with other values, so it is built once.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import F, Func, Value

from apps.core.rows import prepared_cursor

# Stems Russian words as Russian and Latin ones as English; the vector of a note is made by it, too.
SEARCH_CONFIG = "russian"
# Code is searched as it is written: there "for" and "is" are words, and nothing has an ending.
CODE_CONFIG = "simple"

_BEGINNING = re.compile(r"(?:^|.*\s)(?P<word>[^\W_]{3,})\Z", re.DOTALL)
_MORE_THAN_WORDS = re.compile(r'"|(?:^|\s)-|(?:^|\s)or(?:\s|\Z)', re.IGNORECASE)
_WITHOUT = re.compile(r"(?:^|\s)-")

# No beginning is no condition.
_ASKED = (
    "(websearch_to_tsquery('{config}', %s)"
    " && coalesce(to_tsquery('{config}', nullif(%s, '')), ''::tsquery))"
)
_OF_PROSE, _OF_CODE = _ASKED.format(config=SEARCH_CONFIG), _ASKED.format(config=CODE_CONFIG)
_OF_BOTH = f"({_OF_PROSE} || {_OF_CODE})"
# The plan is PostgreSQL's once for all questions, so it must not guess: the words are read once, and the way is
# from a person's passes to their notes (OFFSET 0 keeps it).
_FOUND = f"""
    WITH asked AS MATERIALIZED (SELECT {_OF_BOTH} AS words)
    SELECT note.id
      FROM cohorts_membership m
      JOIN progress_viewing v ON v.membership_id = m.id
     CROSS JOIN LATERAL (
           SELECT n.id, n.search || n.code_search AS words FROM notes_note n WHERE n.viewing_id = v.id OFFSET 0
           ) note
     WHERE m.user_id = %s AND note.words @@ (SELECT words FROM asked)
"""  # noqa: S608 - constants of this module


@dataclass(frozen=True, slots=True)
class Words:
    """A question with at least one word: the words that are whole, and the beginning of one or nothing."""

    whole: str
    beginning: str
    has_without: bool

    @classmethod
    def read(cls, q: str | None) -> "Words | None":
        """None where there is no word."""
        words = (q or "").replace("\x00", "").strip()
        if not words:
            return None
        has_without = bool(_WITHOUT.search(words))
        last = None if _MORE_THAN_WORDS.search(words) else _BEGINNING.match(words)
        if last is None:
            return cls(words, "", has_without)
        return cls(words[: last.start("word")], f"{last['word']}:*", has_without)

    @property
    def of_prose(self) -> list[str]:
        return [self.whole, self.beginning]

    @property
    def of_both(self) -> list[str]:
        # What must not be there is meant in all its forms, and those only a language knows.
        return [*self.of_prose, *(["", ""] if self.has_without else self.of_prose)]


class _Asked(SearchQuery):
    """One of the fixed texts above with the values of a question."""

    def __init__(self, sql: str, values: list[str]) -> None:
        super().__init__(Value(values[0]), config=None)
        self.sql, self.values = sql, values

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        return self.sql, list(self.values)


def search_query(q: str | None) -> SearchQuery | None:
    """The words in prose and in code; None without words."""
    words = Words.read(q)
    return _Asked(_OF_BOTH, words.of_both) if words else None


def code_query(q: str) -> SearchQuery | None:
    """The same words as they are written, for the hits in code."""
    words = Words.read(q)
    return _Asked(_OF_CODE, words.of_prose) if words else None


def all_words() -> Func:
    """A note's words, for a query of notes to be narrowed by `search_query`."""
    return Func(
        F("search"),
        F("code_search"),
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=SearchVectorField(),
    )


def found_among_own(*, user_id: int, words: Words) -> list[int]:
    """The ids of a person's own notes with these words; costs what they wrote, not what all did."""
    with prepared_cursor() as cursor:
        cursor.execute(_FOUND, [*words.of_both, str(user_id)])
        return [note_id for (note_id,) in cursor.fetchall()]
